//! Reads of evaluations; each passes through [`readable`].

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::model::{
    Evaluation, EvaluationKind, EvaluationRecord, EvaluationStatus, EvaluatorRelation,
};
use super::super::request::EvaluationFilters;
use super::offices::Offices;
use super::readable::{Own, readable};
use super::record::{Condition, Joined, records};
use crate::access::Permission;
use crate::context::Context;
use crate::db::schema::evaluations;
use crate::db::{DbConn, Id, MultiBackend, one_of, unindexed};
use crate::error::Result;
use crate::journal;
use crate::listing::{List, Sort, SortColumn};
use crate::organizations::{ListedOrganizations, within_organizations};
use crate::values::{Date, DateBound};

/// The evaluation, if it exists for the caller.
///
/// # Errors
/// When the database refuses.
pub fn see(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<EvaluationRecord>> {
    Ok(see_all(conn, context, &[id])?.pop())
}

/// Those of these evaluations that exist for the caller.
///
/// # Errors
/// When the database refuses.
pub fn see_all(conn: &mut DbConn, context: &Context, ids: &[Id]) -> Result<Vec<EvaluationRecord>> {
    let chosen = records!().filter(readable(context, &Offices::from_context(context)));
    Ok(chosen
        .filter(evaluations::id.eq_any(ids.to_vec()))
        .load(conn)?)
}

/// Whether the caller can read another's form for the cadre, kind and period of a row.
///
/// # Errors
/// When the database refuses.
pub fn reads_another(conn: &mut DbConn, context: &Context, row: &Evaluation) -> Result<bool> {
    let others = records!()
        .filter(readable(context, &Offices::from_context(context)))
        .filter(evaluations::cadre_id.eq(row.cadre_id))
        .filter(unindexed(evaluations::kind, evaluations::kind).eq(row.kind))
        .filter(evaluations::period_from.eq(row.period_from))
        .filter(evaluations::period_to.eq(row.period_to))
        .filter(evaluations::rater.ne(row.rater.clone()))
        .select(evaluations::id);
    Ok(others.first::<Id>(conn).optional()?.is_some())
}

/// Whether the caller can read another's form for the cadre, kind and period of a row, or could at any time since they handed
/// theirs in: a pair that has ended since, or a form that was taken back, does not make them forget.
///
/// # Errors
/// When the database refuses.
pub fn could_read_another(conn: &mut DbConn, context: &Context, row: &Evaluation) -> Result<bool> {
    let others = evaluations::table
        .filter(evaluations::cadre_id.eq(row.cadre_id))
        .filter(unindexed(evaluations::kind, evaluations::kind).eq(row.kind))
        .filter(evaluations::period_from.eq(row.period_from))
        .filter(evaluations::period_to.eq(row.period_to))
        .filter(evaluations::rater.ne(row.rater.clone()))
        .select((evaluations::id, evaluations::status));
    let others: Vec<(Id, EvaluationStatus)> = others.load(conn)?;
    if others.is_empty() {
        return Ok(false);
    }
    // Everyone who writes about a cadre reads what is confirmed.
    if others
        .iter()
        .any(|(_, status)| *status == EvaluationStatus::Confirmed)
    {
        return Ok(true);
    }
    if reads_another(conn, context, row)? {
        return Ok(true);
    }
    let (Some(since), true) = (
        row.submitted_at,
        context.actor.may(Permission::EvaluationsConfirm),
    ) else {
        return Ok(false);
    };
    let ids: Vec<Id> = others.into_iter().map(|(id, _)| id).collect();
    journal::has_happened(conn, &ids, "evaluation.withdrawn", since)
}

/// Confirmed evaluations of a cadre that nothing superseded, as far as they exist for the caller, the latest period first.
///
/// # Errors
/// When the database refuses.
pub fn confirmed_of(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    since: Option<Date>,
    limit: i64,
) -> Result<Vec<EvaluationRecord>> {
    let mut chosen = records!()
        .filter(readable(context, &Offices::from_context(context)))
        .filter(evaluations::cadre_id.eq(cadre_id))
        .filter(unindexed(evaluations::status, evaluations::status).eq(EvaluationStatus::Confirmed))
        .filter(evaluations::superseded_by_id.is_null());
    if let Some(day) = since {
        chosen = chosen.filter(evaluations::period_to.ge(day));
    }
    Ok(chosen
        .order((evaluations::period_to.desc(), evaluations::id.desc()))
        .limit(limit)
        .load(conn)?)
}

/// What lists of evaluations are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationSort {
    /// The id.
    Id,
    /// The last day of the period.
    PeriodTo,
    /// The last change.
    UpdatedAt,
}

impl Sort for EvaluationSort {
    type Row = EvaluationRecord;
    type Source = Joined;
    const ALL: &'static [(&'static str, Self)] = &[
        ("id", Self::Id),
        ("periodTo", Self::PeriodTo),
        ("updatedAt", Self::UpdatedAt),
    ];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(evaluations::id, |row| row.evaluation.id),
            Self::PeriodTo => {
                SortColumn::new(evaluations::period_to, |row| row.evaluation.period_to)
            }
            Self::UpdatedAt => {
                SortColumn::new(evaluations::updated_at, |row| row.evaluation.updated_at)
            }
        }
    }
}

/// A page of the evaluations that exist for the caller.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &EvaluationFilters,
    units: &ListedOrganizations,
    offices: &Offices,
    list: &List<EvaluationSort>,
) -> Result<Vec<EvaluationRecord>> {
    let query = records!().filter(matching(context, filters, units, offices));
    Ok(list.window(query, units.is_narrow())?.load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &EvaluationFilters,
    units: &ListedOrganizations,
    offices: &Offices,
) -> Result<i64> {
    let matching = matching(context, filters, units, offices);
    Ok(records!().filter(matching).count().get_result(conn)?)
}

/// That an evaluation exists for the caller and passes the filters.
fn matching(
    context: &Context,
    filters: &EvaluationFilters,
    units: &ListedOrganizations,
    offices: &Offices,
) -> Condition {
    let mut all = readable(context, offices);
    if let Some(id) = filters.cadre_id {
        all = both(all, evaluations::cadre_id.eq(id));
    }
    if let Some(unit) = &units.asked {
        all = both(
            all,
            within_organizations!(Joined, unit, evaluations::organization_id),
        );
    }
    if let Some(kinds) = &filters.kind {
        all = both(
            all,
            one_of!(
                Joined, evaluations::kind, &kinds.0,
                common: [EvaluationKind::Ordinary, EvaluationKind::Annual]
            ),
        );
    }
    if let Some(relations) = &filters.evaluator_relation {
        all = both(
            all,
            one_of!(
                Joined, evaluations::evaluator_relation, &relations.0,
                common: EvaluatorRelation::ALL
            ),
        );
    }
    if let Some(user) = filters.evaluator_user_id {
        // Of evaluations about themselves nobody can ask who wrote them.
        let others = evaluations::cadre_id.ne(Own::from_actor(&context.actor).cadre);
        let written = evaluations::evaluator_user_id.eq(user).assume_not_null();
        all = both(all, written.and(others));
    }
    if let Some(statuses) = &filters.status {
        all = both(
            all,
            one_of!(
                Joined, evaluations::status, &statuses.0,
                common: [EvaluationStatus::Confirmed]
            ),
        );
    }
    all = match filters.current {
        Some(current) if current.0 => both(all, evaluations::superseded_by_id.is_null()),
        Some(_) => both(all, evaluations::superseded_by_id.is_not_null()),
        None => all,
    };
    if let Some(DateBound(day)) = filters.period_from_gte {
        all = both(all, evaluations::period_from.ge(day));
    }
    if let Some(DateBound(day)) = filters.period_to_lte {
        all = both(all, evaluations::period_to.le(day));
    }
    all
}

fn both(
    one: Condition,
    other: impl BoxableExpression<Joined, MultiBackend, SqlType = Bool> + 'static,
) -> Condition {
    let other: Condition = Box::new(other);
    Box::new(one.and(other))
}
