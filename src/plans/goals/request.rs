//! What callers send about goals.

use deserr::Deserr;
use utoipa::ToSchema;

use super::evidence::{MOST_EVIDENCE, PlanEvidence};
use crate::error::FieldErrors;
use crate::http::Limited;
use crate::values::{Date, Text};

/// A goal, whole.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct PutPlanGoal {
    /// What is to be done.
    pub title: Text<200>,
    /// By what one sees that it is done.
    #[deserr(default)]
    pub measure: Option<Text<500>>,
    /// The day by which it is due, within the days of the plan.
    pub due_on: Date,
}

/// When a goal was done, and what shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct DonePlanGoal {
    /// When it was done, from the plan's first day to today; without one, today.
    #[deserr(default)]
    pub done_on: Option<Date>,
    /// Records of the cadre that show it, ten at the most; evaluations only when they are confirmed.
    #[deserr(default)]
    #[schema(value_type = Vec<PlanEvidence>, required = false, max_items = 10)]
    pub evidence: Limited<PlanEvidence, MOST_EVIDENCE>,
}

/// Why a goal is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct DropPlanGoal {
    /// Why.
    pub reason: Text<500>,
}

/// How a goal is carried into the next year.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct CarryPlanGoal {
    /// The day by which it is due, within the next year of the programme; without one, that year's last day.
    #[deserr(default)]
    pub due_on: Option<Date>,
    /// Why.
    #[deserr(default)]
    pub reason: Option<Text<500>>,
}

/// Why a goal is open again.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ReopenPlanGoal {
    /// Why.
    pub reason: Text<500>,
}
