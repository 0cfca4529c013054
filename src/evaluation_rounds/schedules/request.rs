//! What callers send about schedules.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::model::{EvaluationSchedule, ScheduleStatus};
use super::response::EvaluationScheduleResponse;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::evaluation_forms::{EvaluationKind, kind_schema};
use crate::http::{Integer, OneOf, Patch, PatchOf, Patchable, read_only};
use crate::values::{Date, Text, patches};

/// Days after the end of a period.
pub type Days = Integer<0, 180>;

/// A new schedule.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<EvaluationScheduleResponse, CreateEvaluationSchedule>)]
#[schema(rename_all = "camelCase", example = json!({
    "organizationId": "0189857f-7a00-7000-8000-000000000001",
    "kind": "ORDINARY",
    "opensAfterDays": 1,
    "dueAfterDays": 15,
    "closesAfterDays": 31
}))]
pub struct CreateEvaluationSchedule {
    /// An id of the caller's own, UUID version 7.
    #[deserr(default)]
    pub id: Option<Id>,
    /// The unit whose rounds it makes.
    pub organization_id: Id,
    /// `ORDINARY`, by the quarter, or `ANNUAL`, by the year.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// A day of the first period, which is the present one or a later one; today unless given.
    #[deserr(default)]
    pub starts_on: Option<Date>,
    /// Days from the last of the period until a round opens; 1 unless given.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 180)]
    pub opens_after_days: Option<Days>,
    /// Days from the last of the period until raters are asked to hand in; 15 unless given.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 180)]
    pub due_after_days: Option<Days>,
    /// Days from the last of the period until the last day on which forms are taken; 31 unless given.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 180)]
    pub closes_after_days: Option<Days>,
}

/// Changes to a schedule, for rounds that are not made yet: absent members stay.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<EvaluationScheduleResponse, CreateEvaluationSchedule>)]
#[schema(as = PutEvaluationSchedule, rename_all = "camelCase")]
pub struct EvaluationScheduleInput {
    /// Days from the last of the period until a round opens.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, nullable = false, minimum = 0, maximum = 180)]
    pub opens_after_days: Patch<Days>,
    /// Days from the last of the period until raters are asked to hand in.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, nullable = false, minimum = 0, maximum = 180)]
    pub due_after_days: Patch<Days>,
    /// Days from the last of the period until the last day on which forms are taken.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, nullable = false, minimum = 0, maximum = 180)]
    pub closes_after_days: Patch<Days>,
}

impl Patchable for EvaluationScheduleInput {
    const NOT_PATCHED: &'static [&'static str] = &["organizationId", "kind", "startsOn"];
}

patches! {
    EvaluationScheduleInput => EvaluationSchedule,
    required: [opens_after_days, due_after_days, closes_after_days],
    optional: [],
    by_hand: [],
    also_changed: [organization_id, kind],
}

/// Changes to a schedule by merge patch.
pub type PatchEvaluationSchedule = PatchOf<EvaluationScheduleInput>;

impl From<&CreateEvaluationSchedule> for EvaluationScheduleInput {
    fn from(new: &CreateEvaluationSchedule) -> Self {
        Self {
            opens_after_days: Patch::given(new.opens_after_days),
            due_after_days: Patch::given(new.due_after_days),
            closes_after_days: Patch::given(new.closes_after_days),
        }
    }
}

/// The end of a schedule.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct EndEvaluationSchedule {
    /// Why.
    #[deserr(default)]
    pub reason: Option<Text<500>>,
}

/// Filters of the list of schedules.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct EvaluationScheduleFilters {
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
    pub status: Option<OneOf<ScheduleStatus>>,
}
