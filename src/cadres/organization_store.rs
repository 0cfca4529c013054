//! Queries of the cadres of a unit that changes.

use diesel::prelude::*;

use super::model::{Cadre, NonLocal};
use crate::access::Subtree;
use crate::db::schema::{cadres, organizations};
use crate::db::{DbConn, Id, inside};
use crate::error::Result;

/// The cadres of a unit, whatever their status, locked against other writers until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_of_organization(tx: &mut DbConn, organization_id: Id) -> Result<Vec<Cadre>> {
    if let DbConn::Postgres(conn) = tx {
        let locked = cadres::table
            .filter(cadres::organization_id.eq(organization_id))
            .order(cadres::id.asc())
            .select(cadres::id)
            .for_update();
        locked.load::<Id>(conn)?;
    }
    let rows = cadres::table
        .filter(cadres::organization_id.eq(organization_id))
        .order(cadres::id.asc())
        .select(Cadre::as_select());
    Ok(rows.load(tx)?)
}

/// The cadres of a subtree.
///
/// # Errors
/// When the database refuses.
pub fn ids_within(conn: &mut DbConn, subtree: &Subtree) -> Result<Vec<Id>> {
    let organizations = organizations::table
        .filter(inside!(subtree))
        .select(organizations::id);
    let ids = cadres::table
        .filter(cadres::organization_id.eq_any(organizations))
        .order(cadres::id.asc())
        .select(cadres::id);
    Ok(ids.load(conn)?)
}

/// Writes how far from home a cadre is; it follows from the unit, so the version stays.
///
/// # Errors
/// When the database refuses.
pub fn set_non_local(tx: &mut DbConn, id: Id, non_local: Option<NonLocal>) -> Result<()> {
    diesel::update(cadres::table.find(id))
        .set(cadres::non_local.eq(non_local))
        .execute(tx)?;
    Ok(())
}
