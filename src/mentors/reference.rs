//! Naming a mentor in a body: by id, or by the id in another system.

use super::service::visible;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::external_ids::{self, ExternalRef, Kind};

/// The two ways to name a mentor; exactly one is given.
#[derive(Debug, Clone, Copy)]
pub struct MentorChoice<'a> {
    /// The members' name without its ending: with `mentor` they are `mentorId` and `mentorRef`.
    pub member: &'static str,
    /// `mentorId`.
    pub id: Option<Id>,
    /// `mentorRef`.
    pub external: Option<&'a ExternalRef>,
}

impl MentorChoice<'_> {
    /// Where a fault of the choice is noted.
    fn pointer(&self) -> String {
        let ending = if self.external.is_some() { "Ref" } else { "Id" };
        format!("/{}{ending}", self.member)
    }
}

/// The id of the mentor that a request names; one the caller can't see is as unknown as one that does not exist.
///
/// # Errors
/// When the database refuses.
pub fn resolve_visible(
    conn: &mut DbConn,
    context: &Context,
    choice: MentorChoice<'_>,
    errors: &mut FieldErrors,
) -> Result<Option<Id>> {
    let Some(id) = errors.absorb(resolve(conn, choice))? else {
        return Ok(None);
    };
    if visible(conn, context, id)?.is_some() {
        return Ok(Some(id));
    }
    errors.push(choice.pointer(), Fault::new("reference-unknown"));
    Ok(None)
}

/// The id of the mentor named; whether the caller reaches them is for the room to say.
///
/// # Errors
/// `required` when none is given, `unknown-member` when both are, `reference-unknown` when there is no such mentor.
fn resolve(conn: &mut DbConn, choice: MentorChoice<'_>) -> Result<Id> {
    match (choice.id, choice.external) {
        (Some(id), None) => Ok(id),
        (None, Some(external)) => {
            let found =
                external_ids::find(conn, Kind::Mentor, &external.source, &external.external_id)?;
            found.ok_or_else(|| Error::field(choice.pointer(), "reference-unknown"))
        }
        (Some(_), Some(_)) => Err(Error::field(choice.pointer(), "unknown-member")),
        (None, None) => Err(Error::field(choice.pointer(), "required")),
    }
}
