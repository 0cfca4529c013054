//! What evaluations do when a lower room's record changes.

use diesel::prelude::*;

use crate::db::schema::evaluations;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::events::{CadreMoved, Restructuring};

/// Evaluations of a cadre go with them to another unit.
///
/// # Errors
/// When the database refuses.
pub fn follow_cadre(tx: &mut DbConn, moved: CadreMoved) -> Result<()> {
    diesel::update(evaluations::table.filter(evaluations::cadre_id.eq(moved.cadre_id)))
        .set(evaluations::present_organization_id.eq(moved.organization_id))
        .execute(tx)?;
    Ok(())
}

/// Evaluations follow a unit that was merged into another.
///
/// # Errors
/// When the database refuses.
pub fn follow_organization(tx: &mut DbConn, change: &Restructuring) -> Result<()> {
    if let Restructuring::Merged { from, into, .. } = change {
        diesel::update(evaluations::table.filter(evaluations::present_organization_id.eq(from)))
            .set(evaluations::present_organization_id.eq(into))
            .execute(tx)?;
    }
    Ok(())
}

/// Lets a user be removed who never rated anybody.
///
/// # Errors
/// `InUse`.
pub fn require_no_evaluator(conn: &mut DbConn, user_id: Id) -> Result<()> {
    let named = evaluations::table
        .filter(evaluations::evaluator_user_id.eq(user_id))
        .select(evaluations::id);
    match named.first::<Id>(conn).optional()? {
        Some(_) => Err(Error::InUse),
        None => Ok(()),
    }
}
