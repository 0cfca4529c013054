//! What callers send about training events.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::model::{TrainingEvent, TrainingEventStatus, TrainingKind};
use super::response::TrainingEventResponse;
use crate::cadres::{Phase, PostCategory};
use crate::db::Id;
use crate::error::FieldErrors;
use crate::http::{Integer, Limited, OneOf, Patch, PatchOf, Patchable, read_only};
use crate::values::{Date, DateBound, Text, patches};

/// A new training event, planned and not yet open.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<TrainingEventResponse, CreateTrainingEvent>)]
#[schema(rename_all = "camelCase", example = json!({
    "organizationId": "0189857f-7a00-7000-8000-000000000001",
    "title": "新录用公务员初任培训班（第三期）",
    "theme": "坚定理想信念、提升履职能力",
    "kind": "INDUCTION",
    "startsOn": "2023-09-04",
    "endsOn": "2023-09-15",
    "hours": 90,
    "seats": 120,
    "place": "市委党校",
    "openToPhases": ["SEEDLING"]
}))]
pub struct CreateTrainingEvent {
    /// An id of the caller's own, UUID version 7.
    #[deserr(default)]
    pub id: Option<Id>,
    /// The host.
    pub organization_id: Id,
    /// Title.
    pub title: Text<200>,
    /// Theme.
    #[deserr(default)]
    pub theme: Option<Text<200>>,
    /// What it is for.
    pub kind: TrainingKind,
    /// The first day, at most two years ahead.
    pub starts_on: Date,
    /// The last day, less than a year after the first.
    pub ends_on: Date,
    /// Hours that it counts for (学时).
    #[schema(value_type = i32, minimum = 1, maximum = 1000)]
    pub hours: Integer<1, 1000>,
    /// Days that it counts for; without it, those from the first to the last.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 366)]
    pub days: Option<Integer<1, 366>>,
    /// Seats; without it as many as come.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 100_000)]
    pub seats: Option<Integer<1, 100_000>>,
    /// Place.
    #[deserr(default)]
    pub place: Option<Text<200>>,
    /// The unit whose subtree it is open to; without it the host's.
    #[deserr(default)]
    pub open_to_organization_id: Option<Id>,
    /// The years of the programme it is open to; without it all.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<Phase>>, max_items = 3)]
    pub open_to_phases: Option<Limited<Phase, 3>>,
    /// The kinds of post it is open to; without it all.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<PostCategory>>, max_items = 3)]
    pub open_to_post_categories: Option<Limited<PostCategory, 3>>,
}

/// Changes to an event that has not begun: absent members stay, null clears.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<TrainingEventResponse, CreateTrainingEvent>)]
#[schema(as = PutTrainingEvent, rename_all = "camelCase")]
pub struct TrainingEventInput {
    /// Title.
    #[deserr(default)]
    #[schema(value_type = Option<Text<200>>)]
    pub title: Patch<Text<200>>,
    /// Theme.
    #[deserr(default)]
    #[schema(value_type = Option<Text<200>>)]
    pub theme: Patch<Text<200>>,
    /// What it is for.
    #[deserr(default)]
    #[schema(value_type = Option<TrainingKind>)]
    pub kind: Patch<TrainingKind>,
    /// The first day.
    #[deserr(default)]
    #[schema(value_type = Option<Date>)]
    pub starts_on: Patch<Date>,
    /// The last day.
    #[deserr(default)]
    #[schema(value_type = Option<Date>)]
    pub ends_on: Patch<Date>,
    /// Hours that it counts for.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1000)]
    pub hours: Patch<Integer<1, 1000>>,
    /// Days that it counts for.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 366)]
    pub days: Patch<Integer<1, 366>>,
    /// Seats: not fewer than are taken; who waits moves up to new ones.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 100_000)]
    pub seats: Patch<Integer<1, 100_000>>,
    /// Place.
    #[deserr(default)]
    #[schema(value_type = Option<Text<200>>)]
    pub place: Patch<Text<200>>,
    /// The unit whose subtree it is open to; null for the host's. Who is enrolled stays.
    #[deserr(default)]
    #[schema(value_type = Option<Id>)]
    pub open_to_organization_id: Patch<Id>,
    /// The years of the programme it is open to; replaces all of them.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<Phase>>, max_items = 3)]
    pub open_to_phases: Patch<Limited<Phase, 3>>,
    /// The kinds of post it is open to; replaces all of them.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<PostCategory>>, max_items = 3)]
    pub open_to_post_categories: Patch<Limited<PostCategory, 3>>,
}

impl Patchable for TrainingEventInput {
    const NOT_PATCHED: &'static [&'static str] = &["organizationId"];
}

patches! {
    TrainingEventInput => TrainingEvent,
    required: [title, kind, starts_on, ends_on, hours],
    optional: [theme, days, seats, place],
    by_hand: [open_to_organization_id, open_to_phases, open_to_post_categories],
    also_changed: [open_to_organization_id, open_to_phases, open_to_post_categories, organization_id],
}

/// Changes to an event by merge patch.
pub type PatchTrainingEvent = PatchOf<TrainingEventInput>;

impl From<CreateTrainingEvent> for TrainingEventInput {
    fn from(new: CreateTrainingEvent) -> Self {
        Self {
            title: Patch::Value(new.title),
            theme: Patch::given(new.theme),
            kind: Patch::Value(new.kind),
            starts_on: Patch::Value(new.starts_on),
            ends_on: Patch::Value(new.ends_on),
            hours: Patch::Value(new.hours),
            days: Patch::given(new.days),
            seats: Patch::given(new.seats),
            place: Patch::given(new.place),
            open_to_organization_id: Patch::given(new.open_to_organization_id),
            open_to_phases: Patch::given(new.open_to_phases),
            open_to_post_categories: Patch::given(new.open_to_post_categories),
        }
    }
}

/// Nothing to say beyond the verb itself.
#[derive(Debug, Clone, Copy, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct OpenTrainingEvent {}

/// Nothing to say beyond the verb itself.
#[derive(Debug, Clone, Copy, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct FinishTrainingEvent {}

/// Why an event does not take place.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct CancelTrainingEvent {
    /// Why.
    pub reason: Text<500>,
}

/// Filters of the list of training events.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct TrainingEventFilters {
    /// Of this host.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// Of these kinds.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub kind: Option<OneOf<TrainingKind>>,
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<TrainingEventStatus>>,
    /// That begin on this day or later.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub starts_on_gte: Option<DateBound>,
    /// That begin on this day or earlier.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub starts_on_lte: Option<DateBound>,
}
