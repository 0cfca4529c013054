//! Queries that find who has no plan yet, and write plans.

use std::collections::HashMap;

use diesel::prelude::*;

use super::goals::Carried;
use super::model::Plan;
use crate::cadres::{CadreStatus, Phase};
use crate::db::schema::{cadres, organizations, plans};
use crate::db::{
    DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, UtcTimestamp, advisory_lock, on_backend,
    unindexed,
};
use crate::error::Result;
use crate::values::Date;

/// Key of the lock under which plans are made on PostgreSQL; SQLite has one writer.
const MAKING_LOCK: i64 = 0x706c_616e_735f_6d6b;

/// Lets nobody else make plans until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_making(tx: &mut DbConn) -> Result<()> {
    advisory_lock(tx, MAKING_LOCK)
}

/// A cadre who has no plan of a phase yet.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Planless {
    /// Who.
    pub cadre_id: Id,
    /// The day of reporting.
    pub reported_on: Date,
    /// The first day off an extended probation.
    pub probation_extended_until: Option<Date>,
    /// The unit.
    pub organization_id: Id,
    /// The unit's path.
    pub path: String,
}

/// The cadres in the programme who reported between two days, both included, and have no plan of a phase: of those only who changed
/// since a moment, where one is given, and no more than so many.
///
/// # Errors
/// When the database refuses.
pub fn planless(
    conn: &mut DbConn,
    phase: Phase,
    (from, last): (Date, Date),
    since: Option<UtcTimestamp>,
    most: Option<usize>,
) -> Result<Vec<Planless>> {
    let planned = plans::table
        .filter(plans::cadre_id.eq(cadres::id))
        .filter(plans::phase.eq(phase))
        .select(plans::id);
    let rows = cadres::table
        .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
        .filter(cadres::status.eq_any([CadreStatus::Active, CadreStatus::Suspended]))
        .filter(diesel::dsl::not(diesel::dsl::exists(planned)))
        .select((
            cadres::id,
            cadres::reported_on,
            cadres::probation_extended_until,
            organizations::id,
            organizations::path,
        ))
        .into_boxed::<MultiBackend>();
    // Everyone reported on some day: who changed since is found by that alone, however many there are.
    let rows = match since {
        Some(since) => {
            let reported_on = || unindexed(cadres::reported_on, cadres::reported_on);
            let changed = rows.filter(cadres::updated_at.ge(since));
            changed
                .filter(reported_on().le(last))
                .filter(reported_on().ge(from))
        }
        None => rows
            .filter(cadres::reported_on.le(last))
            .filter(cadres::reported_on.ge(from)),
    };
    let most = most.and_then(|most| i64::try_from(most).ok());
    let rows = rows.order(cadres::id).limit(most.unwrap_or(i64::MAX));
    Ok(rows.load(conn)?)
}

/// The plans of the year before, of those who have one, locked against other writers until the transaction ends: what is carried
/// over from them while the next ones are made waits, and finds these.
///
/// # Errors
/// When the database refuses.
pub fn before(
    tx: &mut DbConn,
    phase: Phase,
    planless: &[Planless],
) -> Result<HashMap<Id, Carried>> {
    let Some(previous) = phase.previous() else {
        return Ok(HashMap::new());
    };
    let mut found = HashMap::new();
    for some in planless.chunks(ROWS_PER_STATEMENT) {
        let of: Vec<Id> = some.iter().map(|cadre| cadre.cadre_id).collect();
        let rows = plans::table
            .filter(plans::cadre_id.eq_any(of))
            .filter(plans::phase.eq(previous))
            .order(plans::id)
            .select((plans::cadre_id, plans::id, plans::goals));
        let rows: Vec<(Id, Id, String)> = match tx {
            DbConn::Postgres(conn) => rows.for_update().load(conn)?,
            DbConn::Sqlite(conn) => rows.load(conn)?,
        };
        let carried = |(cadre_id, plan_id, goals)| (cadre_id, Carried { plan_id, goals });
        found.extend(rows.into_iter().map(carried));
    }
    Ok(found)
}

/// Every plan.
///
/// # Errors
/// When the database refuses.
pub fn all(conn: &mut DbConn) -> Result<Vec<Plan>> {
    let rows = plans::table.order(plans::id).select(Plan::as_select());
    Ok(rows.load(conn)?)
}

/// The plans of a cadre from the first year on, locked against other writers until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn of_cadre(tx: &mut DbConn, cadre_id: Id) -> Result<Vec<Plan>> {
    if let DbConn::Postgres(conn) = tx {
        plans::table
            .filter(plans::cadre_id.eq(cadre_id))
            .order(plans::starts_on)
            .select(plans::id)
            .for_update()
            .load::<Id>(conn)?;
    }
    let rows = plans::table
        .filter(plans::cadre_id.eq(cadre_id))
        .order(plans::starts_on)
        .select(Plan::as_select());
    Ok(rows.load(tx)?)
}

/// Removes rows.
///
/// # Errors
/// When the database refuses.
pub fn delete_many(tx: &mut DbConn, ids: Vec<Id>) -> Result<()> {
    diesel::delete(plans::table.filter(plans::id.eq_any(ids))).execute(tx)?;
    Ok(())
}

/// Writes new rows.
///
/// # Errors
/// When the database refuses.
pub fn insert_many(tx: &mut DbConn, rows: &[Plan]) -> Result<()> {
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(plans::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
}
