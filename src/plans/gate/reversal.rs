//! Taking a decision back.

use super::deciding::finish;
use super::request::ReversePlan;
use super::transitions::begin;
use super::{Decision, DecisionStatus, impartial};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::journal;
use crate::plans::model::Plan;
use crate::plans::response::PlanResponse;
use crate::transitions::read_back;

/// Takes the latest decision back: one that waits for a second person, or one that holds, within the days for it.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`, `RuleViolation`.
pub fn reverse(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &ReversePlan,
) -> Result<PlanResponse> {
    let (record, latest, begun) = begin(tx, context, "reverse_plan", id)?;
    let reason = input.reason.as_str();
    let by_caller = journal::created_by_caller(context, latest.reversed_by);
    if by_caller && latest.reverse_reason.as_deref() == Some(reason) {
        return read_back::<Plan>(tx, context, id);
    }
    begun.require(tx)?;
    impartial::require(tx, context, &record)?;
    let action = match latest.status {
        DecisionStatus::Proposed => "plan.exit-withdrawn",
        _ => "plan.decision-reversed",
    };
    finish(
        tx,
        context,
        &begun,
        taken_back(context, latest, reason),
        action,
        Some(reason),
    )
}

/// A decision that no longer holds, or never will.
pub fn taken_back(context: &Context, decision: Decision, reason: &str) -> Decision {
    Decision {
        status: match decision.status {
            DecisionStatus::Proposed => DecisionStatus::Withdrawn,
            _ => DecisionStatus::Reversed,
        },
        reversed_on: Some(context.today),
        reversed_by: context.actor.id(),
        reverse_reason: Some(reason.to_owned()),
        ..decision
    }
}
