//! A posting as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{
    Posting, PostingArrangement, PostingFront, PostingRating, PostingRecord, PostingStatus,
};
use super::rules;
use super::transitions::is_of_exchange;
use crate::access::Permission::PostingsRead;
use crate::cadres::Phase;
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::http::{Visible, versioned};
use crate::journal::Override;
use crate::listing::Fields;
use crate::transitions;
use crate::values::Date;

/// What came of a posting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostingResult {
    /// How the cadre did.
    pub rating: PostingRating,
    /// What came of it.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
    /// The growth entry that tells of it.
    pub growth_entry_id: Option<Id>,
}

/// Practice of a cadre at one of the three fronts, with a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Posting)]
pub struct PostingResponse {
    /// The posting's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// The cadre.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: String,
    /// At which of the three fronts.
    pub front: PostingFront,
    /// How the cadre is with the host.
    pub arrangement: PostingArrangement,
    /// The host; null where it is no unit of the tree.
    pub host_organization_id: Option<Id>,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub host_organization_name: Option<String>,
    /// The name of a host that is no unit of the tree.
    #[schema(max_length = 200)]
    pub host_name: Option<String>,
    /// The mentor who leads the cadre there.
    pub lead_mentor_id: Option<Id>,
    /// That mentor's name.
    #[schema(max_length = 60)]
    pub lead_mentor_name: Option<String>,
    /// The task.
    #[schema(max_length = 500)]
    pub task: String,
    /// The first day as planned.
    pub planned_starts_on: Date,
    /// The last day as planned.
    pub planned_ends_on: Date,
    /// The first day; null until it has begun.
    pub starts_on: Option<Date>,
    /// The day it ended; null until then.
    pub ends_on: Option<Date>,
    /// Where it stands.
    pub status: PostingStatus,
    /// Whether it should have begun, or ended, before today.
    pub overdue: bool,
    /// Why it was broken off, or never began.
    #[schema(max_length = 500)]
    pub end_reason: Option<String>,
    /// What came of it; null until it is finished.
    pub result: Option<PostingResult>,
    /// The exchange that it is a leg of: it begins and ends with the others.
    pub exchange_id: Option<Id>,
    /// Rules that were overridden for it; absent for the host's side.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<Override>, required = false, max_items = 4)]
    pub overrides: Visible<Vec<Override>>,
    /// The cadre's unit on the first day.
    pub organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The cadre's phase on the first day.
    pub phase: Phase,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<Posting>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(PostingResponse, "posting");

impl PostingResponse {
    /// The posting as a caller sees it who may, of a row that was read for these members.
    ///
    /// # Errors
    /// When what is stored is no posting.
    pub fn from_record(record: PostingRecord, fields: &Fields, context: &Context) -> Result<Self> {
        let allowed_actions = fields.when("allowedActions", || {
            let may = |permission| {
                rules::may(
                    permission,
                    &record,
                    &context.reach_of(permission),
                    context.today,
                )
            };
            let mut verbs = transitions::allowed::<Posting>(record.posting.status, may);
            verbs.retain(|verb| !is_of_exchange(&record.posting, verb));
            verbs
        });
        let is_home = rules::is_home(&record, &context.reach_of(PostingsRead));
        let overrides = record.posting.overrides()?;
        let overdue = record.posting.is_overdue(context.today);
        let PostingRecord {
            posting,
            cadre_name,
            organization,
            host,
            lead_mentor_name,
            ..
        } = record;
        let result = posting.result_rating.map(|rating| PostingResult {
            rating,
            text: posting.result_text,
            growth_entry_id: posting.growth_entry_id,
        });
        Ok(Self {
            id: posting.id,
            version: posting.version,
            created_at: posting.created_at,
            updated_at: posting.updated_at,
            cadre_id: posting.cadre_id,
            cadre_name,
            front: posting.front,
            arrangement: posting.arrangement,
            host_organization_id: posting.host_organization_id,
            host_organization_name: host.map(|(name, _)| name),
            host_name: posting.host_name,
            lead_mentor_id: posting.lead_mentor_id,
            lead_mentor_name,
            task: posting.task,
            planned_starts_on: posting.planned_starts_on,
            planned_ends_on: posting.planned_ends_on,
            starts_on: posting.starts_on,
            ends_on: posting.ends_on,
            status: posting.status,
            overdue,
            end_reason: posting.end_reason,
            result,
            exchange_id: posting.exchange_id,
            overrides: Visible::when(is_home, || overrides),
            organization_id: posting.organization_id,
            organization_name: organization.0,
            phase: posting.phase,
            allowed_actions,
        })
    }
}
