//! What growth entries do when a lower room's record changes.

use diesel::prelude::*;

use crate::db::schema::growth_entries;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::events::{CadreMoved, Restructuring};

/// Growth entries of a cadre go with them to another unit.
///
/// # Errors
/// When the database refuses.
pub fn follow_cadre(tx: &mut DbConn, moved: CadreMoved) -> Result<()> {
    diesel::update(growth_entries::table.filter(growth_entries::cadre_id.eq(moved.cadre_id)))
        .set(growth_entries::present_organization_id.eq(moved.organization_id))
        .execute(tx)?;
    Ok(())
}

/// Growth entries follow a unit that was merged into another.
///
/// # Errors
/// When the database refuses.
pub fn follow_organization(tx: &mut DbConn, change: &Restructuring) -> Result<()> {
    if let Restructuring::Merged { from, into, .. } = change {
        diesel::update(
            growth_entries::table.filter(growth_entries::present_organization_id.eq(from)),
        )
        .set(growth_entries::present_organization_id.eq(into))
        .execute(tx)?;
    }
    Ok(())
}

/// Lets a user be removed who never verified any.
///
/// # Errors
/// `InUse`.
pub fn require_no_verifier(conn: &mut DbConn, user_id: Id) -> Result<()> {
    let named = growth_entries::table
        .filter(growth_entries::verified_by.eq(user_id))
        .select(growth_entries::id);
    match named.first::<Id>(conn).optional()? {
        Some(_) => Err(Error::InUse),
        None => Ok(()),
    }
}
