//! What talks do when a lower room's record changes.

use diesel::prelude::*;

use crate::db::schema::{follow_ups, mentoring_sessions};
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::events::{CadreMoved, Restructuring};

/// Talks of a cadre, and what was agreed, go with them to another unit.
///
/// # Errors
/// When the database refuses.
pub fn follow_cadre(tx: &mut DbConn, moved: CadreMoved) -> Result<()> {
    let CadreMoved {
        cadre_id,
        organization_id,
    } = moved;
    diesel::update(mentoring_sessions::table.filter(mentoring_sessions::cadre_id.eq(cadre_id)))
        .set(mentoring_sessions::present_organization_id.eq(organization_id))
        .execute(tx)?;
    diesel::update(follow_ups::table.filter(follow_ups::cadre_id.eq(cadre_id)))
        .set(follow_ups::present_organization_id.eq(organization_id))
        .execute(tx)?;
    Ok(())
}

/// Talks, and what was agreed, follow a unit that was merged into another.
///
/// # Errors
/// When the database refuses.
pub fn follow_organization(tx: &mut DbConn, change: &Restructuring) -> Result<()> {
    let Restructuring::Merged { from, into, .. } = change else {
        return Ok(());
    };
    let there = |from: &Id| mentoring_sessions::present_organization_id.eq(*from);
    diesel::update(mentoring_sessions::table.filter(there(from)))
        .set(mentoring_sessions::present_organization_id.eq(into))
        .execute(tx)?;
    diesel::update(follow_ups::table.filter(follow_ups::present_organization_id.eq(from)))
        .set(follow_ups::present_organization_id.eq(into))
        .execute(tx)?;
    Ok(())
}
