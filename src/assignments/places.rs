//! Where units lie, for the question whether a mentor is near enough to a cadre.

use super::rules::Place;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::mentors;
use crate::organizations::{self, OrganizationKind};

/// Where a unit lies; it can't be moved before the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn of(tx: &mut DbConn, organization_id: Id) -> Result<Place> {
    let unit = organizations::store::find_shared(tx, organization_id)?
        .ok_or_else(|| Error::internal("a person's unit is not there"))?;
    let ancestry: Vec<String> = unit
        .path
        .match_indices('/')
        .map(|(end, _)| unit.path[..=end].to_owned())
        .collect();
    let mut place = Place {
        path: unit.path,
        ..Place::default()
    };
    for (subtree, kind) in mentors::store::units_at(tx, &ancestry)? {
        match kind {
            OrganizationKind::County => place.county = Some(subtree.path),
            OrganizationKind::City => place.city = Some(subtree.path),
            _ => {}
        }
    }
    Ok(place)
}
