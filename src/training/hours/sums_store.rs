//! Queries of the sums of a year.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::Credited;
use super::sums::sums;
use crate::cadres::probation_end;
use crate::context::Context;
use crate::db::schema::{cadres, enrolments, training_events, training_hours};
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, advisory_lock, on_backend};
use crate::error::Result;
use crate::values::Date;

/// Key of the lock under which sums are written on PostgreSQL; SQLite has one writer. It is taken last of all: two events that credit
/// the same cadre would each miss the other's hours.
const SUMS_LOCK: i64 = 0x7472_6169_6e5f_686f;

/// Counts anew what some cadres are credited with.
///
/// # Errors
/// When the database refuses.
pub fn recount(tx: &mut DbConn, cadre_ids: &[Id]) -> Result<()> {
    if cadre_ids.is_empty() {
        return Ok(());
    }
    advisory_lock(tx, SUMS_LOCK)?;
    for some in cadre_ids.chunks(ROWS_PER_STATEMENT) {
        recount_some(tx, some)?;
    }
    Ok(())
}

/// Counts anew what a cadre is credited with: their probation ends on another day.
///
/// # Errors
/// When the database refuses.
pub fn recount_one(tx: &mut DbConn, _: &Context, cadre_id: Id) -> Result<()> {
    recount(tx, &[cadre_id])
}

fn recount_some(tx: &mut DbConn, cadre_ids: &[Id]) -> Result<()> {
    let ids = cadre_ids.to_vec();
    let credited = enrolments::table
        .inner_join(training_events::table.on(training_events::id.eq(enrolments::event_id)))
        .filter(enrolments::cadre_id.eq_any(ids.clone()))
        .filter(enrolments::hours_credited.gt(0))
        .select((
            enrolments::cadre_id,
            enrolments::hours_credited,
            enrolments::days_credited,
            enrolments::result,
            training_events::kind,
            training_events::ends_on,
        ));
    let credited: Vec<Credited> = credited.load(tx)?;
    let former = training_hours::table.filter(training_hours::cadre_id.eq_any(ids.clone()));
    diesel::delete(former).execute(tx)?;
    if credited.is_empty() {
        return Ok(());
    }
    let probations = cadres::table.filter(cadres::id.eq_any(ids)).select((
        cadres::id,
        cadres::reported_on,
        cadres::probation_extended_until,
    ));
    let probations: Vec<(Id, Date, Option<Date>)> = probations.load(tx)?;
    let ends: HashMap<Id, Date> = probations
        .into_iter()
        .map(|(id, reported_on, extended)| (id, probation_end(reported_on, extended)))
        .collect();
    let sums = sums(&credited, &ends);
    for rows in sums.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(training_hours::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
}
