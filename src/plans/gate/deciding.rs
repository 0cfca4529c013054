//! Deciding at the gate, and the second person's word.

use super::impartial;
use super::request::GatePlan;
use super::transitions::{GateDecision, begin};
use super::{Decision, DecisionStatus, GateOutcome, decided, rules};
use crate::access::Role;
use crate::cadres::Phase;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Fault, FieldErrors, Result, Violation};
use crate::evaluations;
use crate::journal;
use crate::plans::goals::check_evidence;
use crate::plans::model::Plan;
use crate::plans::response::PlanResponse;
use crate::plans::service::writable;
use crate::transitions::{Begun, read_back, record, record_overriding};
use crate::values::{Text, list_to_json};

/// Decides about a plan whose gate is open. That the cadre leaves the programme waits for a second person.
///
/// # Errors
/// `IllegalTransition` while the gate is closed, `StaleVersion`, `Invalid`, `RuleViolation`.
pub fn gate(tx: &mut DbConn, context: &Context, id: Id, input: &GatePlan) -> Result<PlanResponse> {
    let (record, _) = writable(tx, context, id)?;
    let mut decisions = record.plan.decisions()?;
    if decisions
        .last()
        .is_some_and(|last| is_said_again(context, last, input))
    {
        return read_back::<Plan>(tx, context, id);
    }
    let begun = Begun::new(context, "gate_plan", record.plan.clone());
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    check_members(input, &begun.row, &mut errors);
    let cadre_id = begun.row.cadre_id;
    check_evidence(tx, context, cadre_id, &input.evidence.0, &mut errors)?;
    errors.into_result()?;
    let mut violations = impartial::violations(tx, context, &record)?;
    violations.extend(probation_violation(tx, &begun.row, input.outcome)?);
    let manages = context
        .actor
        .holds(Role::ProgrammeManager, &record.present_path);
    let overrides = journal::apply_overrides(violations, &input.overrides.0, manages)?;
    let decision = decision(context, input);
    let action = match decision.status {
        DecisionStatus::Proposed => "plan.exit-proposed",
        _ => "plan.decided",
    };
    decisions.push(decision);
    // What waits for a second person changes nothing yet.
    let after = match action {
        "plan.decided" => decided(&begun.row, &decisions)?,
        _ => Plan {
            decisions: list_to_json(&decisions)?,
            ..begun.row.clone()
        },
    };
    let written = begun.write(tx, after)?;
    let changed = changed_members(&begun.row, &written);
    let reason = Some(input.reason.as_str());
    record_overriding(tx, context, action, &written, &changed, reason, &overrides)?;
    read_back::<Plan>(tx, context, id)
}

/// Whether the caller has decided this before, in the same words.
fn is_said_again(context: &Context, last: &Decision, input: &GatePlan) -> bool {
    let stands = matches!(
        last.status,
        DecisionStatus::Proposed | DecisionStatus::InEffect
    );
    stands
        && journal::created_by_caller(context, last.decided_by)
        && last.outcome == input.outcome
        && last.reason == input.reason.as_str()
        && last.evidence == input.evidence.0
        && last.new_ends_on == input.new_ends_on
        && last.adjustments.as_deref() == input.adjustments.as_ref().map(Text::as_str)
}

/// Notes an extension without its last day or beyond the longest one, terms that are missing, and what belongs to another outcome.
fn check_members(input: &GatePlan, plan: &Plan, errors: &mut FieldErrors) {
    let latest = rules::latest_extension(plan.planned_ends_on);
    match (input.outcome, input.new_ends_on) {
        (GateOutcome::Extend, None) => errors.push("/newEndsOn", Fault::new("required")),
        (GateOutcome::Extend, Some(day)) => {
            if day <= plan.ends_on || day > latest {
                let first = plan.ends_on.plus_days(1);
                errors.push(
                    "/newEndsOn",
                    Fault::with("out-of-range", &[&first, &latest]),
                );
            }
        }
        (_, Some(_)) => errors.push("/newEndsOn", Fault::new("unknown-member")),
        (_, None) => {}
    }
    match (input.outcome, &input.adjustments) {
        (GateOutcome::Adjust, None) => errors.push("/adjustments", Fault::new("required")),
        (GateOutcome::Adjust, _) | (_, None) => {}
        (_, Some(_)) => errors.push("/adjustments", Fault::new("unknown-member")),
    }
}

/// R03: nobody goes on from the first year without a confirmed assessment of probation that is good enough.
fn probation_violation(
    tx: &mut DbConn,
    plan: &Plan,
    outcome: GateOutcome,
) -> Result<Option<Violation>> {
    let goes_on = matches!(outcome, GateOutcome::Pass | GateOutcome::Adjust);
    if plan.phase != Phase::Seedling || !goes_on {
        return Ok(None);
    }
    let result = evaluations::probation_result(tx, plan.cadre_id)?;
    let result = result.and_then(|result| result.grade);
    let qualifies = rules::is_qualified(plan.starts_on, result.as_deref());
    Ok((!qualifies).then_some(Violation {
        rule: "R03",
        reason: "PROBATION_NOT_QUALIFIED",
        can_override: true,
    }))
}

fn decision(context: &Context, input: &GatePlan) -> Decision {
    let holds = input.outcome != GateOutcome::Exit;
    Decision {
        outcome: input.outcome,
        status: if holds {
            DecisionStatus::InEffect
        } else {
            DecisionStatus::Proposed
        },
        reason: input.reason.as_str().to_owned(),
        evidence: input.evidence.0.clone(),
        new_ends_on: input.new_ends_on,
        adjustments: input
            .adjustments
            .as_ref()
            .map(Text::as_str)
            .map(str::to_owned),
        decided_on: context.today,
        decided_by: context.actor.id(),
        effective_on: holds.then_some(context.today),
        confirmed_by: None,
        reversed_on: None,
        reversed_by: None,
        reverse_reason: None,
        objection: None,
    }
}

/// What a decision changes of a plan.
pub fn changed_members(before: &Plan, after: &Plan) -> Vec<&'static str> {
    crate::values::changed!(before, after; decisions, status, ends_on)
}

/// Confirms as the second person that the cadre leaves the programme.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`, `RuleViolation`.
pub fn confirm(tx: &mut DbConn, context: &Context, id: Id) -> Result<PlanResponse> {
    let (plan, latest, begun) = begin(tx, context, "confirm_plan", id)?;
    let by_caller = journal::created_by_caller(context, latest.confirmed_by);
    if latest.status == DecisionStatus::InEffect && by_caller {
        return read_back::<Plan>(tx, context, id);
    }
    begun.require(tx)?;
    let decider = [latest.decided_by];
    impartial::require_other_than(tx, context, &plan, &decider, "SAME_DECIDER")?;
    let confirmed = Decision {
        status: DecisionStatus::InEffect,
        effective_on: Some(context.today),
        confirmed_by: context.actor.id(),
        ..latest
    };
    finish(tx, context, &begun, confirmed, "plan.exit-confirmed", None)
}

/// Writes the latest decision as a verb leaves it.
///
/// # Errors
/// `StaleVersion`.
pub fn finish(
    tx: &mut DbConn,
    context: &Context,
    begun: &Begun<'_, GateDecision>,
    latest: Decision,
    action: &'static str,
    reason: Option<&str>,
) -> Result<PlanResponse> {
    let after = begun.write(tx, begun.row.with(latest)?)?;
    let changed = changed_members(&begun.row.plan, &after.plan);
    record(tx, context, action, &after, &changed, reason)?;
    read_back::<Plan>(tx, context, after.plan.id)
}
