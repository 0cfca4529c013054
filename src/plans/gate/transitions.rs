//! What may be done with the latest decision at the gate.

use super::{Decision, DecisionStatus, GateOutcome, rules};
use crate::access::Permission::{PlansGate, PlansObject};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::evaluations::ObjectionStatus;
use crate::plans::model::{Plan, PlanRecord, PlanStatus};
use crate::plans::service::writable;
use crate::plans::transitions::is_its_plan;
use crate::transitions::{self, Begun, Resource, Transition};
use crate::values::Date;

use DecisionState::{Answered, Contested, ContestedLate, Fresh, Objectionable, Proposed, Settled};

/// Where the latest decision stands, as far as its verbs care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionState {
    /// There is none, or nothing can be done about it any more.
    Settled,
    /// It waits for a second person.
    Proposed,
    /// It may be reversed, and objected to.
    Fresh,
    /// It may be objected to, and no longer be reversed without that.
    Objectionable,
    /// The cadre objects; it may be reversed.
    Contested,
    /// The cadre objects; only an answer can reverse it.
    ContestedLate,
    /// It may be reversed, and no longer be objected to.
    Answered,
}

/// The latest decision with the plan in which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateDecision {
    /// The plan.
    pub plan: Plan,
    /// All decisions, the latest last.
    pub decisions: Vec<Decision>,
}

impl GateDecision {
    /// The latest.
    pub fn latest(&self) -> Option<&Decision> {
        self.decisions.last()
    }

    /// The plan with another latest decision.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn with(&self, latest: Decision) -> Result<Self> {
        let mut decisions = self.decisions.clone();
        decisions.pop();
        decisions.push(latest);
        Ok(Self {
            plan: super::decided(&self.plan, &decisions)?,
            decisions,
        })
    }
}

impl Resource for GateDecision {
    is_its_plan!();

    type State = DecisionState;
    const TRANSITIONS: &'static [Transition<DecisionState>] = &[
        Transition {
            verb: "confirm_plan",
            from: &[Proposed],
            to: &[Fresh],
            permission: PlansGate,
        },
        Transition {
            verb: "reverse_plan",
            from: &[Proposed, Fresh, Contested, Answered],
            to: &[Settled],
            permission: PlansGate,
        },
        Transition {
            verb: "object_plan",
            from: &[Fresh, Objectionable],
            to: &[Contested, ContestedLate],
            permission: PlansObject,
        },
        Transition {
            verb: "withdraw_plan",
            from: &[Contested, ContestedLate],
            to: &[Fresh, Objectionable, Answered, Settled],
            permission: PlansObject,
        },
        Transition {
            verb: "answer_plan",
            from: &[Contested, ContestedLate],
            to: &[Answered, Settled],
            permission: PlansGate,
        },
    ];

    fn state(&self, context: &Context) -> DecisionState {
        self.latest().map_or(Settled, |latest| {
            state(self.plan.status, latest, context.today)
        })
    }
}

/// Begins a verb on the latest decision, which there must be.
///
/// # Errors
/// As [`Begun::require`] where there is none, `NotFound`, `Forbidden`.
pub fn begin<'a>(
    tx: &mut DbConn,
    context: &'a Context,
    verb: &'static str,
    id: Id,
) -> Result<(PlanRecord, Decision, Begun<'a, GateDecision>)> {
    let (record, _) = writable(tx, context, id)?;
    let decision = GateDecision {
        decisions: record.plan.decisions()?,
        plan: record.plan.clone(),
    };
    let latest = decision.latest().cloned();
    let begun = Begun::new(context, verb, decision);
    match latest {
        Some(latest) => Ok((record, latest, begun)),
        None => {
            begun.require(tx)?;
            Err(Error::internal("a verb without a decision is legal"))
        }
    }
}

fn state(plan: PlanStatus, decision: &Decision, today: Date) -> DecisionState {
    let holds = decision.status == DecisionStatus::InEffect;
    // Who left the programme by themselves is decided about no more, unless they are taken back.
    if plan == PlanStatus::Exited && !(holds && decision.outcome == GateOutcome::Exit) {
        return Settled;
    }
    if decision.status == DecisionStatus::Proposed {
        return Proposed;
    }
    let (DecisionStatus::InEffect, Some(since)) = (decision.status, decision.effective_on) else {
        return Settled;
    };
    let is_reversible = rules::is_reversible(since, today);
    let may_object = rules::may_object(since, today);
    let objection = decision
        .objection
        .as_ref()
        .map(|objection| objection.status);
    // What was taken back may be raised again.
    match objection.filter(|status| *status != ObjectionStatus::Withdrawn) {
        Some(ObjectionStatus::Open) if is_reversible => Contested,
        Some(ObjectionStatus::Open) => ContestedLate,
        None if may_object && is_reversible => Fresh,
        None if may_object => Objectionable,
        _ if is_reversible => Answered,
        _ => Settled,
    }
}

/// What a caller could do with the latest decision now; `may` says which permissions reach the plan.
pub fn allowed(
    plan: PlanStatus,
    latest: &Decision,
    today: Date,
    may: impl Fn(crate::access::Permission) -> bool,
) -> Vec<&'static str> {
    transitions::allowed::<GateDecision>(state(plan, latest, today), may)
}
