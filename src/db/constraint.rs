//! What a database error means. The only place that knows how SQLite and PostgreSQL name a broken constraint.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::error::Error;

/// Seconds a caller should wait before trying again when the database cannot answer.
const RETRY_AFTER: u64 = 1;

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
                return Error::Unavailable("database busy", RETRY_AFTER);
            }
            match kind {
                DatabaseErrorKind::UniqueViolation => Error::Duplicate(
                    constraint_name(information.constraint_name(), message),
                    None,
                ),
                DatabaseErrorKind::CheckViolation
                    if named(information.constraint_name(), message, "mentors_capacity") =>
                {
                    Error::CapacityExceeded
                }
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                    Error::Unavailable("database connection lost", RETRY_AFTER)
                }
                DatabaseErrorKind::SerializationFailure => {
                    Error::Unavailable("database busy", RETRY_AFTER)
                }
                DatabaseErrorKind::ReadOnlyTransaction => {
                    Error::Unavailable("database read-only", RETRY_AFTER)
                }
                DatabaseErrorKind::ForeignKeyViolation => Error::InUse,
                _ if is_lost(message) => {
                    Error::Unavailable("database connection lost", RETRY_AFTER)
                }
                _ => Error::internal(error),
            }
        }
        DieselError::BrokenTransactionManager => {
            Error::Unavailable("database connection lost", RETRY_AFTER)
        }
        _ => Error::internal(error),
    }
}

/// Constraints that callers can break, by their one name, with the columns SQLite reports for each.
const UNIQUE: &[(&str, &str)] = &[
    ("organizations_code_key", "organizations.code"),
    ("organizations_path_key", "organizations.path"),
    ("external_ids_pkey", "external_ids.resource_type"),
    ("cadre_identities_digest_key", "cadre_identities.digest"),
    ("users_username_key", "users.username"),
    ("users_mentor_id_key", "users.mentor_id"),
    ("users_cadre_id_key", "users.cadre_id"),
    ("clients_name_key", "clients.name"),
    ("kinships_pair_key", "kinships.person_a_type"),
    (
        "assignments_distinct_mentors",
        "assignments.cadre_id, assignments.mentor_id",
    ),
    (
        "assignments_one_live",
        "assignments.cadre_id, assignments.role",
    ),
    (
        "assignments_one_proposed",
        "assignments.cadre_id, assignments.role",
    ),
    ("evaluations_one_live", "evaluations.cadre_id"),
    ("idempotency_keys_pkey", "idempotency_keys.account_id"),
];

fn constraint_name(name: Option<&str>, message: &str) -> &'static str {
    UNIQUE
        .iter()
        .find(|(constraint, columns)| name == Some(constraint) || message.contains(columns))
        .map_or("id", |(constraint, _)| constraint)
}

fn named(name: Option<&str>, message: &str, constraint: &str) -> bool {
    name == Some(constraint) || message.contains(constraint)
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
