//! Queries of evaluations as their writers and managers change them.

pub mod answers;
mod following;
pub mod offices;
pub mod people;
pub mod readable;
pub mod reading;
mod record;
pub mod reopenings;
pub mod rewriters;
pub mod withheld;

pub use following::{follow_cadre, follow_organization, require_no_evaluator};

use diesel::prelude::*;

use self::reopenings::Form;
use super::model::{Evaluation, EvaluationKind, EvaluationStatus, EvaluatorRelation};
use crate::db::schema::evaluations;
use crate::db::{DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, on_backend, unindexed};
use crate::error::{Error, Result};
use crate::values::Date;

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Evaluation>> {
    Ok(evaluations::table
        .find(id)
        .select(Evaluation::as_select())
        .first(conn)
        .optional()?)
}

/// Locks rows against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, ids: &[Id]) -> Result<()> {
    if let DbConn::Postgres(tx) = tx {
        evaluations::table
            .filter(evaluations::id.eq_any(ids))
            .select(evaluations::id)
            .order(evaluations::id)
            .for_update()
            .load::<Id>(tx)?;
    }
    Ok(())
}

/// The live form of the same rater for the same cadre, kind and period, if there is another.
///
/// # Errors
/// When the database refuses.
pub fn twin(conn: &mut DbConn, row: &Evaluation) -> Result<Option<Id>> {
    let other = live(&Form::from_row(row)).filter(evaluations::id.ne(row.id));
    Ok(other.first(conn).optional()?)
}

/// Whether a form was handed in or confirmed.
///
/// # Errors
/// When the database refuses.
pub fn is_handed_in(conn: &mut DbConn, form: &Form) -> Result<bool> {
    let statuses = [EvaluationStatus::Submitted, EvaluationStatus::Confirmed];
    let handed_in = live(form).filter(evaluations::status.eq_any(statuses));
    Ok(handed_in.first::<Id>(conn).optional()?.is_some())
}

/// The ids of what a rater has said or is saying in a form: at most one (`evaluations_one_live`).
#[diesel::dsl::auto_type(no_type_alias)]
fn live(form: &Form) -> _ {
    let (cadre_id, kind): (Id, EvaluationKind) = (form.cadre_id, form.kind);
    let (period_from, period_to): (Date, Date) = (form.period_from, form.period_to);
    let rater: String = form.rater.clone();
    evaluations::table
        .filter(evaluations::cadre_id.eq(cadre_id))
        .filter(evaluations::kind.eq(kind))
        .filter(evaluations::period_from.eq(period_from))
        .filter(evaluations::period_to.eq(period_to))
        .filter(evaluations::rater.eq(rater))
        .filter(evaluations::live)
        .select(evaluations::id)
}

/// The form that was called for to take an evaluation's place.
///
/// # Errors
/// When the database refuses.
pub fn successor_of(conn: &mut DbConn, id: Id) -> Result<Option<Evaluation>> {
    let successor = evaluations::table
        .filter(evaluations::supersedes_id.eq(id))
        .order(evaluations::id.desc())
        .select(Evaluation::as_select());
    Ok(successor.first(conn).optional()?)
}

/// Writes a new row.
///
/// # Errors
/// `Duplicate` when the rater has a live form already.
pub fn insert(tx: &mut DbConn, row: &Evaluation) -> Result<()> {
    insert_many(tx, std::slice::from_ref(row))
}

/// Writes new rows.
///
/// # Errors
/// As [`insert`].
pub fn insert_many(tx: &mut DbConn, rows: &[Evaluation]) -> Result<()> {
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(evaluations::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
}

/// Writes a changed row over the version before.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, row: &Evaluation) -> Result<()> {
    let former = evaluations::table
        .find(row.id)
        .filter(evaluations::version.eq(row.version - 1));
    match diesel::update(former).set(row).execute(tx)? {
        0 => Err(Error::StaleVersion(None)),
        _ => Ok(()),
    }
}

/// Removes a row as it was read.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn delete(tx: &mut DbConn, row: &Evaluation) -> Result<()> {
    let read = evaluations::table
        .find(row.id)
        .filter(evaluations::version.eq(row.version));
    match diesel::delete(read).execute(tx)? {
        0 => Err(Error::StaleVersion(None)),
        _ => Ok(()),
    }
}

/// Makes an evaluation its rater's one live form, or no longer.
///
/// # Errors
/// When the database refuses.
pub fn set_live(tx: &mut DbConn, id: Id, live: bool) -> Result<()> {
    diesel::update(evaluations::table.find(id))
        .set(evaluations::live.eq(live))
        .execute(tx)?;
    Ok(())
}

/// The forms about a cadre that are not confirmed yet.
///
/// # Errors
/// When the database refuses.
pub fn open_of(conn: &mut DbConn, cadre_id: Id) -> Result<Vec<Evaluation>> {
    let open = evaluations::table
        .filter(evaluations::cadre_id.eq(cadre_id))
        .filter(evaluations::status.ne(EvaluationStatus::Confirmed));
    Ok(open
        .select(Evaluation::as_select())
        .order(evaluations::id)
        .load(conn)?)
}

/// Whether the host of a secondment of a cadre has a form that is not confirmed yet.
///
/// # Errors
/// When the database refuses.
pub fn has_open_form_of_host(conn: &mut DbConn, cadre_id: Id) -> Result<bool> {
    let open = evaluations::table
        .filter(evaluations::cadre_id.eq(cadre_id))
        .filter(
            unindexed(
                evaluations::evaluator_relation,
                evaluations::evaluator_relation,
            )
            .eq(EvaluatorRelation::HostUnit),
        )
        .filter(unindexed(evaluations::status, evaluations::status).ne(EvaluationStatus::Confirmed))
        .select(evaluations::id);
    Ok(open.first::<Id>(conn).optional()?.is_some())
}

/// The grades that a unit gave in evaluations of a kind whose period ends on a day, handed in or confirmed.
///
/// # Errors
/// When the database refuses.
pub fn unit_grades(
    conn: &mut DbConn,
    organization_id: Id,
    kind: EvaluationKind,
    period_to: Date,
) -> Result<Vec<String>> {
    let given = evaluations::table
        .filter(evaluations::organization_id.eq(organization_id))
        .filter(evaluations::kind.eq(kind))
        .filter(evaluations::period_to.eq(period_to))
        .filter(evaluations::evaluator_relation.eq_any(EvaluatorRelation::OF_UNIT))
        .filter(
            evaluations::status.eq_any([EvaluationStatus::Submitted, EvaluationStatus::Confirmed]),
        )
        .filter(evaluations::live)
        .filter(evaluations::grade.is_not_null())
        .into_boxed::<MultiBackend>();
    Ok(given
        .select(evaluations::grade.assume_not_null())
        .load(conn)?)
}

/// The result of a cadre's probation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct ProbationResult {
    /// The evaluation that says so.
    pub evaluation_id: Id,
    /// The result, a code.
    pub grade: Option<String>,
}

/// The latest confirmed result of a cadre's probation by the unit, whoever may read it.
///
/// # Errors
/// When the database refuses.
pub fn probation_result(conn: &mut DbConn, cadre_id: Id) -> Result<Option<ProbationResult>> {
    let results = evaluations::table
        .filter(evaluations::cadre_id.eq(cadre_id))
        .filter(unindexed(evaluations::kind, evaluations::kind).eq(EvaluationKind::Probation))
        .filter(unindexed(evaluations::status, evaluations::status).eq(EvaluationStatus::Confirmed))
        .filter(
            unindexed(
                evaluations::evaluator_relation,
                evaluations::evaluator_relation,
            )
            .eq_any(EvaluatorRelation::OF_UNIT),
        )
        .filter(evaluations::superseded_by_id.is_null())
        .order((evaluations::period_to.desc(), evaluations::id.desc()))
        .select((evaluations::id, evaluations::grade));
    Ok(results.first(conn).optional()?)
}
