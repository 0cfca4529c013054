//! What managers decide: confirm, return, many at once.

use std::collections::HashSet;

use super::confirmation::{BulkConfirmation, ConfirmedItem, RefusedBy};
use super::issued;
use super::model::{EvaluationRecord, EvaluationStatus, EvaluatorRelation};
use super::reopening;
use super::request::{ConfirmEvaluations, ConfirmItem, ReturnEvaluation};
use super::response::{EvaluationResponse, ShareWarning, Written, may_decide, require};
use super::rules;
use super::store;
use super::store::reading;
use super::store::reopenings::Form;
use super::trail::{begin, record, share_warning, write, written};
use super::writer::{broken, evaluator, is_kin, probation};
use crate::cadres;
use crate::context::{Context, IfMatch};
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result, Violation};
use crate::http::problem;
use crate::kinships::{Person, Records};
use crate::postings;

/// Confirms a submitted evaluation.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `IllegalTransition`, `RuleViolation`.
pub fn confirm(tx: &mut DbConn, context: &Context, id: Id) -> Result<Written> {
    let record = decided(tx, context, id)?;
    context.require_header()?;
    let (record, changed) = confirmed(tx, context, record)?;
    if changed {
        written(tx, context, record)
    } else {
        Ok(Written::plain(EvaluationResponse::from_record(
            record, context,
        )?))
    }
}

/// Gives a submitted evaluation back to its author.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `IllegalTransition`, `RuleViolation`.
pub fn give_back(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &ReturnEvaluation,
) -> Result<EvaluationResponse> {
    let mut record = decided(tx, context, id)?;
    context.require_header()?;
    let mut row = record.evaluation.clone();
    let reason = input.reason.as_str();
    if row.status == EvaluationStatus::Returned
        && row.decided_by == context.actor.id()
        && row.return_reason.as_deref() == Some(reason)
    {
        return EvaluationResponse::from_record(record, context);
    }
    require(&record, context, row.status == EvaluationStatus::Submitted)?;
    refuse(deciding_violations(tx, context, &record)?)?;
    row.status = EvaluationStatus::Returned;
    row.return_reason = Some(reason.to_owned());
    row.decided_by = context.actor.id();
    let changed = &["status", "returnReason"];
    let action = "evaluation.returned";
    write(tx, context, &mut row, action, changed, Some(reason))?;
    // What a manager gives back, they will take again.
    reopening::accept(tx, context, &Form::from_row(&row), None)?;
    record.evaluation = row;
    EvaluationResponse::from_record(record, context)
}

/// Confirms many evaluations; one that cannot be confirmed does not keep the others from it.
///
/// # Errors
/// `Invalid` for none, too many, or the same evaluation twice.
pub fn confirm_all(
    tx: &mut DbConn,
    context: &Context,
    input: &ConfirmEvaluations,
) -> Result<BulkConfirmation> {
    check_items(&input.items)?;
    let mut ids: Vec<Id> = input.items.iter().map(|item| item.id).collect();
    ids.sort();
    store::lock(tx, &ids)?;
    issued::hold(tx, &ids)?;
    let mut visible: Vec<EvaluationRecord> = reading::see_all(tx, context, &ids)?;
    visible.sort_by_key(|record| record.evaluation.id);
    let mut confirmation = BulkConfirmation {
        applied: !input.dry_run,
        confirmed: 0,
        unchanged: 0,
        failed: 0,
        items: Vec::with_capacity(ids.len()),
        warnings: Vec::new(),
    };
    let mut changed = Vec::new();
    for item in &input.items {
        let found = visible
            .binary_search_by_key(&item.id, |record| record.evaluation.id)
            .ok()
            .and_then(|place| visible.get(place).cloned());
        let outcome = match found {
            Some(record) => confirm_item(tx, context, item, record),
            None => Err(Error::NotFound),
        };
        confirmation.items.push(match outcome {
            Ok((record, true)) => {
                confirmation.confirmed += 1;
                let done = done(&record, "CONFIRMED");
                changed.push(record);
                done
            }
            Ok((record, false)) => {
                confirmation.unchanged += 1;
                done(&record, "UNCHANGED")
            }
            Err(error) => {
                confirmation.failed += 1;
                failed(item.id, error)?
            }
        });
    }
    confirmation.warnings = warnings(tx, &changed)?;
    Ok(confirmation)
}

const MOST_ITEMS: usize = 1000;

fn check_items(items: &[ConfirmItem]) -> Result<()> {
    let mut errors = FieldErrors::default();
    if items.is_empty() || items.len() > MOST_ITEMS {
        errors.push("/items", Fault::with("out-of-range", &[&1, &MOST_ITEMS]));
        return errors.into_result();
    }
    let mut seen = HashSet::new();
    for (index, item) in items.iter().enumerate() {
        if !seen.insert(item.id) {
            errors.push(format!("/items/{index}/id"), Fault::new("not-unique"));
        }
    }
    errors.into_result()
}

/// One of many: nothing is written before everything is checked, so a refusal leaves no trace in the transaction.
fn confirm_item(
    tx: &mut DbConn,
    context: &Context,
    item: &ConfirmItem,
    record: EvaluationRecord,
) -> Result<(EvaluationRecord, bool)> {
    let mut context = context.clone();
    context.if_match = IfMatch::Version(item.version.0);
    if !may_decide(&record, &context) {
        return Err(Error::Forbidden(None));
    }
    confirmed(tx, &context, record)
}

fn done(record: &EvaluationRecord, outcome: &'static str) -> ConfirmedItem {
    ConfirmedItem {
        id: record.evaluation.id,
        outcome,
        version: Some(record.evaluation.version),
        code: None,
        violations: Vec::new(),
    }
}

/// A refusal as the item's own; a fault of the service is everybody's.
fn failed(id: Id, error: Error) -> Result<ConfirmedItem> {
    let violations = match &error {
        Error::RuleViolation(violations) => violations
            .iter()
            .map(|violation| RefusedBy {
                rule: violation.rule,
                reason: violation.reason,
            })
            .collect(),
        Error::NotFound
        | Error::Forbidden(_)
        | Error::StaleVersion(_)
        | Error::IllegalTransition(_) => Vec::new(),
        _ => return Err(error),
    };
    Ok(ConfirmedItem {
        id,
        outcome: "FAILED",
        version: None,
        code: Some(problem::code(&error)),
        violations,
    })
}

/// One warning for each unit, kind and period.
fn warnings(tx: &mut DbConn, changed: &[EvaluationRecord]) -> Result<Vec<ShareWarning>> {
    let mut judged = HashSet::new();
    let mut warnings = Vec::new();
    for record in changed {
        let row = &record.evaluation;
        if row.grade.is_some()
            && judged.insert((
                row.organization_id,
                row.kind,
                row.period_to,
                row.grade.clone(),
            ))
        {
            warnings.extend(share_warning(tx, record)?);
        }
    }
    Ok(warnings)
}

/// The evaluation that the caller decides on, locked.
///
/// # Errors
/// `NotFound` when it does not exist for the caller, `Forbidden` when it does and is not theirs to decide.
pub fn decided(tx: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationRecord> {
    let record = begin(tx, context, id)?;
    if may_decide(&record, context) {
        Ok(record)
    } else {
        Err(Error::Forbidden(None))
    }
}

/// Confirms what was submitted; whether anything changed is told with it.
fn confirmed(
    tx: &mut DbConn,
    context: &Context,
    mut record: EvaluationRecord,
) -> Result<(EvaluationRecord, bool)> {
    let mut row = record.evaluation.clone();
    if row.status == EvaluationStatus::Confirmed && row.decided_by == context.actor.id() {
        return Ok((record, false));
    }
    require(&record, context, row.status == EvaluationStatus::Submitted)?;
    let mut violations = deciding_violations(tx, context, &record)?;
    let cadre = cadres::store::find(tx, row.cadre_id)?.ok_or(Error::NotFound)?;
    violations.extend(probation(context, &cadre, &row));
    if row.evaluator_relation != EvaluatorRelation::Self_ {
        let writer = evaluator(tx, &row)?;
        let is_known = violations.iter().any(|known| known.reason == "KINSHIP");
        if !is_known && is_kin(tx, &writer, row.cadre_id, row.period_to)? {
            violations.push(broken("R18", "KINSHIP"));
        }
    }
    refuse(violations)?;
    row.status = EvaluationStatus::Confirmed;
    row.confirmed_at = Some(context.now);
    row.decided_by = context.actor.id();
    let changed = &["status", "confirmedAt"];
    write(tx, context, &mut row, "evaluation.confirmed", changed, None)?;
    if let Some(former) = row.supersedes_id {
        supersede(tx, context, former, row.id)?;
    }
    if row.evaluator_relation == EvaluatorRelation::HostUnit
        && !store::has_open_form_of_host(tx, row.cadre_id)?
    {
        let period = (row.period_from, row.period_to);
        postings::appraisal_confirmed(tx, context, row.cadre_id, period)?;
    }
    record.evaluation = row;
    Ok((record, true))
}

/// A confirmed evaluation gives way to the one that an objection called for.
fn supersede(tx: &mut DbConn, context: &Context, former: Id, by: Id) -> Result<()> {
    store::lock(tx, &[former])?;
    let mut row = store::find(tx, former)?.ok_or(Error::NotFound)?;
    row.superseded_by_id = Some(by);
    row.version += 1;
    row.updated_at = context.now;
    store::update(tx, &row)?;
    let changed = &["supersededById"];
    record(tx, context, "evaluation.superseded", &row, changed, None)
}

fn refuse(violations: Vec<Violation>) -> Result<()> {
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Error::RuleViolation(violations))
    }
}

/// R18 for the one who decides: not about oneself, not about kin, not on what one wrote.
fn deciding_violations(
    tx: &mut DbConn,
    context: &Context,
    record: &EvaluationRecord,
) -> Result<Vec<Violation>> {
    let row = &record.evaluation;
    let decider = Records::calling(&context.actor);
    let mut violations = Vec::new();
    if decider.is(&Records::new([Some(Person::cadre(row.cadre_id))])) {
        violations.push(broken("R18", "SELF_EVALUATION"));
    } else if is_kin(tx, &decider, row.cadre_id, row.period_to)? {
        violations.push(broken("R18", "KINSHIP"));
    }
    if rules::confirmer_differs(row.period_to) && decider.is(&evaluator(tx, row)?) {
        violations.push(broken("R18", "CONFIRMER_IS_EVALUATOR"));
    }
    Ok(violations)
}
