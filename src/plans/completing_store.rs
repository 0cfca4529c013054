//! Queries that walk live plans and write their goals.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::model::{Plan, PlanStatus};
use crate::access::Subtree;
use crate::cadres::Phase;
use crate::db::schema::{organizations, plans};
use crate::db::{DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, inside, on_backend};
use crate::error::Result;

/// The next live plans of a phase after an id, of cadres who are in a county now where one is given; where they are to be written,
/// locked against other writers until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn live(
    tx: &mut DbConn,
    phase: Phase,
    county: Option<&Subtree>,
    after: Option<Id>,
    is_written: bool,
) -> Result<Vec<Plan>> {
    let live = [PlanStatus::Draft, PlanStatus::Active, PlanStatus::Extended];
    let mut next = plans::table
        .filter(plans::phase.eq(phase))
        .filter(plans::status.eq_any(live))
        .into_boxed::<MultiBackend>();
    if let Some(county) = county {
        let units = organizations::table.filter(inside!(county));
        next = next.filter(plans::present_organization_id.eq_any(units.select(organizations::id)));
    }
    if let Some(after) = after {
        next = next.filter(plans::id.gt(after));
    }
    let most = i64::try_from(ROWS_PER_STATEMENT).unwrap_or(i64::MAX);
    let next = next.order(plans::id).limit(most);
    if !is_written {
        return Ok(next.select(Plan::as_select()).load(tx)?);
    }
    let ids: Vec<Id> = next.select(plans::id).load(tx)?;
    let chosen = plans::table.filter(plans::id.eq_any(ids)).order(plans::id);
    if let DbConn::Postgres(conn) = tx {
        chosen
            .clone()
            .select(plans::id)
            .for_update()
            .load::<Id>(conn)?;
    }
    Ok(chosen.select(Plan::as_select()).load(tx)?)
}

/// Writes what plans that are under lock say, with their versions.
///
/// # Errors
/// When the database refuses.
pub fn write_many(tx: &mut DbConn, rows: &[Plan]) -> Result<()> {
    on_backend!(tx, |c| diesel::insert_into(plans::table)
        .values(rows)
        .on_conflict(plans::id)
        .do_update()
        .set((
            plans::version.eq(excluded(plans::version)),
            plans::updated_at.eq(excluded(plans::updated_at)),
            plans::goals.eq(excluded(plans::goals)),
            plans::career_plan.eq(excluded(plans::career_plan)),
            plans::status.eq(excluded(plans::status)),
        ))
        .execute(c))?;
    Ok(())
}
