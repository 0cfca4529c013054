//! What callers send about phase templates.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::goals::{Targets, TemplateGoals};
use super::model::{PhaseTemplate, PhaseTemplateStatus};
use super::response::PhaseTemplateResponse;
use crate::cadres::Phase;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::http::{OneOf, Patch, PatchOf, Patchable, read_only};
use crate::values::{Date, Text, patches};

/// A new phase template, a draft. Without `organizationId` it is the city's; a county's adds goals to the city's.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<PhaseTemplateResponse, CreatePhaseTemplate>)]
#[schema(rename_all = "camelCase", example = json!({
    "organizationId": "0189857f-7a00-7000-8000-000000000001",
    "phase": "SEEDLING",
    "goals": [{ "title": "熟悉县情", "measure": "走访全部乡镇", "dueAfterMonths": 6, "required": true }],
    "validFrom": "2023-08-01"
}))]
pub struct CreatePhaseTemplate {
    /// An id of the caller's own, UUID version 7.
    #[deserr(default)]
    pub id: Option<Id>,
    /// The county that adds to the city's; none for the city's own.
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// The year that it is for, one of the three.
    pub phase: Phase,
    /// The first day on which plans are made from it.
    pub valid_from: Date,
    /// The theme; the city's alone, which needs one.
    #[deserr(default)]
    pub theme: Option<Text<200>>,
    /// What is to be reached; the city's alone.
    #[deserr(default)]
    pub targets: Option<Targets>,
    /// Goals.
    #[deserr(default)]
    pub goals: Option<TemplateGoals>,
}

/// Changes to a draft: absent members stay, null clears.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<PhaseTemplateResponse, CreatePhaseTemplate>)]
#[schema(as = PutPhaseTemplate, rename_all = "camelCase")]
pub struct PhaseTemplateInput {
    /// Another year.
    #[deserr(default)]
    #[schema(value_type = Option<Phase>)]
    pub phase: Patch<Phase>,
    /// The first day on which plans are made from it.
    #[deserr(default)]
    #[schema(value_type = Option<Date>)]
    pub valid_from: Patch<Date>,
    /// The theme; the city's alone.
    #[deserr(default)]
    #[schema(value_type = Option<Text<200>>)]
    pub theme: Patch<Text<200>>,
    /// What is to be reached; replaces all of it.
    #[deserr(default)]
    #[schema(value_type = Option<Targets>)]
    pub targets: Patch<Targets>,
    /// Goals; replaces all of them.
    #[deserr(default)]
    #[schema(value_type = Option<TemplateGoals>)]
    pub goals: Patch<TemplateGoals>,
}

impl Patchable for PhaseTemplateInput {
    const NOT_PATCHED: &'static [&'static str] = &["organizationId"];
}

patches! {
    PhaseTemplateInput => PhaseTemplate,
    required: [phase, valid_from],
    optional: [theme],
    by_hand: [targets, goals],
    also_changed: [targets, goals, organization_id],
}

/// Changes to a draft by merge patch.
pub type PatchPhaseTemplate = PatchOf<PhaseTemplateInput>;

impl From<CreatePhaseTemplate> for PhaseTemplateInput {
    fn from(new: CreatePhaseTemplate) -> Self {
        Self {
            phase: Patch::Value(new.phase),
            valid_from: Patch::Value(new.valid_from),
            theme: Patch::given(new.theme),
            targets: Patch::given(new.targets),
            goals: Patch::given(new.goals),
        }
    }
}

/// The publication of a draft.
#[derive(Debug, Clone, Copy, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct PublishPhaseTemplate {
    /// Does all of it and undoes it: tells how many live plans lack goals of the template.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
    /// Adds the goals that live plans lack; only of a template that holds already. Nothing that stands in a plan is changed.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub apply_to_live_plans: bool,
}

/// The end of a template.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct RetirePhaseTemplate {
    /// Why.
    #[deserr(default)]
    pub reason: Option<Text<500>>,
}

/// Filters of the list of phase templates.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct PhaseTemplateFilters {
    /// Of this county.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// For these years.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub phase: Option<OneOf<Phase>>,
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<PhaseTemplateStatus>>,
}
