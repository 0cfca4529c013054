//! What every change begins and ends with: the locked row, the next version, the journal's line, the warning.

use super::issued::{self, Turn};
use super::model::{Evaluation, EvaluationRecord};
use super::response::{EvaluationResponse, ShareWarning, Written};
use super::store::reading;
use super::{rules, store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::journal::{self, Change, Override};

/// The evaluation that exists for the caller, locked.
///
/// # Errors
/// `NotFound`.
pub fn begin(tx: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationRecord> {
    store::lock(tx, &[id])?;
    reading::see(tx, context, id)?.ok_or(Error::NotFound)
}

/// The evaluation that the caller wrote and may still write, locked.
///
/// # Errors
/// `NotFound` when it does not exist for the caller, `Forbidden` when it does and another wrote it.
pub fn own(tx: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationRecord> {
    let record = begin(tx, context, id)?;
    if record.evaluation.is_writable_by(&context.actor) {
        Ok(record)
    } else {
        Err(Error::Forbidden(None))
    }
}

/// Writes a changed row as the next version, with its line in the journal.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn write(
    tx: &mut DbConn,
    context: &Context,
    row: &mut Evaluation,
    action: &'static str,
    changed: &[&str],
    reason: Option<&str>,
) -> Result<()> {
    put(tx, context, row)?;
    record(tx, context, action, row, changed, reason)
}

/// Writes a changed row as the next version, with its line in the journal and the rules that were overridden.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn write_overriding(
    tx: &mut DbConn,
    context: &Context,
    row: &mut Evaluation,
    action: &'static str,
    changed: &[&str],
    overrides: &[Override],
) -> Result<()> {
    put(tx, context, row)?;
    record_overriding(tx, context, action, row, changed, overrides)
}

/// The journal's line of a change for which rules were overridden.
///
/// # Errors
/// When the database refuses.
pub fn record_overriding(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    row: &Evaluation,
    changed: &[&str],
    overrides: &[Override],
) -> Result<()> {
    let change = Change {
        overrides,
        ..line(action, row, changed)
    };
    journal::record(tx, context, &change)
}

/// The journal's line of a change.
///
/// # Errors
/// When the database refuses.
pub fn record(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    row: &Evaluation,
    changed: &[&str],
    reason: Option<&str>,
) -> Result<()> {
    let change = Change {
        reason,
        ..line(action, row, changed)
    };
    journal::record(tx, context, &change)
}

/// Writes a changed row as the next version.
fn put(tx: &mut DbConn, context: &Context, row: &mut Evaluation) -> Result<()> {
    row.version += 1;
    row.updated_at = context.now;
    store::update(tx, row)?;
    issued::follow(tx, context, row, Turn::Written)
}

fn line<'a>(action: &'static str, row: &Evaluation, changed: &'a [&'a str]) -> Change<'a> {
    Change {
        changed_fields: changed,
        organization_id: Some(row.organization_id),
        cadre_id: Some(row.cadre_id),
        ..Change::new(action, "evaluation", row.id, row.version)
    }
}

/// What a write answers with: the evaluation and what to warn of.
///
/// # Errors
/// When the database refuses.
pub fn written(tx: &mut DbConn, context: &Context, record: EvaluationRecord) -> Result<Written> {
    let warnings = share_warning(tx, &record)?.into_iter().collect();
    Ok(Written {
        evaluation: EvaluationResponse::from_record(record, context)?,
        warnings,
    })
}

/// A warning when the unit gives its best grade to more than the share it should, this evaluation included (R11, R14).
///
/// # Errors
/// When the database refuses.
pub fn share_warning(tx: &mut DbConn, record: &EvaluationRecord) -> Result<Option<ShareWarning>> {
    let row = &record.evaluation;
    let counts = !row.status.is_open() && row.mentor_id.is_none();
    let limit = rules::share_limit(row.kind, row.period_to)
        .filter(|limit| counts && row.grade.as_deref() == Some(limit.best));
    let Some(limit) = limit else {
        return Ok(None);
    };
    let mut grades = store::unit_grades(tx, row.organization_id, row.kind, row.period_to)?;
    grades.retain(|grade| rules::is_graded(row.kind, grade, row.period_to));
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let graded = count(grades.len());
    let best = count(grades.iter().filter(|grade| *grade == limit.best).count());
    let exceeds = graded >= limit.minimum && best * 100 > graded * limit.percent;
    Ok(exceeds.then(|| ShareWarning {
        rule: limit.rule,
        reason: limit.reason,
        organization_id: row.organization_id,
        organization_name: record.unit.name.clone(),
        kind: row.kind,
        period_to: row.period_to,
        graded,
        best,
        limit_percent: limit.percent,
    }))
}
