//! What plans do when a lower room's record changes.

use diesel::prelude::*;

use crate::db::DbConn;
use crate::db::schema::plans;
use crate::error::Result;
use crate::events::{CadreMoved, Restructuring};

/// Plans of a cadre go with them to another unit.
///
/// # Errors
/// When the database refuses.
pub fn follow_cadre(tx: &mut DbConn, moved: CadreMoved) -> Result<()> {
    diesel::update(plans::table.filter(plans::cadre_id.eq(moved.cadre_id)))
        .set(plans::present_organization_id.eq(moved.organization_id))
        .execute(tx)?;
    Ok(())
}

/// Plans follow a unit that was merged into another.
///
/// # Errors
/// When the database refuses.
pub fn follow_organization(tx: &mut DbConn, change: &Restructuring) -> Result<()> {
    if let Restructuring::Merged { from, into, .. } = change {
        diesel::update(plans::table.filter(plans::present_organization_id.eq(from)))
            .set(plans::present_organization_id.eq(into))
            .execute(tx)?;
    }
    Ok(())
}
