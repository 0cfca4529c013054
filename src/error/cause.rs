//! Why a request failed or could not be carried out, for the log and for the program; callers see a fixed text.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The cause of a fault of ours, with what caused it in turn.
#[derive(Debug, Clone)]
pub struct Cause(Arc<dyn StdError + Send + Sync>);

impl Cause {
    /// A cause.
    pub fn new(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Arc::from(cause.into()))
    }
}

impl fmt::Display for Cause {
    /// The whole chain, from the outermost cause to the innermost; one that its outer one tells already is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = self.0.to_string();
        f.write_str(&told)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            let text = cause.to_string();
            if !told.contains(&text) {
                write!(f, ": {text}")?;
                told = text;
            }
            next = cause.source();
        }
        Ok(())
    }
}

/// Why the service cannot answer now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// Another transaction stood in the way.
    #[error("database busy")]
    DatabaseBusy,
    /// The connection broke.
    #[error("database connection lost")]
    DatabaseLost,
    /// The database takes no writes.
    #[error("database read-only")]
    DatabaseReadOnly,
    /// No connection can be opened.
    #[error("database unreachable")]
    DatabaseUnreachable,
    /// More requests wait than the queue holds.
    #[error("database queue full")]
    DatabaseQueueFull,
    /// The database's workers have ended.
    #[error("database closed")]
    DatabaseClosed,
    /// The request's turn did not come in time.
    #[error("request waited too long")]
    WaitedTooLong,
    /// The request's work took longer than any may.
    #[error("request took too long")]
    TookTooLong,
    /// More passwords wait than the queue holds.
    #[error("password queue full")]
    PasswordQueueFull,
    /// The threads that hash passwords have ended.
    #[error("no password thread")]
    PasswordsClosed,
    /// The password was changed while it was checked.
    #[error("password changed meanwhile")]
    PasswordChanged,
    /// Other plans are being solved.
    #[error("other plans are being solved")]
    SolverBusy,
    /// A plan was not solved in time.
    #[error("the plan took too long")]
    SolverTooSlow,
    /// There is no key to sign with.
    #[error("no active signing key")]
    NoSigningKey,
    /// The database's schema is not the program's.
    #[error("migrations pending")]
    MigrationsPending,
    /// The service is being stopped.
    #[error("shutting down")]
    ShuttingDown,
}

impl Unavailable {
    /// Seconds that a caller should wait before trying again.
    pub const fn retry_after(self) -> u64 {
        match self {
            Self::SolverTooSlow => 60,
            Self::SolverBusy => 30,
            Self::DatabaseClosed
            | Self::PasswordsClosed
            | Self::NoSigningKey
            | Self::MigrationsPending
            | Self::ShuttingDown => 5,
            Self::DatabaseBusy
            | Self::DatabaseLost
            | Self::DatabaseReadOnly
            | Self::DatabaseUnreachable
            | Self::DatabaseQueueFull
            | Self::WaitedTooLong
            | Self::TookTooLong
            | Self::PasswordQueueFull
            | Self::PasswordChanged => 1,
        }
    }
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// There is none.
    #[error("no access token")]
    Missing,
    /// It is none of ours, or stands where none may.
    #[error("the access token is not valid")]
    Invalid,
    /// Its time is over.
    #[error("the access token has expired")]
    Expired,
    /// Its times are none that this service gives.
    #[error("the access token's times are not ours")]
    ForeignTimes,
    /// It was ended before its time.
    #[error("the access token has been ended")]
    Ended,
    /// The refresh token is none of ours, or was used.
    #[error("the refresh token is not valid")]
    InvalidRefresh,
}

/// Why a request for a token is refused: the errors of RFC 6749 §5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// The client is unknown, or its secret is wrong.
    #[error("invalid_client")]
    InvalidClient,
    /// The request cannot be read.
    #[error("invalid_request")]
    InvalidRequest,
    /// The client does not have the scope.
    #[error("invalid_scope")]
    InvalidScope,
    /// The grant is none that the service takes.
    #[error("unsupported_grant_type")]
    UnsupportedGrantType,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Told {
        text: &'static str,
        source: Option<Box<Told>>,
    }

    #[test]
    fn a_cause_tells_its_chain_and_nothing_twice() {
        let told = |text, source: Option<Told>| Told {
            text,
            source: source.map(Box::new),
        };
        let inner = told("connection reset", None);
        let middle = told("cannot read: connection reset", Some(inner));
        let outer = Cause::new(told("no answer", Some(middle)));
        assert_eq!(
            outer.to_string(),
            "no answer: cannot read: connection reset"
        );
    }
}
