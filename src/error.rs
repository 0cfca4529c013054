//! What can go wrong, as a small set of meanings: no sentences, no HTTP.
//!
//! `http::problem` is the one place that turns a meaning into `application/problem+json` in the caller's language.

mod cause;
mod fields;

pub use cause::{Cause, TokenFault, TokenRefusal, Unavailable};
pub use fields::{FieldError, FieldErrors, MOST_LISTED, pointer};

use crate::db::DuplicateKey;

/// The result of everything that can fail on behalf of a caller.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The meanings. Each has one problem code of the API contract.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The request cannot be read; parameters at fault are listed.
    #[error("malformed request")]
    Malformed(Vec<ParameterError>),
    /// The cursor is not one of ours, or belongs to another query.
    #[error("invalid cursor")]
    InvalidCursor,
    /// The cursor was ours and is too old.
    #[error("expired cursor")]
    ExpiredCursor,
    /// No caller is known.
    #[error("unauthenticated: {0}")]
    Unauthenticated(TokenFault),
    /// A username, password, code or secret is wrong, unknown or no longer good; the answer does not say which.
    #[error("wrong credentials")]
    WrongCredentials,
    /// A request for a token is refused, with the error of RFC 6749 §5.2.
    #[error("token request refused: {0}")]
    TokenRequest(TokenRefusal),
    /// The caller is known and lacks the permission; the scope that would do is named.
    #[error("forbidden")]
    Forbidden(Option<&'static str>),
    /// Grants would reach further, which only an administrator may bring about.
    #[error("forbidden: grants would reach further")]
    WidensGrants,
    /// The object does not exist for this caller.
    #[error("not found")]
    NotFound,
    /// No representation that the caller accepts exists.
    #[error("not acceptable")]
    NotAcceptable,
    /// The request's deadline passed.
    #[error("request timeout")]
    RequestTimeout,
    /// The same keyed request is being carried out right now.
    #[error("conflict")]
    Conflict,
    /// The object's state does not allow it; its representation goes with the answer.
    #[error("illegal transition")]
    IllegalTransition(Current),
    /// Another object holds what must be unique.
    #[error("duplicate of {0}")]
    Duplicate(DuplicateKey, Current),
    /// Something still refers to the object.
    #[error("in use")]
    InUse,
    /// No seat or place is left: of a mentor, of a training event, in a plan.
    #[error("capacity exceeded")]
    CapacityExceeded,
    /// Programme rules are broken; all of them at once.
    #[error("rule violation")]
    RuleViolation(Vec<Violation>),
    /// The object was here and is gone.
    #[error("gone")]
    Gone,
    /// The object was merged into another.
    #[error("merged")]
    Merged(String),
    /// The version named by `If-Match` is not the present one.
    #[error("stale version")]
    StaleVersion(Current),
    /// The body is larger than allowed.
    #[error("payload too large")]
    PayloadTooLarge,
    /// The body's media type is not accepted; the accepted ones are named.
    #[error("unsupported media type")]
    UnsupportedMediaType(&'static str),
    /// Members of the body are at fault.
    #[error("invalid: {0:?}")]
    Invalid(FieldErrors),
    /// The idempotency key was used for another request.
    #[error("idempotency mismatch")]
    IdempotencyMismatch,
    /// `If-Match` is required.
    #[error("precondition required")]
    PreconditionRequired,
    /// The caller must wait this many seconds.
    #[error("too many requests")]
    TooManyRequests(u64),
    /// Too many identity numbers led to no change; seconds until the first of them is counted no more.
    #[error("the guess budget is used up")]
    GuessBudget(u64),
    /// The service cannot answer now.
    #[error("unavailable: {0}")]
    Unavailable(Unavailable),
    /// The disk is full.
    #[error("insufficient storage")]
    InsufficientStorage,
    /// A fault of ours, or of the database; the cause is logged, never shown.
    #[error("internal: {0}")]
    Internal(Cause),
}

/// The present state of an object as the caller may see it, where there is one to show.
pub type Current = Option<Box<serde_json::Value>>;

impl Error {
    /// One member at fault.
    pub fn field(pointer: impl Into<String>, code: &'static str) -> Self {
        Self::Invalid(FieldErrors::one(pointer, Fault::new(code)))
    }

    /// One query parameter at fault.
    pub fn parameter(parameter: impl Into<String>, code: &'static str, allowed: &[&str]) -> Self {
        Self::Malformed(vec![ParameterError::new(parameter, code, allowed)])
    }

    /// A fault of ours with its cause.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Cause::new(cause))
    }

    /// One broken rule without an override.
    pub fn rule(rule: &'static str, reason: &'static str) -> Self {
        Self::RuleViolation(vec![Violation {
            rule,
            reason,
            can_override: false,
        }])
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        crate::db::constraint::meaning(error)
    }
}

/// What a panic says, for the log.
pub fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_default())
}

/// A broken rule of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule's id, `R05`.
    pub rule: &'static str,
    /// Why it is broken, `LOAN_IN_PROBATION`; also the key of its sentence in the message catalogue.
    pub reason: &'static str,
    /// Whether a programme manager may override it.
    pub can_override: bool,
}

/// A query parameter or header at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterError {
    /// The parameter's name.
    pub parameter: String,
    /// The field code.
    pub code: &'static str,
    /// What would have been accepted, where that is a list.
    pub allowed: Vec<String>,
}

impl ParameterError {
    /// A parameter at fault, with the accepted names or values where there are any.
    pub fn new(parameter: impl Into<String>, code: &'static str, allowed: &[&str]) -> Self {
        Self {
            parameter: parameter.into(),
            code,
            allowed: allowed.iter().map(|v| (*v).to_owned()).collect(),
        }
    }
}

/// What is wrong with one value, wherever it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field code of the contract.
    pub code: &'static str,
    /// Figures for the sentence (a bound, a code table), in the catalogue's order.
    pub arguments: Vec<String>,
}

impl Fault {
    /// A fault whose sentence needs no figures.
    pub const fn new(code: &'static str) -> Self {
        Self {
            code,
            arguments: Vec::new(),
        }
    }

    /// A fault with the figures of its sentence.
    pub fn with(code: &'static str, arguments: &[&dyn std::fmt::Display]) -> Self {
        Self {
            code,
            arguments: arguments.iter().map(ToString::to_string).collect(),
        }
    }
}
