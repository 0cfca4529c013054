//! The one place that turns a meaning into `application/problem+json` (RFC 9457) in the caller's language.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value, json};

use super::language::Language;
use super::messages::MESSAGES;
use super::reply::etag;
use crate::error::{Error, MOST_LISTED, ParameterError, TokenFault, TokenRefusal};

/// Every problem code with its status, as the contract lists them.
pub const CODES: &[(&str, u16)] = &[
    ("malformed-request", 400),
    ("invalid-cursor", 400),
    ("expired-cursor", 400),
    ("unauthenticated", 401),
    ("forbidden", 403),
    ("not-found", 404),
    ("method-not-allowed", 405),
    ("not-acceptable", 406),
    ("request-timeout", 408),
    ("conflict", 409),
    ("illegal-transition", 409),
    ("duplicate", 409),
    ("in-use", 409),
    ("capacity-exceeded", 409),
    ("rule-violation", 409),
    ("gone", 410),
    ("merged", 410),
    ("sync-token-expired", 410),
    ("stale-version", 412),
    ("payload-too-large", 413),
    ("uri-too-long", 414),
    ("unsupported-media-type", 415),
    ("invalid", 422),
    ("idempotency-mismatch", 422),
    ("masked-value", 422),
    ("precondition-required", 428),
    ("too-many-requests", 429),
    ("headers-too-large", 431),
    ("internal", 500),
    ("unavailable", 503),
    ("insufficient-storage", 507),
];

/// The status of a problem code.
pub fn status_of(code: &str) -> u16 {
    CODES
        .iter()
        .find(|(known, _)| *known == code)
        .map_or(500, |(_, status)| *status)
}

/// The problem code that stands for a bare status, as the framework answers with it.
pub fn code_of(status: u16) -> &'static str {
    let first = CODES.iter().find(|(_, known)| *known == status);
    match (first, status) {
        (_, 409) => "conflict",
        (_, 410) => "gone",
        (Some((code, _)), _) => code,
        (None, 400..=499) => "malformed-request",
        (None, _) => "internal",
    }
}

/// The problem code of an error.
pub fn code(error: &Error) -> &'static str {
    match error {
        Error::Malformed(_) => "malformed-request",
        Error::InvalidCursor => "invalid-cursor",
        Error::ExpiredCursor => "expired-cursor",
        Error::Unauthenticated(_)
        | Error::WrongCredentials
        | Error::TokenRequest(TokenRefusal::InvalidClient) => "unauthenticated",
        Error::TokenRequest(_) => "malformed-request",
        Error::Forbidden(_) | Error::WidensGrants => "forbidden",
        Error::NotFound => "not-found",
        Error::NotAcceptable => "not-acceptable",
        Error::RequestTimeout => "request-timeout",
        Error::Conflict => "conflict",
        Error::IllegalTransition(_) => "illegal-transition",
        Error::Duplicate(..) => "duplicate",
        Error::InUse => "in-use",
        Error::CapacityExceeded => "capacity-exceeded",
        Error::RuleViolation(_) => "rule-violation",
        Error::Gone => "gone",
        Error::Merged(_) => "merged",
        Error::StaleVersion(_) => "stale-version",
        Error::PayloadTooLarge => "payload-too-large",
        Error::UnsupportedMediaType(_) => "unsupported-media-type",
        Error::Invalid(errors)
            if !errors.is_empty()
                && errors
                    .listed()
                    .iter()
                    .all(|e| e.fault.code == "masked-value") =>
        {
            "masked-value"
        }
        Error::Invalid(_) => "invalid",
        Error::IdempotencyMismatch => "idempotency-mismatch",
        Error::PreconditionRequired => "precondition-required",
        Error::TooManyRequests(_) | Error::GuessBudget(_) => "too-many-requests",
        Error::Unavailable(_) => "unavailable",
        Error::InsufficientStorage => "insufficient-storage",
        Error::Internal(_) => "internal",
    }
}

/// What the rendering needs to know of the request.
pub struct ProblemContext<'a> {
    /// The service's public URL.
    pub public_url: &'a str,
    /// The caller's language.
    pub language: Language,
    /// The request's id.
    pub request_id: &'a str,
    /// The path asked for; never the query.
    pub path: &'a str,
}

/// The problem document of a code without more to say.
pub fn plain(code: &str, setting: &ProblemContext<'_>) -> Map<String, Value> {
    document(code, &[], setting)
}

/// The problem document of an error.
pub fn document_of(error: &Error, setting: &ProblemContext<'_>) -> Map<String, Value> {
    let code = code(error);
    let text = |code: &str, arguments: &[String]| MESSAGES.text(code, setting.language, arguments);
    let mut problem = match error {
        Error::UnsupportedMediaType(expected) => document(code, &[(*expected).to_owned()], setting),
        _ => document(code, &[], setting),
    };
    match error {
        Error::Malformed(errors) => {
            let entries = errors
                .iter()
                .take(MOST_LISTED)
                .map(|error| parameter_entry(error, setting.language))
                .collect();
            list(&mut problem, entries, errors.len());
        }
        Error::Invalid(errors) => {
            let entry = |error: &crate::error::FieldError| {
                json!({
                    "pointer": error.pointer,
                    "code": error.fault.code,
                    "detail": text(error.fault.code, &error.fault.arguments),
                })
            };
            let entries = errors.listed().iter().map(entry).collect();
            list(&mut problem, entries, errors.count());
        }
        Error::IllegalTransition(Some(current))
        | Error::Duplicate(_, Some(current))
        | Error::StaleVersion(Some(current)) => {
            problem.insert("current".to_owned(), (**current).clone());
        }
        Error::RuleViolation(violations) => {
            let entry = |v: &crate::error::Violation| json!({ "rule": v.rule, "reason": v.reason, "override": v.can_override, "detail": text(v.reason, &[]) });
            if let Some(first) = violations.first() {
                problem.insert("rule".to_owned(), first.rule.into());
                problem.insert("override".to_owned(), first.can_override.into());
            }
            problem.insert(
                "violations".to_owned(),
                violations.iter().map(entry).collect(),
            );
        }
        Error::Merged(into) => {
            problem.insert("successorId".to_owned(), into.as_str().into());
        }
        Error::Forbidden(Some(scope)) => {
            problem.insert("scope".to_owned(), (*scope).into());
        }
        Error::WrongCredentials => {
            problem.insert("detail".to_owned(), text("detail.credentials", &[]).into());
        }
        Error::WidensGrants => {
            problem.insert("detail".to_owned(), text("grants-widened", &[]).into());
        }
        Error::GuessBudget(_) => {
            problem.insert("detail".to_owned(), text("detail.guesses", &[]).into());
        }
        Error::TokenRequest(error) => {
            let detail = text(&format!("detail.{error}"), &[]);
            problem.insert("detail".to_owned(), detail.into());
            problem.insert("error".to_owned(), error.to_string().into());
        }
        _ => {}
    }
    problem
}

/// The faults that are listed, and how many there are where that is more.
fn list(problem: &mut Map<String, Value>, entries: Vec<Value>, count: usize) {
    if entries.len() < count {
        problem.insert("truncated".to_owned(), true.into());
        problem.insert("errorCount".to_owned(), count.into());
    }
    problem.insert("errors".to_owned(), Value::Array(entries));
}

fn parameter_entry(error: &ParameterError, language: Language) -> Value {
    let arguments = [error.allowed.join(", ")];
    let figures = if error.code == "out-of-range" {
        error.allowed.as_slice()
    } else {
        &arguments
    };
    json!({ "parameter": error.parameter, "code": error.code, "detail": MESSAGES.text(error.code, language, figures) })
}

fn document(code: &str, arguments: &[String], setting: &ProblemContext<'_>) -> Map<String, Value> {
    let mut problem = Map::new();
    problem.insert(
        "type".to_owned(),
        format!("{}/problems/{code}", setting.public_url).into(),
    );
    problem.insert(
        "title".to_owned(),
        MESSAGES
            .text(&format!("title.{code}"), setting.language, &[])
            .into(),
    );
    problem.insert("status".to_owned(), status_of(code).into());
    problem.insert(
        "detail".to_owned(),
        MESSAGES
            .text(&format!("detail.{code}"), setting.language, arguments)
            .into(),
    );
    problem.insert("instance".to_owned(), setting.path.into());
    problem.insert("code".to_owned(), code.into());
    problem.insert("requestId".to_owned(), setting.request_id.into());
    problem
}

/// The headers that go with an error (A5).
pub fn headers_of(error: &Error, public_url: &str) -> Vec<(&'static str, String)> {
    let metadata = format!("{public_url}/.well-known/oauth-protected-resource");
    match error {
        Error::Unauthenticated(fault) => {
            let fault = match fault {
                TokenFault::Missing => String::new(),
                fault => format!(", error=\"invalid_token\", error_description=\"{fault}\""),
            };
            vec![(
                "www-authenticate",
                format!("Bearer realm=\"xinmiao\", resource_metadata=\"{metadata}\"{fault}"),
            )]
        }
        Error::WrongCredentials => vec![(
            "www-authenticate",
            format!("Bearer realm=\"xinmiao\", resource_metadata=\"{metadata}\""),
        )],
        Error::TokenRequest(TokenRefusal::InvalidClient) => {
            let challenge = "Basic realm=\"xinmiao\", charset=\"UTF-8\"";
            vec![("www-authenticate", challenge.to_owned())]
        }
        Error::Forbidden(scope) => {
            let scope = scope
                .map(|scope| format!(", scope=\"{scope}\""))
                .unwrap_or_default();
            vec![(
                "www-authenticate",
                format!(
                    "Bearer realm=\"xinmiao\", error=\"insufficient_scope\"{scope}, resource_metadata=\"{metadata}\""
                ),
            )]
        }
        // The version that `If-Match` compares; the digest behind the point is that of `current`.
        Error::StaleVersion(Some(current)) => {
            let version = current.get("version").and_then(Value::as_i64);
            let tag = |version| ("etag", etag(version, current.to_string().as_bytes()));
            version.map(tag).into_iter().collect()
        }
        Error::Conflict => vec![("retry-after", "1".to_owned())],
        Error::TooManyRequests(seconds) | Error::GuessBudget(seconds) => {
            vec![("retry-after", seconds.to_string())]
        }
        Error::Unavailable(reason) => vec![("retry-after", reason.retry_after().to_string())],
        Error::UnsupportedMediaType(expected) if *expected == "application/merge-patch+json" => {
            vec![("accept-patch", (*expected).to_owned())]
        }
        Error::UnsupportedMediaType(expected) => vec![("accept", (*expected).to_owned())],
        _ => Vec::new(),
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(status_of(code(self))).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// A bare response; the envelope, which sees the request, writes the problem from the error it finds here.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_title_and_a_detail() {
        for (code, _) in CODES {
            assert!(MESSAGES.has(&format!("title.{code}")), "title.{code}");
            assert!(MESSAGES.has(&format!("detail.{code}")), "detail.{code}");
        }
    }
}
