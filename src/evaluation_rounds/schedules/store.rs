//! Queries of schedules.

use diesel::prelude::*;

use super::model::{EvaluationSchedule, EvaluationScheduleRecord, ScheduleStatus};
use super::request::EvaluationScheduleFilters;
use crate::db::schema::{evaluation_schedules, organizations};
use crate::db::{self, DbConn, Id, MultiBackend, any_of, within};
use crate::error::{Error, Result};
use crate::evaluation_rounds::scope::RoundScope;
use crate::listing::{EveryMember, List, Sort, SortColumn};
use crate::values::Date;

/// What a reply shows, in one statement. A macro because the joined query has no type one could write down.
macro_rules! records {
    ($fields:expr) => {{
        let fields = $fields;
        evaluation_schedules::table
            .inner_join(
                organizations::table
                    .on(organizations::id.eq(evaluation_schedules::organization_id)),
            )
            .select((
                super::model::columns!(fields),
                (
                    fields.column(&["organizationName"], organizations::name),
                    organizations::path,
                ),
            ))
    }};
}

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<EvaluationSchedule>> {
    let found = evaluation_schedules::table
        .find(id)
        .select(EvaluationSchedule::as_select());
    Ok(found.first(conn).optional()?)
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<EvaluationScheduleRecord>> {
    let found = records!(EveryMember).filter(evaluation_schedules::id.eq(id));
    Ok(found.first::<EvaluationScheduleRecord>(conn).optional()?)
}

/// The same, locked against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock_record(tx: &mut DbConn, id: Id) -> Result<Option<EvaluationScheduleRecord>> {
    if let DbConn::Postgres(conn) = tx {
        let row = evaluation_schedules::table
            .find(id)
            .select(evaluation_schedules::id);
        row.for_update().first::<Id>(conn).optional()?;
    }
    find_record(tx, id)
}

/// The schedule of a unit and kind that is in force.
///
/// # Errors
/// When the database refuses.
pub fn in_force(conn: &mut DbConn, row: &EvaluationSchedule) -> Result<Option<Id>> {
    let in_force = evaluation_schedules::table
        .filter(evaluation_schedules::organization_id.eq(row.organization_id))
        .filter(evaluation_schedules::kind.eq(row.kind))
        .filter(evaluation_schedules::status.eq(ScheduleStatus::Active))
        .select(evaluation_schedules::id);
    Ok(in_force.first(conn).optional()?)
}

/// A schedule whose next period has begun by a day, after the one that was looked at last.
///
/// # Errors
/// When the database refuses.
pub fn due(conn: &mut DbConn, day: Date, after: Option<Id>) -> Result<Option<Id>> {
    let mut due = evaluation_schedules::table
        .filter(evaluation_schedules::status.eq(ScheduleStatus::Active))
        .filter(evaluation_schedules::next_from.le(day))
        .order(evaluation_schedules::id)
        .select(evaluation_schedules::id)
        .into_boxed::<MultiBackend>();
    if let Some(id) = after {
        due = due.filter(evaluation_schedules::id.gt(id));
    }
    Ok(due.first(conn).optional()?)
}

/// Writes a new row.
///
/// # Errors
/// `Duplicate` when the unit has a schedule of that kind in force.
pub fn insert(tx: &mut DbConn, row: &EvaluationSchedule) -> Result<()> {
    diesel::insert_into(evaluation_schedules::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, row: &EvaluationSchedule, version: i64) -> Result<()> {
    let former = evaluation_schedules::table
        .find(row.id)
        .filter(evaluation_schedules::version.eq(version));
    match diesel::update(former).set(row).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// Moves to the next period; which is no change of the schedule.
///
/// # Errors
/// When the database refuses.
pub fn set_next(tx: &mut DbConn, id: Id, next_from: Date) -> Result<()> {
    diesel::update(evaluation_schedules::table.find(id))
        .set(evaluation_schedules::next_from.eq(next_from))
        .execute(tx)?;
    Ok(())
}

/// What lists of schedules are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationScheduleSort {
    /// The id.
    Id,
}

impl Sort for EvaluationScheduleSort {
    type Row = EvaluationScheduleRecord;
    type Source = evaluation_schedules::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(evaluation_schedules::id, |row| row.schedule.id),
        }
    }
}

/// The rows of a page.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    scope: &RoundScope,
    filters: &EvaluationScheduleFilters,
    list: &List<EvaluationScheduleSort>,
) -> Result<Vec<EvaluationScheduleRecord>> {
    let ids = matching(scope, filters).select(evaluation_schedules::id);
    let ids = list.window(ids, filters.organization_id.is_some())?;
    let rows = records!(&list.fields).into_boxed::<MultiBackend>();
    Ok(list
        .rows_of(rows, evaluation_schedules::id, ids)
        .load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    scope: &RoundScope,
    filters: &EvaluationScheduleFilters,
) -> Result<i64> {
    Ok(matching(scope, filters).count().get_result(conn)?)
}

type Query<'a> = evaluation_schedules::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<evaluation_schedules::table>;

fn matching<'a>(scope: &RoundScope, filters: &EvaluationScheduleFilters) -> Query<'a> {
    let mut query = evaluation_schedules::table.into_boxed::<MultiBackend>();
    if !scope.reach.everything {
        query = query.filter(any_of(seen(scope)));
    }
    if let Some(id) = filters.organization_id {
        query = query.filter(evaluation_schedules::organization_id.eq(id));
    }
    if let Some(kinds) = &filters.kind {
        query = query.filter(evaluation_schedules::kind.eq_any(kinds.0.clone()));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(evaluation_schedules::status.eq_any(statuses.0.clone()));
    }
    query
}

/// What the caller sees, as [`RoundScope::sees`] has it.
fn seen(scope: &RoundScope) -> Vec<Condition> {
    let above = organizations::table
        .filter(organizations::path.eq_any(scope.lineage.clone()))
        .select(organizations::id);
    let mut seen: Vec<Condition> = vec![Box::new(
        evaluation_schedules::organization_id.eq_any(above),
    )];
    if !scope.reach.subtrees.is_empty() {
        seen.push(within!(
            evaluation_schedules::table,
            evaluation_schedules::organization_id,
            &scope.reach
        ));
    }
    seen
}
