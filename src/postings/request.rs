//! What callers send about postings.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::model::{Posting, PostingArrangement, PostingFront, PostingRating, PostingStatus};
use super::response::PostingResponse;
use crate::cadres::CadreChoice;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::external_ids::ExternalRef;
use crate::http::{Flag, Limited, OneOf, Patch, read_only};
use crate::journal::OverrideInput;
use crate::mentors::MentorChoice;
use crate::organizations::{Naming, OrganizationCode};
use crate::values::{Date, DateBound, Text, patches, text_enum};

/// A new posting, planned. One of `cadreId` and `cadreRef` names the cadre; one of `hostOrganizationId`, `hostOrganizationCode`,
/// `hostOrganizationRef` and, for a body that is no unit of the tree, `hostName` names the host.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<PostingResponse, CreatePosting>)]
#[schema(rename_all = "camelCase", example = json!({
    "cadreId": "0189857f-7a00-7000-8000-000000000001",
    "front": "PROJECT",
    "arrangement": "TASK_FORCE",
    "hostName": "镇广高速公路建设指挥部",
    "leadMentorId": "0189857f-7a00-7000-8000-000000000002",
    "task": "负责项目征地拆迁协调",
    "plannedStartsOn": "2023-09-01",
    "plannedEndsOn": "2024-02-29"
}))]
pub struct CreatePosting {
    /// An id of the caller's own, UUID version 7.
    #[deserr(default)]
    pub id: Option<Id>,
    /// The cadre.
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// The cadre's id in another system.
    #[deserr(default)]
    pub cadre_ref: Option<ExternalRef>,
    /// At which of the three fronts.
    pub front: PostingFront,
    /// How the cadre is with the host. On probation nobody is lent or seconded to another unit (R05).
    pub arrangement: PostingArrangement,
    /// The host, any active unit of the tree.
    #[deserr(default)]
    pub host_organization_id: Option<Id>,
    /// The host's code.
    #[deserr(default)]
    pub host_organization_code: Option<OrganizationCode>,
    /// The host's id in another system.
    #[deserr(default)]
    pub host_organization_ref: Option<ExternalRef>,
    /// The name of a host that is no unit of the tree.
    #[deserr(default)]
    pub host_name: Option<Text<200>>,
    /// The mentor who leads the cadre there; a mentor whom the caller sees.
    #[deserr(default)]
    pub lead_mentor_id: Option<Id>,
    /// That mentor's id in another system.
    #[deserr(default)]
    pub lead_mentor_ref: Option<ExternalRef>,
    /// The task.
    pub task: Text<500>,
    /// The first day, from the day of reporting to a year ahead.
    #[deserr(default)]
    pub planned_starts_on: Option<Date>,
    /// The last day, within three years of the first.
    #[deserr(default)]
    pub planned_ends_on: Option<Date>,
    /// The same as `plannedStartsOn`.
    #[deserr(default)]
    pub starts_on: Option<Date>,
    /// The same as `plannedEndsOn`.
    #[deserr(default)]
    pub ends_on: Option<Date>,
    /// Rules that a programme manager overrides for it, up to four.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<OverrideInput>>, max_items = 4)]
    pub overrides: Option<Limited<OverrideInput, 4>>,
}

impl CreatePosting {
    /// The cadre it names.
    pub fn cadre(&self) -> CadreChoice<'_> {
        CadreChoice {
            id: self.cadre_id,
            external: self.cadre_ref.as_ref(),
        }
    }

    /// The unit it names as the host.
    pub fn host(&self) -> Naming<'_> {
        let code = self.host_organization_code.as_ref();
        let external = self.host_organization_ref.as_ref();
        Naming::new(self.host_organization_id, code, external)
    }

    /// The mentor it names, if it names one.
    pub fn lead_mentor(&self) -> Option<MentorChoice<'_>> {
        let choice = lead_mentor(self.lead_mentor_id, self.lead_mentor_ref.as_ref());
        Some(choice).filter(|choice| choice.id.is_some() || choice.external.is_some())
    }
}

/// A choice of the mentor who leads.
pub fn lead_mentor(id: Option<Id>, external: Option<&ExternalRef>) -> MentorChoice<'_> {
    MentorChoice {
        member: "leadMentor",
        id,
        external,
    }
}

/// Changes to a posting that is not over: absent members stay, null clears. Once it runs, only front, task and lead mentor change; its
/// last day by `_extend`.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<PostingResponse, CreatePosting>)]
#[schema(rename_all = "camelCase")]
pub struct PatchPosting {
    /// At which of the three fronts.
    #[deserr(default)]
    #[schema(value_type = Option<PostingFront>)]
    pub front: Patch<PostingFront>,
    /// How the cadre is with the host.
    #[deserr(default)]
    #[schema(value_type = Option<PostingArrangement>)]
    pub arrangement: Patch<PostingArrangement>,
    /// The host, any active unit of the tree, in place of the one before.
    #[deserr(default)]
    #[schema(value_type = Option<Id>)]
    pub host_organization_id: Patch<Id>,
    /// The name of a host that is no unit of the tree, in place of the one before.
    #[deserr(default)]
    #[schema(value_type = Option<Text<200>>)]
    pub host_name: Patch<Text<200>>,
    /// The mentor who leads the cadre there.
    #[deserr(default)]
    #[schema(value_type = Option<Id>)]
    pub lead_mentor_id: Patch<Id>,
    /// The task.
    #[deserr(default)]
    #[schema(value_type = Option<Text<500>>)]
    pub task: Patch<Text<500>>,
    /// The first day.
    #[deserr(default)]
    #[schema(value_type = Option<Date>)]
    pub planned_starts_on: Patch<Date>,
    /// The last day.
    #[deserr(default)]
    #[schema(value_type = Option<Date>)]
    pub planned_ends_on: Patch<Date>,
    /// Rules that a programme manager overrides for it, up to four, beside those that were before.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<OverrideInput>>, max_items = 4)]
    pub overrides: Option<Limited<OverrideInput, 4>>,
}

patches! {
    PatchPosting => Posting,
    required: [front, arrangement, task, planned_starts_on, planned_ends_on],
    optional: [],
    by_hand: [host_organization_id, host_name, lead_mentor_id, overrides],
    also_changed: [host_organization_id, host_name, lead_mentor_id],
}

impl PatchPosting {
    /// Whether it says something of what stands fast once a posting runs, and of which member.
    pub fn fixed(&self) -> Option<&'static str> {
        let members = [
            (self.arrangement.is_present(), "/arrangement"),
            (
                self.host_organization_id.is_present(),
                "/hostOrganizationId",
            ),
            (self.host_name.is_present(), "/hostName"),
            (self.planned_starts_on.is_present(), "/plannedStartsOn"),
            (self.planned_ends_on.is_present(), "/plannedEndsOn"),
        ];
        let sent = members.into_iter().find(|(is_sent, _)| *is_sent);
        sent.map(|(_, pointer)| pointer)
    }
}

/// The beginning of a posting.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct StartPosting {
    /// The first day, up to today; today when left out.
    #[deserr(default)]
    pub on: Option<Date>,
    /// Rules that a programme manager overrides for it, up to four.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<OverrideInput>>, max_items = 4)]
    pub overrides: Option<Limited<OverrideInput, 4>>,
}

/// Another last day of a posting that runs.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase", example = json!({ "plannedEndsOn": "2024-06-30", "reason": "项目工期顺延" }))]
pub struct ExtendPosting {
    /// The last day as planned now: later than the one before, within three years of the first.
    pub planned_ends_on: Date,
    /// Why.
    pub reason: Text<500>,
}

/// What came of a posting.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct PostingResultInput {
    /// How the cadre did.
    pub rating: PostingRating,
    /// What came of it; the outcome in the growth file.
    #[deserr(default)]
    pub text: Option<Text<2000>>,
}

/// The regular end of a posting.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase", example = json!({ "result": { "rating": "GOOD", "text": "完成 37 户征地协议签订" } }))]
pub struct FinishPosting {
    /// What came of it.
    pub result: PostingResultInput,
    /// The day it ended, from its first to today; today when left out.
    #[deserr(default)]
    pub on: Option<Date>,
}

impl PostingResultInput {
    /// Whether a posting has this result.
    pub fn is_of(&self, row: &Posting) -> bool {
        let text = self.text.as_ref().map(Text::as_str);
        (row.result_rating, row.result_text.as_deref()) == (Some(self.rating), text)
    }
}

text_enum! {
    /// What becomes of the other legs when one is recalled.
    pub enum OtherLegs {
        /// They go on.
        Continue = "CONTINUE",
        /// They are recalled, too, on the same day and for the same reason.
        Recall = "RECALL",
    }
}

/// The end of a posting that is broken off.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct RecallPosting {
    /// Why.
    pub reason: Text<500>,
    /// The day it ended, from its first to today; today when left out.
    #[deserr(default)]
    pub on: Option<Date>,
    /// What becomes of the other legs; of a leg of an exchange, and of no other posting.
    #[deserr(default)]
    pub others: Option<OtherLegs>,
}

/// Why a posting does not begin.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct CancelPosting {
    /// Why.
    pub reason: Text<500>,
}

/// Filters of the list of postings.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct PostingFilters {
    /// Of this cadre.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// Sent by this unit or one below it.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// `false` leaves the units below out.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub subtree: Option<Flag>,
    /// Legs of this exchange.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub exchange_id: Option<Id>,
    /// With this host. Those whom others send to a host of the caller's are listed by this filter alone.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub host_organization_id: Option<Id>,
    /// Led by this mentor.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub lead_mentor_id: Option<Id>,
    /// At these fronts.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub front: Option<OneOf<PostingFront>>,
    /// With these arrangements.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub arrangement: Option<OneOf<PostingArrangement>>,
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<PostingStatus>>,
    /// Planned to begin on this day or later.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub planned_starts_on_gte: Option<DateBound>,
    /// Planned to begin on this day or earlier.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub planned_starts_on_lte: Option<DateBound>,
    /// Planned to end on this day or later.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub planned_ends_on_gte: Option<DateBound>,
    /// Planned to end on this day or earlier.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub planned_ends_on_lte: Option<DateBound>,
}
