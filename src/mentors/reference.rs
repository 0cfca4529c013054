//! Naming a mentor in a body: by id, or by the id in another system.

use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::external_ids::{self, ExternalRef, Kind};

/// The two ways to name a mentor; exactly one is given.
#[derive(Debug, Clone, Copy)]
pub struct MentorChoice<'a> {
    /// `mentorId`.
    pub id: Option<Id>,
    /// `mentorRef`.
    pub external: Option<&'a ExternalRef>,
}

/// The id of the mentor named; whether the caller reaches them is for the room to say.
///
/// # Errors
/// `required` when none is given, `unknown-member` when both are, `reference-unknown` when there is no such mentor.
pub fn resolve(conn: &mut DbConn, choice: MentorChoice<'_>) -> Result<Id> {
    match (choice.id, choice.external) {
        (Some(id), None) => Ok(id),
        (None, Some(external)) => {
            let found =
                external_ids::find(conn, Kind::Mentor, &external.source, &external.external_id)?;
            found.ok_or_else(|| Error::field("/mentorRef", "reference-unknown"))
        }
        (Some(_), Some(_)) => Err(Error::field("/mentorRef", "unknown-member")),
        (None, None) => Err(Error::field("/mentorId", "required")),
    }
}
