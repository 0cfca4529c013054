//! Naming a cadre in a body: by id, or by the id in another system.

use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::external_ids::{self, ExternalRef, Kind};

/// The two ways to name a cadre; exactly one is given.
#[derive(Debug, Clone, Copy)]
pub struct CadreChoice<'a> {
    /// `cadreId`.
    pub id: Option<Id>,
    /// `cadreRef`.
    pub external: Option<&'a ExternalRef>,
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
