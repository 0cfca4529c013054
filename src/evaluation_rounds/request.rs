//! What callers send about rounds.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::model::{EvaluationRound, RoundStatus};
use super::response::EvaluationRoundResponse;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::evaluation_forms::{EvaluationKind, EvaluatorRelation, kind_schema};
use crate::http::{Flag, Limited, OneOf, Patch, PatchOf, Patchable, read_only};
use crate::values::{Date, DateBound, Text, patches};

/// A new round, planned.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<EvaluationRoundResponse, CreateEvaluationRound>)]
#[schema(rename_all = "camelCase", example = json!({
    "organizationId": "0189857f-7a00-7000-8000-000000000001",
    "kind": "ORDINARY",
    "periodFrom": "2023-07-01",
    "periodTo": "2023-09-30",
    "opensOn": "2023-10-01",
    "dueOn": "2023-10-15",
    "closesOn": "2023-10-31"
}))]
pub struct CreateEvaluationRound {
    /// An id of the caller's own, UUID version 7.
    #[deserr(default)]
    pub id: Option<Id>,
    /// The unit whose cadres, and those of all below it, are rated.
    pub organization_id: Id,
    /// What its forms are for.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period.
    pub period_to: Date,
    /// A published form of the kind; without it the one that holds for the last day of the period.
    #[deserr(default)]
    pub form_id: Option<Id>,
    /// Who is asked, of the form's raters; without it all of them.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<EvaluatorRelation>>, max_items = 4)]
    pub raters: Option<Limited<EvaluatorRelation, 4>>,
    /// The day on which it opens by itself, after the period.
    pub opens_on: Date,
    /// The day by which raters are asked to hand in.
    pub due_on: Date,
    /// The last day on which forms are taken, at most a year after the first.
    pub closes_on: Date,
}

/// Changes to a planned round: absent members stay.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<EvaluationRoundResponse, CreateEvaluationRound>)]
#[schema(as = PutEvaluationRound, rename_all = "camelCase")]
pub struct EvaluationRoundInput {
    /// Another kind.
    #[deserr(default)]
    #[schema(schema_with = kind_schema, required = false)]
    pub kind: Patch<EvaluationKind>,
    /// First day of the period.
    #[deserr(default)]
    #[schema(value_type = Option<Date>, nullable = false)]
    pub period_from: Patch<Date>,
    /// Last day of the period.
    #[deserr(default)]
    #[schema(value_type = Option<Date>, nullable = false)]
    pub period_to: Patch<Date>,
    /// A published form of the kind; null for the one that holds for the last day of the period.
    #[deserr(default)]
    #[schema(value_type = Option<Id>)]
    pub form_id: Patch<Id>,
    /// Who is asked; null for all of the form's raters.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<EvaluatorRelation>>, max_items = 4)]
    pub raters: Patch<Limited<EvaluatorRelation, 4>>,
    /// The day on which it opens by itself.
    #[deserr(default)]
    #[schema(value_type = Option<Date>, nullable = false)]
    pub opens_on: Patch<Date>,
    /// The day by which raters are asked to hand in.
    #[deserr(default)]
    #[schema(value_type = Option<Date>, nullable = false)]
    pub due_on: Patch<Date>,
    /// The last day on which forms are taken.
    #[deserr(default)]
    #[schema(value_type = Option<Date>, nullable = false)]
    pub closes_on: Patch<Date>,
}

impl Patchable for EvaluationRoundInput {
    const NOT_PATCHED: &'static [&'static str] = &["organizationId"];
}

patches! {
    EvaluationRoundInput => EvaluationRound,
    required: [kind, period_from, period_to, opens_on, due_on, closes_on],
    optional: [],
    by_hand: [form_id, raters],
    also_changed: [form_id, raters, organization_id],
}

/// Changes to a planned round by merge patch.
pub type PatchEvaluationRound = PatchOf<EvaluationRoundInput>;

impl From<CreateEvaluationRound> for EvaluationRoundInput {
    fn from(new: CreateEvaluationRound) -> Self {
        Self {
            kind: Patch::Value(new.kind),
            period_from: Patch::Value(new.period_from),
            period_to: Patch::Value(new.period_to),
            form_id: Patch::given(new.form_id),
            raters: Patch::given(new.raters),
            opens_on: Patch::Value(new.opens_on),
            due_on: Patch::Value(new.due_on),
            closes_on: Patch::Value(new.closes_on),
        }
    }
}

/// The opening of a round before its day.
#[derive(Debug, Clone, Copy, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct OpenEvaluationRound {
    /// Does all of it and undoes it: tells how many forms would be issued.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// More days for an open round.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ExtendEvaluationRound {
    /// The day by which raters are asked to hand in; without it, it stays.
    #[deserr(default)]
    pub due_on: Option<Date>,
    /// The last day on which forms are taken, later than the present one.
    pub closes_on: Date,
    /// Why.
    pub reason: Text<500>,
    /// Does all of it and undoes it.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// The close of a round before its day.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct CloseEvaluationRound {
    /// Why before its last day.
    #[deserr(default)]
    pub reason: Option<Text<500>>,
    /// Does all of it and undoes it: tells how many forms would be missed.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// The return of a closed round.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ReopenEvaluationRound {
    /// The last day on which forms are taken, today or later.
    pub closes_on: Date,
    /// Why.
    pub reason: Text<500>,
    /// Does all of it and undoes it.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// Filters of the list of rounds.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct EvaluationRoundFilters {
    /// Of this unit.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// Of these kinds.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub kind: Option<OneOf<EvaluationKind>>,
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<RoundStatus>>,
    /// Whose period ends on this day or later.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub period_to_gte: Option<DateBound>,
    /// Whose period ends on this day or earlier.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub period_to_lte: Option<DateBound>,
}

/// Filters of the list of a round's progress.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct RoundProgressFilters {
    /// Of this unit and all below it.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// `false` leaves the units below out.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub subtree: Option<Flag>,
}
