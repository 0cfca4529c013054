//! What callers send at the gate.

use deserr::Deserr;
use utoipa::ToSchema;

use super::GateOutcome;
use crate::error::FieldErrors;
use crate::http::Limited;
use crate::journal::OverrideInput;
use crate::plans::goals::PlanEvidence;
use crate::values::{Date, Text};

/// A decision at the gate.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct GatePlan {
    /// What is decided.
    pub outcome: GateOutcome,
    /// Why; the cadre reads it.
    pub reason: Text<2000>,
    /// Records of the cadre that show it, ten at the most; evaluations only when they are confirmed.
    #[deserr(default)]
    #[schema(value_type = Vec<PlanEvidence>, required = false, max_items = 10)]
    pub evidence: Limited<PlanEvidence, 10>,
    /// With `EXTEND`: the last day, later than `endsOn` and no more than six months after `plannedEndsOn`.
    #[deserr(default)]
    pub new_ends_on: Option<Date>,
    /// With `ADJUST`: the terms.
    #[deserr(default)]
    pub adjustments: Option<Text<2000>>,
    /// Rules that are passed over, each with the reason.
    #[deserr(default)]
    #[schema(value_type = Vec<OverrideInput>, required = false, max_items = 4)]
    pub overrides: Limited<OverrideInput, 4>,
}

/// Nothing to say beyond the verb itself.
#[derive(Debug, Clone, Copy, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ConfirmPlan {}

/// Why a decision is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ReversePlan {
    /// Why; the cadre reads it.
    pub reason: Text<2000>,
}

/// Why the cadre objects.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ObjectPlan {
    /// What the cadre does not accept, and why.
    pub reason: Text<2000>,
}

/// Nothing to say beyond the verb itself.
#[derive(Debug, Clone, Copy, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct WithdrawPlan {}

/// The answer to an objection.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct AnswerPlan {
    /// UPHELD: the decision is reversed; REJECTED: it stands.
    pub outcome: crate::evaluations::AnswerOutcome,
    /// Why, for the cadre.
    pub answer: Text<2000>,
}
