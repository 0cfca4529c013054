//! A pair as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{
    Assignment, AssignmentRecord, AssignmentStatus, EndReason, PairingStyle, ReplacementReason,
};
use crate::access::Reach;
use crate::cadres::Phase;
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::error::Current;
use crate::http::versioned;
use crate::listing::Fields;
use crate::mentors::MentorRole;
use crate::transitions::{self, Resource};
use crate::values::Date;

/// Since when and why an active pair needs another mentor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct NeedsReplacement {
    /// Since when.
    pub since: Date,
    /// Why; more reasons will come.
    #[schema(value_type = String, max_length = 32, example = "MENTOR_RETIRED",
        extensions(("x-code-set" = json!("replacement-reason"))))]
    pub reason: ReplacementReason,
}

/// A pair of a mentor and a cadre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Assignment)]
pub struct AssignmentResponse {
    /// The pair's id.
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
    /// The mentor.
    pub mentor_id: Id,
    /// The mentor's name.
    #[schema(max_length = 60)]
    pub mentor_name: String,
    /// As what the mentor guides.
    pub role: MentorRole,
    /// How the mentor leads.
    pub pairing_style: Option<PairingStyle>,
    /// Where the pair stands.
    pub status: AssignmentStatus,
    /// The first day.
    pub starts_on: Date,
    /// The last day as planned.
    pub planned_ends_on: Option<Date>,
    /// The last day as it was.
    pub ends_on: Option<Date>,
    /// Why it ended; more reasons will come.
    #[schema(value_type = Option<String>, max_length = 32, example = "TERM_ENDED",
        extensions(("x-code-set" = json!("assignment-end-reason"))))]
    pub end_reason: Option<EndReason>,
    /// More about the end.
    #[schema(max_length = 500)]
    pub end_note: Option<String>,
    /// What the two agreed on.
    #[schema(max_length = 2000)]
    pub agreement: Option<String>,
    /// Why the mentor is of a unit further away.
    #[schema(max_length = 500)]
    pub cross_unit_reason: Option<String>,
    /// The pair that it replaced, or is to replace once it takes effect.
    pub replaces_id: Option<Id>,
    /// Whether it needs another mentor; null while it does not.
    pub needs_replacement: Option<NeedsReplacement>,
    /// The cadre's unit on the first day.
    pub organization_id: Id,
    /// The unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The cadre's phase on the first day.
    pub phase: Phase,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<Assignment>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(AssignmentResponse, "assignment");

/// Pairs that were activated together.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ActivatedAssignments)]
pub struct ActivatedResponse {
    /// The pairs, in the order of the request.
    #[schema(max_items = 1000)]
    pub items: Vec<AssignmentResponse>,
}

/// Whether a pair is visible: to staff of the unit of its time or of the cadre's unit now, to the cadre, and to the mentors
/// that the cadre has now.
pub fn is_visible(record: &AssignmentRecord, reach: &Reach) -> bool {
    let AssignmentRecord {
        assignment,
        cadre,
        organization,
        present_path,
        ..
    } = record;
    let mentors = [cadre.political_mentor_id, cadre.professional_mentor_id];
    reach.covers(&organization.path)
        || reach.covers(present_path)
        || reach.cadre_id == Some(assignment.cadre_id)
        || reach.guides(mentors)
}

impl AssignmentResponse {
    /// The pair as a caller sees it who may, of a row that was read for these members.
    pub fn from_record(record: AssignmentRecord, fields: &Fields, context: &Context) -> Self {
        let allowed_actions = fields.when("allowedActions", || allowed_actions(&record, context));
        let AssignmentRecord {
            assignment,
            cadre,
            mentor_name,
            organization,
            ..
        } = record;
        let needs_replacement = needs_replacement(&assignment);
        Self {
            id: assignment.id,
            version: assignment.version,
            created_at: assignment.created_at,
            updated_at: assignment.updated_at,
            cadre_id: assignment.cadre_id,
            cadre_name: cadre.name,
            mentor_id: assignment.mentor_id,
            mentor_name,
            role: assignment.role,
            pairing_style: assignment.pairing_style,
            status: assignment.status,
            starts_on: assignment.starts_on,
            planned_ends_on: assignment.planned_ends_on,
            ends_on: assignment.ends_on,
            end_reason: assignment.end_reason,
            end_note: assignment.end_note,
            agreement: assignment.agreement,
            cross_unit_reason: assignment.cross_unit_reason,
            replaces_id: assignment.replaces_id,
            needs_replacement,
            organization_id: assignment.organization_id,
            organization_name: organization.name,
            phase: assignment.phase,
            allowed_actions,
        }
    }

    /// The representation as the `current` of an error.
    pub fn current(&self) -> Current {
        serde_json::to_value(self).ok().map(Box::new)
    }
}

fn needs_replacement(assignment: &Assignment) -> Option<NeedsReplacement> {
    let since = assignment.needs_replacement_since?;
    let reason = assignment.needs_replacement_reason?;
    Some(NeedsReplacement { since, reason })
}

/// What this caller could do with this pair now.
fn allowed_actions(record: &AssignmentRecord, context: &Context) -> Vec<&'static str> {
    let may = |permission| context.reach_of(permission).covers(&record.present_path);
    transitions::allowed::<Assignment>(record.assignment.state(context), may)
}
