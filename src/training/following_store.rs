//! What training does when a lower room's record changes.

use diesel::prelude::*;

use crate::db::DbConn;
use crate::db::schema::{enrolments, training_events};
use crate::error::Result;
use crate::events::{CadreMoved, Restructuring};

/// Enrolments of a cadre go with them to another unit.
///
/// # Errors
/// When the database refuses.
pub fn follow_cadre(tx: &mut DbConn, moved: CadreMoved) -> Result<()> {
    diesel::update(enrolments::table.filter(enrolments::cadre_id.eq(moved.cadre_id)))
        .set(enrolments::present_organization_id.eq(moved.organization_id))
        .execute(tx)?;
    Ok(())
}

/// Events and enrolments follow a unit that was merged into another.
///
/// # Errors
/// When the database refuses.
pub fn follow_organization(tx: &mut DbConn, change: &Restructuring) -> Result<()> {
    let Restructuring::Merged { from, into, .. } = change else {
        return Ok(());
    };
    diesel::update(training_events::table.filter(training_events::organization_id.eq(from)))
        .set(training_events::organization_id.eq(into))
        .execute(tx)?;
    diesel::update(
        training_events::table.filter(training_events::open_to_organization_id.eq(from)),
    )
    .set(training_events::open_to_organization_id.eq(into))
    .execute(tx)?;
    diesel::update(enrolments::table.filter(enrolments::present_organization_id.eq(from)))
        .set(enrolments::present_organization_id.eq(into))
        .execute(tx)?;
    diesel::update(enrolments::table.filter(enrolments::host_organization_id.eq(from)))
        .set(enrolments::host_organization_id.eq(into))
        .execute(tx)?;
    Ok(())
}
