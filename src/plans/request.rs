//! What callers send about plans.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::model::{Plan, PlanStatus};
use super::response::PlanResponse;
use crate::cadres::Phase;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::http::{Flag, OneOf, Patch, read_only};
use crate::values::{DateBound, Text, patches};

/// Changes to a plan: absent members stay, null clears.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<PlanResponse, PatchPlan>)]
#[schema(rename_all = "camelCase")]
pub struct PatchPlan {
    /// The theme; by mentors and the unit.
    #[deserr(default)]
    #[schema(value_type = Option<Text<200>>)]
    pub theme: Patch<Text<200>>,
    /// What the cadre wants of the career; by the cadre alone.
    #[deserr(default)]
    #[schema(value_type = Option<Text<4000>>)]
    pub career_plan: Patch<Text<4000>>,
}

patches! {
    PatchPlan => Plan,
    required: [theme],
    optional: [career_plan],
    by_hand: [],
    also_changed: [],
}

/// Nothing to say beyond the verb itself.
#[derive(Debug, Clone, Copy, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ActivatePlan {}

/// Filters of the list of plans.
#[derive(Debug, Clone, Default, Deserr, IntoParams, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct PlanFilters {
    /// Of this cadre.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// Made in this unit or one below it.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// `false` leaves the units below out.
    #[param(required = false, inline)]
    #[schema(value_type = Option<bool>)]
    #[deserr(default)]
    pub subtree: Option<Flag>,
    /// For these years.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub phase: Option<OneOf<Phase>>,
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<PlanStatus>>,
    /// That end on this day or later.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub ends_on_gte: Option<DateBound>,
    /// That end on this day or earlier.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub ends_on_lte: Option<DateBound>,
}
