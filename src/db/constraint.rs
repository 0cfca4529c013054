//! What a database error means. The only place that knows how SQLite and PostgreSQL name a broken constraint.

use std::borrow::Cow;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::error::{Current, Error, Unavailable};

/// How the triggers of SQLite say that rows would exclude each other; the name of the constraint follows.
const EXCLUSION: &str = "EXCLUSION constraint failed: ";

/// The meaning of a database error that no room has dealt with.
pub fn meaning(error: DieselError) -> Error {
    match &error {
        DieselError::NotFound => Error::NotFound,
        DieselError::DatabaseError(kind, information) => {
            let message = information.message();
            if is_full(message) {
                return Error::InsufficientStorage;
            }
            if is_contention(message) {
                return Error::Unavailable(Unavailable::DatabaseBusy);
            }
            match kind {
                DatabaseErrorKind::UniqueViolation => {
                    let name = information.constraint_name();
                    Error::Duplicate(DuplicateKey::reported(name, message), None)
                }
                DatabaseErrorKind::ExclusionViolation => {
                    let name = information.constraint_name().unwrap_or(message);
                    Error::Duplicate(DuplicateKey::named(name), None)
                }
                // A trigger holds on SQLite what PostgreSQL has a constraint for.
                _ if message.starts_with(EXCLUSION) => {
                    let name = message.trim_start_matches(EXCLUSION);
                    Error::Duplicate(DuplicateKey::named(name), None)
                }
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                    Error::Unavailable(Unavailable::DatabaseLost)
                }
                DatabaseErrorKind::SerializationFailure => {
                    Error::Unavailable(Unavailable::DatabaseBusy)
                }
                DatabaseErrorKind::ReadOnlyTransaction => {
                    Error::Unavailable(Unavailable::DatabaseReadOnly)
                }
                DatabaseErrorKind::ForeignKeyViolation => Error::InUse,
                _ if is_lost(message) => Error::Unavailable(Unavailable::DatabaseLost),
                _ => Error::internal(error),
            }
        }
        DieselError::BrokenTransactionManager => Error::Unavailable(Unavailable::DatabaseLost),
        _ => Error::internal(error),
    }
}

/// What must be unique: the constraint that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UniqueKey {
    /// Its name, the same in both databases.
    pub name: &'static str,
    /// Its columns, by which SQLite reports it: `table.column, table.column`.
    pub columns: &'static str,
}

impl UniqueKey {
    /// A constraint by its name and its columns.
    pub const fn new(name: &'static str, columns: &'static str) -> Self {
        Self { name, columns }
    }

    /// The error of an object that would have what another has, with the other as the caller sees it.
    pub fn duplicate(self, current: Current) -> Error {
        Error::Duplicate(DuplicateKey(Cow::Borrowed(self.name)), current)
    }
}

/// The key that another row has already: the name of a constraint, or its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateKey(Cow<'static, str>);

impl DuplicateKey {
    /// The id itself.
    pub const ID: Self = Self(Cow::Borrowed("id"));

    /// A member that only one other object may name.
    pub const fn member(column: &'static str) -> Self {
        Self(Cow::Borrowed(column))
    }

    /// Whether it is this one. Of constraints over the same columns SQLite does not say which is broken.
    pub fn is(&self, key: UniqueKey) -> bool {
        self.0 == key.name || self.0 == key.columns
    }

    fn named(name: &str) -> Self {
        Self(Cow::Owned(name.to_owned()))
    }

    fn reported(name: Option<&str>, message: &str) -> Self {
        let columns = message.strip_prefix("UNIQUE constraint failed: ");
        Self(Cow::Owned(name.or(columns).unwrap_or(message).to_owned()))
    }
}

impl std::fmt::Display for DuplicateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether an error is that a row breaks this check.
pub fn breaks_check(error: &DieselError, check: &str) -> bool {
    let DieselError::DatabaseError(DatabaseErrorKind::CheckViolation, information) = error else {
        return false;
    };
    information.constraint_name() == Some(check) || information.message().contains(check)
}

fn is_full(message: &str) -> bool {
    message.contains("disk is full") || message.contains("No space left on device")
}

fn is_lost(message: &str) -> bool {
    [
        "server closed the connection",
        "no connection to the server",
        "terminating connection",
        "the database system is",
        "Connection refused",
    ]
    .iter()
    .any(|sign| message.contains(sign))
}

/// Two transactions stood in each other's way; the loser may try again.
fn is_contention(message: &str) -> bool {
    [
        "deadlock detected",
        "canceling statement due to",
        "database is locked",
        "database table is locked",
    ]
    .iter()
    .any(|sign| message.contains(sign))
}
