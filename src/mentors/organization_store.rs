//! Queries of the mentors of a unit that changes.

use diesel::prelude::*;

use super::model::Mentor;
use crate::access::Subtree;
use crate::db::schema::{mentors, organizations};
use crate::db::{DbConn, Id, inside};
use crate::error::Result;

/// The mentors of a unit, whatever their status, locked against other writers until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_of_organization(tx: &mut DbConn, organization_id: Id) -> Result<Vec<Mentor>> {
    if let DbConn::Postgres(conn) = tx {
        let locked = mentors::table
            .filter(mentors::organization_id.eq(organization_id))
            .order(mentors::id.asc())
            .select(mentors::id)
            .for_update();
        locked.load::<Id>(conn)?;
    }
    let rows = mentors::table
        .filter(mentors::organization_id.eq(organization_id))
        .order(mentors::id.asc())
        .select(Mentor::as_select());
    Ok(rows.load(tx)?)
}

/// The mentors of a subtree.
///
/// # Errors
/// When the database refuses.
pub fn ids_within(conn: &mut DbConn, subtree: &Subtree) -> Result<Vec<Id>> {
    let organizations = organizations::table
        .filter(inside!(subtree))
        .select(organizations::id);
    let ids = mentors::table
        .filter(mentors::organization_id.eq_any(organizations))
        .order(mentors::id.asc())
        .select(mentors::id);
    Ok(ids.load(conn)?)
}
