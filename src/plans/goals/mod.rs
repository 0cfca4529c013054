//! The goals of a plan: proposed, amended, done, dropped, carried into the next year.
//!
//! The template's stand in a plan from the start. The cadre proposes others, and amends or drops what they proposed; mentors and the
//! unit amend all of them and say what became of each.

pub mod api;
mod carrying;
mod evidence;
mod request;
mod transitions;
mod writing;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Id;
use crate::error::Result;
use crate::values::{Date, text_enum};

pub use carrying::{Carried, arriving};
pub use evidence::{EvidenceType, PlanEvidence, check as check_evidence};
pub use transitions::{GoalState, PlannedGoal, allowed};

/// Most goals of a plan.
pub const MOST_GOALS: usize = 100;

text_enum! {
    /// What became of a goal.
    pub enum GoalStatus {
        /// To be done.
        Open = "OPEN",
        /// Done.
        Done = "DONE",
        /// Given up.
        Dropped = "DROPPED",
        /// Taken into the plan of the next year.
        Carried = "CARRIED",
    }
}

text_enum! {
    /// Where a goal comes from.
    pub enum GoalSource {
        /// A template of the city or of the county.
        Template = "TEMPLATE",
        /// The cadre proposed it.
        Self_ = "SELF",
        /// A mentor set it.
        Mentor = "MENTOR",
        /// The unit set it.
        Unit = "UNIT",
    }
}

const fn of_template() -> GoalSource {
    GoalSource::Template
}

/// A goal as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Goal {
    /// The goal's id.
    pub id: Id,
    /// What is to be done.
    pub title: String,
    /// By what one sees that it is done.
    pub measure: Option<String>,
    /// The day by which it is due.
    pub due_on: Date,
    /// Whether the phase asks for it at its gate.
    pub required: bool,
    /// Where it comes from.
    #[serde(default = "of_template")]
    pub source: GoalSource,
    /// What became of it.
    pub status: GoalStatus,
    /// When it was done.
    #[serde(default)]
    pub done_on: Option<Date>,
    /// Why it was dropped, carried or opened again.
    #[serde(default)]
    pub reason: Option<String>,
    /// What shows that it is done.
    #[serde(default)]
    pub evidence: Vec<PlanEvidence>,
    /// Who said last what became of it.
    #[serde(default)]
    pub decided_by: Option<Id>,
    /// The day by which it is due in the next year, where it was carried.
    #[serde(default)]
    pub carried_due_on: Option<Date>,
    /// The plan it was carried from.
    #[serde(default)]
    pub carried_from_id: Option<Id>,
}

impl Goal {
    /// A goal to be done, of which nothing else is said yet.
    pub const fn open(
        id: Id,
        title: String,
        measure: Option<String>,
        due_on: Date,
        source: GoalSource,
    ) -> Self {
        Self {
            id,
            title,
            measure,
            due_on,
            required: false,
            source,
            status: GoalStatus::Open,
            done_on: None,
            reason: None,
            evidence: Vec::new(),
            decided_by: None,
            carried_due_on: None,
            carried_from_id: None,
        }
    }

    /// Whether it is as the template has it.
    pub fn is_untouched(&self) -> bool {
        self.source == GoalSource::Template
            && self.status == GoalStatus::Open
            && self.carried_from_id.is_none()
    }
}

/// A goal of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanGoal {
    /// The goal's id.
    pub id: Id,
    /// What is to be done.
    #[schema(max_length = 200)]
    pub title: String,
    /// By what one sees that it is done.
    #[schema(max_length = 500)]
    pub measure: Option<String>,
    /// The day by which it is due.
    pub due_on: Date,
    /// Whether the phase asks for it at its gate.
    pub required: bool,
    /// Where it comes from.
    pub source: GoalSource,
    /// What became of it.
    pub status: GoalStatus,
    /// When it was done.
    pub done_on: Option<Date>,
    /// Why it was dropped, carried or opened again.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// What shows that it is done.
    #[schema(max_items = 10)]
    pub evidence: Vec<PlanEvidence>,
    /// The day by which it is due in the next year, where it was carried.
    pub carried_due_on: Option<Date>,
    /// The plan it was carried from.
    pub carried_from_id: Option<Id>,
    /// What this caller may do with it now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<PlannedGoal>)]
    pub allowed_actions: Vec<&'static str>,
}

impl PlanGoal {
    /// A goal as a caller sees it who may do this with it.
    pub fn new(goal: Goal, allowed_actions: Vec<&'static str>) -> Self {
        Self {
            id: goal.id,
            title: goal.title,
            measure: goal.measure,
            due_on: goal.due_on,
            required: goal.required,
            source: goal.source,
            status: goal.status,
            done_on: goal.done_on,
            reason: goal.reason,
            evidence: goal.evidence,
            carried_due_on: goal.carried_due_on,
            carried_from_id: goal.carried_from_id,
            allowed_actions,
        }
    }
}
