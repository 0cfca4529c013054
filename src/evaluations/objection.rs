//! What follows a confirmation: receipt by the cadre (R26), objection, and the manager's answer.

use super::decision::decided;
use super::model::{Evaluation, EvaluationRecord, EvaluationStatus, Objection, ObjectionStatus};
use super::request::{AnswerObjection, AnswerOutcome, ObjectToEvaluation};
use super::response::{EvaluationResponse, current_of, may_object, require};
use super::rewriter::{self, Rewriter};
use super::store;
use super::trail::{begin, record, write};
use super::withdrawal;
use super::writer::{broken, evaluator, is_kin};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::kinships::{Person, Records};

/// Receives an evaluation, which is not to agree with it.
///
/// # Errors
/// `StaleVersion`, `IllegalTransition`.
pub fn acknowledge(tx: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationResponse> {
    let mut record = about_caller(tx, context, id)?;
    let mut row = record.evaluation.clone();
    if row.acknowledged_at.is_some() {
        return EvaluationResponse::from_record(record, context);
    }
    require(&record, context, row.status == EvaluationStatus::Confirmed)?;
    row.acknowledged_at = Some(context.now);
    let changed = &["acknowledgedAt"];
    write(
        tx,
        context,
        &mut row,
        "evaluation.acknowledged",
        changed,
        None,
    )?;
    record.evaluation = row;
    EvaluationResponse::from_record(record, context)
}

/// Objects to a confirmed evaluation that others wrote.
///
/// # Errors
/// `StaleVersion`, `IllegalTransition`.
pub fn object(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &ObjectToEvaluation,
) -> Result<EvaluationResponse> {
    let mut record = about_caller(tx, context, id)?;
    let mut row = record.evaluation.clone();
    let reason = input.reason.as_str();
    let before = row.objection()?;
    let is_done = before.as_ref().is_some_and(|objection| {
        objection.status == ObjectionStatus::Open && objection.reason == reason
    });
    if is_done {
        return EvaluationResponse::from_record(record, context);
    }
    let before = before.map(|objection| objection.status);
    let allowed = row.status == EvaluationStatus::Confirmed && may_object(&row, before, context);
    require(&record, context, allowed)?;
    row.set_objection(&Objection {
        status: ObjectionStatus::Open,
        raised_at: context.now,
        reason: reason.to_owned(),
        answer: None,
        answered_at: None,
        answered_by: None,
    })?;
    let action = "evaluation.objected";
    write(tx, context, &mut row, action, &["objection"], Some(reason))?;
    record.evaluation = row;
    EvaluationResponse::from_record(record, context)
}

/// Answers an objection. When it is upheld, whoever may write again gets a draft that takes the evaluation's place once
/// confirmed; until then the evaluation stands. While that draft is not handed in, another answer gives it to another writer, or
/// takes it back by rejecting the objection.
///
/// # Errors
/// `StaleVersion`, `IllegalTransition`, `RuleViolation`, `Invalid` for a writer who may not.
pub fn answer(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &AnswerObjection,
) -> Result<EvaluationResponse> {
    let mut record = decided(tx, context, id)?;
    let mut row = record.evaluation.clone();
    let Some(mut objection) = row.objection()? else {
        return Err(Error::IllegalTransition(current_of(record, context)?));
    };
    if input.outcome == AnswerOutcome::Rejected && input.rewriter_user_id.is_some() {
        return Err(Error::field("/rewriterUserId", "unknown-member"));
    }
    let successor = store::successor_of(tx, id)?;
    let answer = input.answer.as_str();
    if objection.status == input.outcome.status()
        && objection.answer.as_deref() == Some(answer)
        && objection.answered_by == context.actor.id()
        && is_writer(successor.as_ref(), input.rewriter_user_id)
    {
        return EvaluationResponse::from_record(record, context);
    }
    let draft = successor.filter(|form| form.status.is_open());
    let is_changed = objection.status == ObjectionStatus::Upheld && draft.is_some();
    let allowed = objection.status == ObjectionStatus::Open || is_changed;
    require(&record, context, allowed)?;
    check_impartial(tx, context, &record)?;
    let writer = match input.outcome {
        AnswerOutcome::Upheld => Some(rewriter::choose(
            tx,
            context,
            &record,
            input.rewriter_user_id,
        )?),
        AnswerOutcome::Rejected => None,
    };
    objection.status = input.outcome.status();
    objection.answer = Some(answer.to_owned());
    objection.answered_at = Some(context.now);
    objection.answered_by = context.actor.id();
    row.set_objection(&objection)?;
    if let (None, Some(draft)) = (writer, &draft) {
        withdrawal::remove(tx, context, draft.clone(), "evaluation.cancelled")?;
    }
    row.live = writer.is_none();
    let action = "evaluation.objection-answered";
    write(tx, context, &mut row, action, &["objection"], Some(answer))?;
    match (writer, draft) {
        (Some(writer), Some(draft)) => reassign(tx, context, draft, writer)?,
        (Some(writer), None) => call_for_successor(tx, context, &row, writer)?,
        (None, _) => {}
    }
    record.evaluation = row;
    EvaluationResponse::from_record(record, context)
}

/// Whether the form called for is the named user's already; naming nobody leaves it where it is.
fn is_writer(successor: Option<&Evaluation>, named: Option<Id>) -> bool {
    named.is_none() || successor.is_some_and(|form| form.evaluator_user_id == named)
}

/// Gives the form that was called for to another writer, with what it says so far.
fn reassign(
    tx: &mut DbConn,
    context: &Context,
    mut draft: Evaluation,
    writer: Rewriter,
) -> Result<()> {
    if writer.has(&draft) {
        return Ok(());
    }
    draft.evaluator_user_id = writer.user_id;
    draft.created_by = writer.created_by;
    let changed = &["evaluatorUserId"];
    write(
        tx,
        context,
        &mut draft,
        "evaluation.reassigned",
        changed,
        None,
    )
}

/// Makes the draft that is to take an evaluation's place.
fn call_for_successor(
    tx: &mut DbConn,
    context: &Context,
    row: &Evaluation,
    writer: Rewriter,
) -> Result<()> {
    let next = successor(context, row, writer);
    store::insert(tx, &next)?;
    store::answers::copy(tx, row.id, next.id)?;
    let changed = &["supersedesId"];
    record(tx, context, "evaluation.created", &next, changed, None)
}

/// The confirmed evaluation about the caller, or one they wrote about themselves, locked.
fn about_caller(tx: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationRecord> {
    let record = begin(tx, context, id)?;
    if context.reach.cadre_id == Some(record.evaluation.cadre_id) {
        Ok(record)
    } else {
        Err(Error::Forbidden(None))
    }
}

/// R18: who answers has neither written nor confirmed the evaluation, is not the cadre, and is no kin.
fn check_impartial(tx: &mut DbConn, context: &Context, record: &EvaluationRecord) -> Result<()> {
    let row = &record.evaluation;
    let caller = Records::calling(&context.actor);
    let mut violations = Vec::new();
    if caller.is(&Records::new([Some(Person::cadre(row.cadre_id))])) {
        violations.push(broken("R18", "SELF_EVALUATION"));
    } else if is_kin(tx, &caller, row.cadre_id, row.period_to)? {
        violations.push(broken("R18", "KINSHIP"));
    }
    if row.decided_by.is_some() && row.decided_by == context.actor.id()
        || caller.is(&evaluator(tx, row)?)
    {
        violations.push(broken("R18", "ANSWERER_IS_INVOLVED"));
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Error::RuleViolation(violations))
    }
}

/// The draft that is to take an evaluation's place.
fn successor(context: &Context, row: &Evaluation, writer: Rewriter) -> Evaluation {
    Evaluation {
        id: context.new_id(),
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: writer.created_by,
        evaluator_user_id: writer.user_id,
        live: true,
        status: EvaluationStatus::Draft,
        submitted_at: None,
        return_reason: None,
        confirmed_at: None,
        decided_by: None,
        acknowledged_at: None,
        objection: None,
        supersedes_id: Some(row.id),
        superseded_by_id: None,
        ..row.clone()
    }
}
