//! What callers send about growth entries.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::evidence::EvidenceList;
use super::model::{EntryKind, EntryStatus};
use super::response::GrowthEntryResponse;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::external_ids::ExternalRef;
use crate::http::OneOf;
use crate::http::read_only;
use crate::values::{Date, DateBound, Text};

/// A new growth entry. Exactly one of `cadreId` and `cadreRef` names the cadre; the source follows from who writes.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<GrowthEntryResponse, CreateGrowthEntry>)]
#[schema(rename_all = "camelCase", example = json!({
    "cadreId": "0189857f-7a00-7000-8000-000000000001",
    "occurredOn": "2023-07-24",
    "kind": "TASK",
    "title": "参与乡村振兴项目",
    "participation": "负责入户调查",
    "outcome": "完成 120 户登记",
    "evidence": [{ "label": "会议纪要", "href": "https://files.example.org/2023/minutes.pdf" }]
}))]
pub struct CreateGrowthEntry {
    /// An id of the caller's own, UUID version 7, for apps that work offline.
    #[deserr(default)]
    pub id: Option<Id>,
    /// Whose file it belongs to.
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// The cadre's id in another system.
    #[deserr(default)]
    pub cadre_ref: Option<ExternalRef>,
    /// The day it is about: from the day of reporting to today.
    pub occurred_on: Date,
    /// What the cadre took part in.
    pub kind: EntryKind,
    /// Title.
    pub title: Text<200>,
    /// What the cadre did.
    #[deserr(default)]
    pub participation: Option<Text<2000>>,
    /// How the organisation helped.
    #[deserr(default)]
    pub support: Option<Text<2000>>,
    /// What came of it.
    #[deserr(default)]
    pub outcome: Option<Text<2000>>,
    /// Links to what proves it, up to ten.
    #[deserr(default)]
    pub evidence: Option<EvidenceList>,
    /// The entry that this one corrects: of the same cadre and source, and not corrected yet.
    #[deserr(default)]
    pub supersedes_id: Option<Id>,
}

/// What the cadre says against an entry.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct DisputeGrowthEntry {
    /// Why it is not so.
    pub reason: Text<500>,
}

/// What completes an entry that the service began; members that are left out stay as they are.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase", example = json!({ "outcome": "完成 37 户征地协议签订" }))]
pub struct CompleteGrowthEntry {
    /// Title.
    #[deserr(default)]
    pub title: Option<Text<200>>,
    /// What the cadre did.
    #[deserr(default)]
    pub participation: Option<Text<2000>>,
    /// How the organisation helped.
    #[deserr(default)]
    pub support: Option<Text<2000>>,
    /// What came of it.
    #[deserr(default)]
    pub outcome: Option<Text<2000>>,
    /// Links to what proves it, up to ten.
    #[deserr(default)]
    pub evidence: Option<EvidenceList>,
}

/// The body of a verb that needs nothing said.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub struct VerifyGrowthEntry {}

/// Filters of the list of growth entries.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct GrowthEntryFilters {
    /// Of this cadre.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub cadre_id: Option<Id>,
    /// Of this unit and those below it, on the day the entry is about.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub organization_id: Option<Id>,
    /// Of these kinds.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub kind: Option<OneOf<EntryKind>>,
    /// With these statuses.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub status: Option<OneOf<EntryStatus>>,
    /// About this day or later ones.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub occurred_on_gte: Option<DateBound>,
    /// About this day or earlier ones.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub occurred_on_lte: Option<DateBound>,
}
