//! What postings do when a lower room's record changes.

use diesel::prelude::*;

use crate::db::DbConn;
use crate::db::schema::{exchanges, postings};
use crate::error::Result;
use crate::events::{CadreMoved, Restructuring};

/// Postings of a cadre go with them to another unit.
///
/// # Errors
/// When the database refuses.
pub fn follow_cadre(tx: &mut DbConn, moved: CadreMoved) -> Result<()> {
    diesel::update(postings::table.filter(postings::cadre_id.eq(moved.cadre_id)))
        .set(postings::present_organization_id.eq(moved.organization_id))
        .execute(tx)?;
    Ok(())
}

/// Postings follow a unit that was merged into another, as that of the cadre and as the host.
///
/// # Errors
/// When the database refuses.
pub fn follow_organization(tx: &mut DbConn, change: &Restructuring) -> Result<()> {
    let Restructuring::Merged { from, into, .. } = change else {
        return Ok(());
    };
    diesel::update(postings::table.filter(postings::present_organization_id.eq(from)))
        .set(postings::present_organization_id.eq(into))
        .execute(tx)?;
    diesel::update(postings::table.filter(postings::host_organization_id.eq(from)))
        .set(postings::host_organization_id.eq(into))
        .execute(tx)?;
    diesel::update(exchanges::table.filter(exchanges::organization_id.eq(from)))
        .set(exchanges::organization_id.eq(into))
        .execute(tx)?;
    Ok(())
}
