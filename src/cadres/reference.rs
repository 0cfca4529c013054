//! Naming a cadre in a body: by id, or by the id in another system.

use super::model::Cadre;
use super::store;
use crate::access::Reach;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::external_ids::{self, ExternalRef, Kind};

/// The two ways to name a cadre; exactly one is given.
#[derive(Debug, Clone, Copy)]
pub struct CadreChoice<'a> {
    /// `cadreId`.
    pub id: Option<Id>,
    /// `cadreRef`.
    pub external: Option<&'a ExternalRef>,
}

impl CadreChoice<'_> {
    /// Where a fault of the choice is noted.
    pub fn pointer(&self) -> &'static str {
        match self.external {
            Some(_) => "/cadreRef",
            None => "/cadreId",
        }
    }
}

/// The cadre that a request names, locked, with the path of their unit; one out of reach is as unknown as one that does not exist.
///
/// # Errors
/// When the database refuses.
pub fn lock_named(
    tx: &mut DbConn,
    reach: &Reach,
    choice: CadreChoice<'_>,
    errors: &mut FieldErrors,
) -> Result<Option<(Cadre, String)>> {
    let Some(id) = errors.absorb(resolve(tx, choice))? else {
        return Ok(None);
    };
    let placed = store::lock_placed(tx, id)?.filter(|(_, path)| reach.covers(path));
    if placed.is_none() {
        errors.push(choice.pointer(), Fault::new("reference-unknown"));
    }
    Ok(placed)
}

/// The id of the cadre named; whether the caller reaches it is for the room to say.
///
/// # Errors
/// `required` when neither or both are given, `reference-unknown` when there is none.
pub fn resolve(conn: &mut DbConn, choice: CadreChoice<'_>) -> Result<Id> {
    match (choice.id, choice.external) {
        (Some(id), None) => Ok(id),
        (None, Some(external)) => {
            let found =
                external_ids::find(conn, Kind::Cadre, &external.source, &external.external_id)?;
            found.ok_or_else(|| Error::field("/cadreRef", "reference-unknown"))
        }
        _ => Err(Error::field("/cadreId", "required")),
    }
}
