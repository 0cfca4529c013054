//! A growth entry as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::evidence::EvidenceList;
use super::model::{EntryKind, EntrySource, EntryStatus, GrowthEntryRecord};
use super::rules;
use crate::cadres::Phase;
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::http::versioned;
use crate::values::Date;

/// A dated fact of a growth file: participation, support, outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = GrowthEntry)]
pub struct GrowthEntryResponse {
    /// The entry's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was written.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Whose file it belongs to.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60, example = "李雨瑶")]
    pub cadre_name: String,
    /// The cadre's unit on the day the entry is about.
    pub organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The year of the programme on the day the entry is about.
    pub phase: Phase,
    /// The day the entry is about.
    pub occurred_on: Date,
    /// What the cadre took part in.
    pub kind: EntryKind,
    /// Title.
    #[schema(max_length = 200, example = "信访接待")]
    pub title: String,
    /// What the cadre did.
    #[schema(max_length = 2000)]
    pub participation: Option<String>,
    /// How the organisation helped.
    #[schema(max_length = 2000)]
    pub support: Option<String>,
    /// What came of it.
    #[schema(max_length = 2000)]
    pub outcome: Option<String>,
    /// Links to what proves it.
    pub evidence: EvidenceList,
    /// Who wrote it.
    pub source: EntrySource,
    /// Whether it is held to be true.
    pub status: EntryStatus,
    /// The account that verified it.
    pub verified_by: Option<Id>,
    /// What the cadre says against it.
    #[schema(max_length = 500)]
    pub dispute_reason: Option<String>,
    /// The entry that this one corrects.
    pub supersedes_id: Option<Id>,
    /// The entry that corrects this one.
    pub superseded_by_id: Option<Id>,
    /// What this caller may do now, by operationId.
    #[schema(max_items = 4)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(GrowthEntryResponse, "growth-entry");

impl GrowthEntryResponse {
    /// The entry as this caller sees it.
    ///
    /// # Errors
    /// When the stored evidence cannot be read.
    pub fn from_record(record: GrowthEntryRecord, context: &Context) -> Result<Self> {
        let allowed_actions = allowed_actions(&record, context);
        let GrowthEntryRecord {
            entry,
            cadre_name,
            organization_name,
            ..
        } = record;
        Ok(Self {
            id: entry.id,
            version: entry.version,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
            cadre_id: entry.cadre_id,
            cadre_name,
            organization_id: entry.organization_id,
            organization_name,
            phase: entry.phase,
            occurred_on: entry.occurred_on,
            kind: entry.kind,
            title: entry.title,
            participation: entry.participation,
            support: entry.support,
            outcome: entry.outcome,
            evidence: EvidenceList::from_json(&entry.evidence)?,
            source: entry.source,
            status: entry.status,
            verified_by: entry.verified_by,
            dispute_reason: entry.dispute_reason,
            supersedes_id: entry.supersedes_id,
            superseded_by_id: entry.superseded_by_id,
            allowed_actions,
        })
    }
}

/// The verbs that this caller could carry out on this entry now.
fn allowed_actions(record: &GrowthEntryRecord, context: &Context) -> Vec<&'static str> {
    let entry = &record.entry;
    let verbs = [
        (
            "complete_growth_entry",
            rules::can_be_completed(entry) && rules::may_complete(record, context),
        ),
        (
            "verify_growth_entry",
            rules::can_be_verified(entry) && rules::may_verify(record, context),
        ),
        (
            "dispute_growth_entry",
            rules::can_be_disputed(entry) && rules::may_dispute(record, context),
        ),
    ];
    let open = verbs.into_iter().filter(|(_, open)| *open);
    open.map(|(verb, _)| verb).collect()
}
