//! How mentors follow their unit when it moves, becomes another kind of unit, or ends in another.

use super::model::Mentor;
use super::{organization_store, store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::events::Restructuring;
use crate::journal::{self, Change};

/// Writes what changes of the mentors concerned, and says who they are: their pairs may have lost their place.
///
/// # Errors
/// When the database refuses.
pub fn follow(tx: &mut DbConn, context: &Context, change: &Restructuring) -> Result<Vec<Id>> {
    let mentors = match change {
        Restructuring::Moved { subtree } => return organization_store::ids_within(tx, subtree),
        Restructuring::Remote { .. } => return Ok(Vec::new()),
        Restructuring::Redefined { organization_id } => {
            organization_store::lock_of_organization(tx, *organization_id)?
        }
        Restructuring::Merged { from, into, on } => {
            let mentors = organization_store::lock_of_organization(tx, *from)?;
            for row in &mentors {
                let mentor = Mentor {
                    organization_id: *into,
                    version: row.version + 1,
                    updated_at: context.now,
                    ..row.clone()
                };
                store::update(tx, &mentor, row.version)?;
                let change = Change {
                    changed_fields: &["organizationId"],
                    organization_id: Some(*into),
                    effective_on: Some(*on),
                    ..Change::new("mentor.transferred", "mentor", row.id, mentor.version)
                };
                journal::record(tx, context, &change)?;
            }
            mentors
        }
    };
    Ok(mentors.into_iter().map(|mentor| mentor.id).collect())
}
