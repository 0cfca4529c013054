//! The gate at the end of a plan: what a manager decides of it, what may be undone, and what the cadre may object to.
//!
//! Who decides is no kin, no mentor and not the cadre; that the cadre leaves the programme takes two persons. Decisions are never
//! rewritten: one that was reversed stays, as reversed.

pub mod api;
mod deciding;
mod impartial;
mod objections;
mod readiness;
mod request;
mod reversal;
mod rules;
mod transitions;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::goals::PlanEvidence;
use super::model::{Plan, PlanStatus};
use crate::db::Id;
use crate::error::Result;
use crate::evaluations::{Objection, ObjectionResponse};
use crate::values::{Date, list_to_json, text_enum};

pub use readiness::GateRequirement;
pub use rules::opens_on;
pub use transitions::{DecisionState, GateDecision, allowed};

text_enum! {
    /// What is decided at the gate.
    pub enum GateOutcome {
        /// The year is passed.
        Pass = "PASS",
        /// More time.
        Extend = "EXTEND",
        /// The year is passed on terms.
        Adjust = "ADJUST",
        /// The cadre leaves the programme.
        Exit = "EXIT",
    }
}

text_enum! {
    /// Where a decision stands.
    pub enum DecisionStatus {
        /// A second person has to confirm it.
        Proposed = "PROPOSED",
        /// It holds.
        InEffect = "IN_EFFECT",
        /// It held, and was taken back.
        Reversed = "REVERSED",
        /// It was taken back before it held.
        Withdrawn = "WITHDRAWN",
    }
}

/// A decision as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// What was decided.
    pub outcome: GateOutcome,
    /// Where it stands.
    pub status: DecisionStatus,
    /// Why.
    pub reason: String,
    /// What shows it.
    pub evidence: Vec<PlanEvidence>,
    /// The last day of an extension.
    pub new_ends_on: Option<Date>,
    /// The terms of an adjustment.
    pub adjustments: Option<String>,
    /// When it was decided.
    pub decided_on: Date,
    /// By whom.
    pub decided_by: Option<Id>,
    /// Since when it holds.
    pub effective_on: Option<Date>,
    /// The second person.
    pub confirmed_by: Option<Id>,
    /// When it was taken back.
    pub reversed_on: Option<Date>,
    /// By whom.
    pub reversed_by: Option<Id>,
    /// Why.
    pub reverse_reason: Option<String>,
    /// The cadre's objection.
    pub objection: Option<Objection>,
}

/// A decision at the gate of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PlanDecision)]
pub struct DecisionResponse {
    /// What was decided.
    pub outcome: GateOutcome,
    /// Where it stands. One that waits for a second person, or was taken back before it held, is shown to managers, officers and clients
    /// alone.
    pub status: DecisionStatus,
    /// Why.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// What shows it.
    #[schema(max_items = 10)]
    pub evidence: Vec<PlanEvidence>,
    /// The last day of an extension.
    pub new_ends_on: Option<Date>,
    /// The terms of an adjustment.
    #[schema(max_length = 2000)]
    pub adjustments: Option<String>,
    /// When it was decided.
    pub decided_on: Date,
    /// Since when it holds; null until a second person confirmed it.
    pub effective_on: Option<Date>,
    /// When it was taken back.
    pub reversed_on: Option<Date>,
    /// Why it was taken back.
    #[schema(max_length = 2000)]
    pub reverse_reason: Option<String>,
    /// The cadre's objection.
    pub objection: Option<ObjectionResponse>,
    /// What this caller may do with it now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<GateDecision>)]
    pub allowed_actions: Vec<&'static str>,
}

impl DecisionResponse {
    /// A decision as a caller sees it who may do this with it.
    pub fn new(decision: Decision, allowed_actions: Vec<&'static str>) -> Self {
        Self {
            outcome: decision.outcome,
            status: decision.status,
            reason: decision.reason,
            evidence: decision.evidence,
            new_ends_on: decision.new_ends_on,
            adjustments: decision.adjustments,
            decided_on: decision.decided_on,
            effective_on: decision.effective_on,
            reversed_on: decision.reversed_on,
            reverse_reason: decision.reverse_reason,
            objection: decision.objection.map(Into::into),
            allowed_actions,
        }
    }
}

impl Decision {
    /// Whether those who are decided about may know of it: it holds, or did.
    pub const fn is_disclosed(&self) -> bool {
        matches!(
            self.status,
            DecisionStatus::InEffect | DecisionStatus::Reversed
        )
    }
}

/// Whether the latest decision of a plan waits for a second person.
pub fn is_exit_proposed(decisions: &[Decision]) -> bool {
    let latest = decisions.last();
    latest.is_some_and(|decision| decision.status == DecisionStatus::Proposed)
}

/// Where a plan in effect stands by its decisions: the latest that holds says so.
pub fn standing(decisions: &[Decision]) -> PlanStatus {
    match held(decisions).next().map(|decision| decision.outcome) {
        None => PlanStatus::Active,
        Some(GateOutcome::Pass) => PlanStatus::Passed,
        Some(GateOutcome::Extend) => PlanStatus::Extended,
        Some(GateOutcome::Adjust) => PlanStatus::Adjusted,
        Some(GateOutcome::Exit) => PlanStatus::Exited,
    }
}

/// A plan as its decisions have it: where it stands, and when it ends.
///
/// # Errors
/// When they cannot be written as JSON.
pub fn decided(plan: &Plan, decisions: &[Decision]) -> Result<Plan> {
    let extended = held(decisions).find_map(|decision| decision.new_ends_on);
    Ok(Plan {
        status: standing(decisions),
        ends_on: extended.unwrap_or(plan.planned_ends_on),
        decisions: list_to_json(decisions)?,
        ..plan.clone()
    })
}

/// The decisions that hold, the latest first.
fn held(decisions: &[Decision]) -> impl Iterator<Item = &Decision> {
    let latest_first = decisions.iter().rev();
    latest_first.filter(|decision| decision.status == DecisionStatus::InEffect)
}
