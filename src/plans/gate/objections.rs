//! The cadre's objection to a decision, and the answer.

use super::Decision;
use super::deciding::finish;
use super::impartial;
use super::request::{AnswerPlan, ObjectPlan};
use super::reversal::taken_back;
use super::transitions::begin;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::evaluations::{AnswerOutcome, Objection, ObjectionStatus};
use crate::journal;
use crate::plans::model::Plan;
use crate::plans::response::PlanResponse;
use crate::transitions::read_back;

/// Objects to the latest decision.
///
/// # Errors
/// `IllegalTransition`, also when the days for it have passed, `StaleVersion`.
pub fn object(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &ObjectPlan,
) -> Result<PlanResponse> {
    let (_, latest, begun) = begin(tx, context, "object_plan", id)?;
    let reason = input.reason.as_str();
    let is_done = latest.objection.as_ref().is_some_and(|objection| {
        objection.status == ObjectionStatus::Open && objection.reason == reason
    });
    if is_done {
        return read_back::<Plan>(tx, context, id);
    }
    begun.require(tx)?;
    let contested = Decision {
        objection: Some(Objection {
            status: ObjectionStatus::Open,
            raised_at: context.now,
            reason: reason.to_owned(),
            answer: None,
            answered_at: None,
            answered_by: None,
        }),
        ..latest
    };
    finish(
        tx,
        context,
        &begun,
        contested,
        "plan.objected",
        Some(reason),
    )
}

/// Takes the objection back.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`.
pub fn withdraw(tx: &mut DbConn, context: &Context, id: Id) -> Result<PlanResponse> {
    let (_, latest, begun) = begin(tx, context, "withdraw_plan", id)?;
    let status = latest.objection.as_ref().map(|objection| objection.status);
    if status == Some(ObjectionStatus::Withdrawn) {
        return read_back::<Plan>(tx, context, id);
    }
    begun.require(tx)?;
    let objection = latest.objection.clone().map(|objection| Objection {
        status: ObjectionStatus::Withdrawn,
        ..objection
    });
    let withdrawn = Decision {
        objection,
        ..latest
    };
    finish(
        tx,
        context,
        &begun,
        withdrawn,
        "plan.objection-withdrawn",
        None,
    )
}

/// Answers an objection: where it is upheld, the decision is reversed.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`, `RuleViolation` for who decided.
pub fn answer(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &AnswerPlan,
) -> Result<PlanResponse> {
    let (record, latest, begun) = begin(tx, context, "answer_plan", id)?;
    let answer = input.answer.as_str();
    let is_done = latest.objection.as_ref().is_some_and(|objection| {
        objection.status == input.outcome.status()
            && objection.answer.as_deref() == Some(answer)
            && journal::created_by_caller(context, objection.answered_by)
    });
    if is_done {
        return read_back::<Plan>(tx, context, id);
    }
    begun.require(tx)?;
    let involved = [latest.decided_by, latest.confirmed_by];
    impartial::require_other_than(tx, context, &record, &involved, "DECIDER_IS_INVOLVED")?;
    let objection = latest.objection.clone().map(|objection| Objection {
        status: input.outcome.status(),
        answer: Some(answer.to_owned()),
        answered_at: Some(context.now),
        answered_by: context.actor.id(),
        ..objection
    });
    let answered = Decision {
        objection,
        ..latest
    };
    let answered = match input.outcome {
        AnswerOutcome::Upheld => taken_back(context, answered, answer),
        AnswerOutcome::Rejected => answered,
    };
    finish(
        tx,
        context,
        &begun,
        answered,
        "plan.objection-answered",
        Some(answer),
    )
}
