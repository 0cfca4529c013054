//! Queries of rounds.

use diesel::prelude::*;

use super::model::{EvaluationRound, EvaluationRoundRecord, RoundStatus};
use super::request::EvaluationRoundFilters;
use super::scope::RoundScope;
use crate::db::schema::{evaluation_rounds, organizations};
use crate::db::{self, DbConn, Id, MultiBackend, any_of, within};
use crate::error::{Error, Result};
use crate::listing::{EveryMember, List, Sort, SortColumn};
use crate::values::{Date, DateBound};

/// What a reply shows, in one statement: of the members that are asked for, what they need, and always what decides who sees the
/// row. A macro because the joined query has no type one could write down.
macro_rules! records {
    ($fields:expr) => {{
        let fields = $fields;
        evaluation_rounds::table
            .inner_join(
                organizations::table.on(organizations::id.eq(evaluation_rounds::organization_id)),
            )
            .select((
                crate::evaluation_rounds::model::columns!(fields),
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
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<EvaluationRound>> {
    let found = evaluation_rounds::table
        .find(id)
        .select(EvaluationRound::as_select());
    Ok(found.first(conn).optional()?)
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<EvaluationRoundRecord>> {
    let found = records!(EveryMember).filter(evaluation_rounds::id.eq(id));
    Ok(found.first::<EvaluationRoundRecord>(conn).optional()?)
}

/// The same, locked against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock_record(tx: &mut DbConn, id: Id) -> Result<Option<EvaluationRoundRecord>> {
    if let DbConn::Postgres(conn) = tx {
        let row = evaluation_rounds::table
            .find(id)
            .select(evaluation_rounds::id);
        row.for_update().first::<Id>(conn).optional()?;
    }
    find_record(tx, id)
}

/// The round of a unit, kind and period, if there is one.
///
/// # Errors
/// When the database refuses.
pub fn twin(conn: &mut DbConn, row: &EvaluationRound) -> Result<Option<Id>> {
    let twin = evaluation_rounds::table
        .filter(evaluation_rounds::organization_id.eq(row.organization_id))
        .filter(evaluation_rounds::kind.eq(row.kind))
        .filter(evaluation_rounds::period_from.eq(row.period_from))
        .filter(evaluation_rounds::period_to.eq(row.period_to))
        .filter(evaluation_rounds::id.ne(row.id))
        .select(evaluation_rounds::id);
    Ok(twin.first(conn).optional()?)
}

/// The first round that a day opens, for which it issues forms, or that was to be closed before it.
///
/// # Errors
/// When the database refuses.
pub fn due(conn: &mut DbConn, day: Date) -> Result<Option<Id>> {
    let planned = evaluation_rounds::status
        .eq(RoundStatus::Planned)
        .and(evaluation_rounds::opens_on.le(day));
    let open = evaluation_rounds::status.eq(RoundStatus::Open).and(
        evaluation_rounds::closes_on
            .lt(day)
            .or(evaluation_rounds::issued_on.is_null())
            .or(evaluation_rounds::issued_on.assume_not_null().lt(day)),
    );
    let due = evaluation_rounds::table
        .filter(planned.or(open))
        .order(evaluation_rounds::id)
        .select(evaluation_rounds::id);
    Ok(due.first(conn).optional()?)
}

/// Writes a new row.
///
/// # Errors
/// `Duplicate` when the unit has a round of that kind and period.
pub fn insert(tx: &mut DbConn, row: &EvaluationRound) -> Result<()> {
    diesel::insert_into(evaluation_rounds::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, row: &EvaluationRound, version: i64) -> Result<()> {
    let former = evaluation_rounds::table
        .find(row.id)
        .filter(evaluation_rounds::version.eq(version));
    match diesel::update(former).set(row).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// Keeps the day for which all forms of an open round were issued; which is no change of the round.
///
/// # Errors
/// When the database refuses.
pub fn set_issued_on(tx: &mut DbConn, id: Id, day: Date) -> Result<()> {
    let open = evaluation_rounds::table
        .find(id)
        .filter(evaluation_rounds::status.eq(RoundStatus::Open));
    diesel::update(open)
        .set(evaluation_rounds::issued_on.eq(day))
        .execute(tx)?;
    Ok(())
}

/// Removes a row.
///
/// # Errors
/// `InUse` when something refers to it.
pub fn delete(tx: &mut DbConn, id: Id) -> Result<()> {
    diesel::delete(evaluation_rounds::table.find(id)).execute(tx)?;
    Ok(())
}

/// What lists of rounds are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationRoundSort {
    /// The id.
    Id,
    /// The last day of the period.
    PeriodTo,
}

impl Sort for EvaluationRoundSort {
    type Row = EvaluationRoundRecord;
    type Source = evaluation_rounds::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id), ("periodTo", Self::PeriodTo)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(evaluation_rounds::id, |row| row.round.id),
            Self::PeriodTo => {
                SortColumn::new(evaluation_rounds::period_to, |row| row.round.period_to)
            }
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
    filters: &EvaluationRoundFilters,
    list: &List<EvaluationRoundSort>,
) -> Result<Vec<EvaluationRoundRecord>> {
    let ids = matching(scope, filters).select(evaluation_rounds::id);
    let ids = list.window(ids, filters.organization_id.is_some())?;
    let rows = records!(&list.fields).into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, evaluation_rounds::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    scope: &RoundScope,
    filters: &EvaluationRoundFilters,
) -> Result<i64> {
    Ok(matching(scope, filters).count().get_result(conn)?)
}

type Query<'a> = evaluation_rounds::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<evaluation_rounds::table>;

fn matching<'a>(scope: &RoundScope, filters: &EvaluationRoundFilters) -> Query<'a> {
    let mut query = evaluation_rounds::table.into_boxed::<MultiBackend>();
    if !scope.reach.everything {
        query = query.filter(any_of(seen(scope)));
    }
    if let Some(id) = filters.organization_id {
        query = query.filter(evaluation_rounds::organization_id.eq(id));
    }
    if let Some(kinds) = &filters.kind {
        query = query.filter(evaluation_rounds::kind.eq_any(kinds.0.clone()));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(evaluation_rounds::status.eq_any(statuses.0.clone()));
    }
    if let Some(DateBound(day)) = filters.period_to_gte {
        query = query.filter(evaluation_rounds::period_to.ge(day));
    }
    if let Some(DateBound(day)) = filters.period_to_lte {
        query = query.filter(evaluation_rounds::period_to.le(day));
    }
    query
}

/// What the caller sees, as [`RoundScope::sees`] has it.
fn seen(scope: &RoundScope) -> Vec<Condition> {
    let above = organizations::table
        .filter(organizations::path.eq_any(scope.lineage.clone()))
        .select(organizations::id);
    let mut seen: Vec<Condition> = vec![Box::new(evaluation_rounds::organization_id.eq_any(above))];
    if !scope.reach.subtrees.is_empty() {
        seen.push(within!(
            evaluation_rounds::table,
            evaluation_rounds::organization_id,
            &scope.reach
        ));
    }
    seen
}
