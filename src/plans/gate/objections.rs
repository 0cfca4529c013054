//! The cadre's objection to a decision, and the answer.

use super::deciding::finish;
use super::impartial::{self, barred};
use super::request::{AnswerPlan, ObjectPlan};
use super::reversal::taken_back;
use super::transitions::begin;
use super::{Decision, objection_to};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::evaluations::{AnswerOutcome, Objection, ObjectionStatus};
use crate::plans::model::{Plan, PlanRecord};
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
        objection: Some(objection_to(reason, context.now)),
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
            && objection.answered_by == context.actor.id()
    });
    if is_done {
        return read_back::<Plan>(tx, context, id);
    }
    begun.require(tx)?;
    check_uninvolved(tx, context, &record, &latest)?;
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

/// Whoever answers has neither decided nor confirmed, and is impartial.
fn check_uninvolved(
    tx: &mut DbConn,
    context: &Context,
    record: &PlanRecord,
    latest: &Decision,
) -> Result<()> {
    let mut violations = impartial::violations(tx, context, record)?;
    let is_involved = impartial::is_caller(tx, context, latest.decided_by)?
        || impartial::is_caller(tx, context, latest.confirmed_by)?;
    if is_involved {
        violations.push(barred("GATE", "DECIDER_IS_INVOLVED"));
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Error::RuleViolation(violations))
    }
}
