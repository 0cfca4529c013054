//! A training event as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{TrainingEvent, TrainingEventRecord, TrainingEventStatus, TrainingKind};
use super::scope::EventScope;
use crate::cadres::{Phase, PostCategory};
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::http::versioned;
use crate::listing::Fields;
use crate::transitions;
use crate::values::Date;

/// What a host offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrainingEvent)]
pub struct TrainingEventResponse {
    /// The event's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point. Who is enrolled does not raise it.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// The host.
    pub organization_id: Id,
    /// The host's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// Title.
    #[schema(max_length = 200, example = "新录用公务员初任培训班")]
    pub title: String,
    /// Theme.
    #[schema(max_length = 200)]
    pub theme: Option<String>,
    /// What it is for.
    pub kind: TrainingKind,
    /// The first day.
    pub starts_on: Date,
    /// The last day; the hours count for the year that it is in.
    pub ends_on: Date,
    /// Hours that it counts for (学时).
    #[schema(minimum = 1, maximum = 1000)]
    pub hours: i32,
    /// Days that it counts for.
    #[schema(minimum = 1, maximum = 366)]
    pub days: i32,
    /// Seats; null without a bound.
    #[schema(minimum = 1, maximum = 100_000)]
    pub seats: Option<i32>,
    /// Seats that nobody has taken; null without a bound.
    #[schema(minimum = 0, maximum = 100_000)]
    pub available_seats: Option<i32>,
    /// Seats taken.
    #[schema(minimum = 0)]
    pub enrolled: i32,
    /// How many wait for one.
    #[schema(minimum = 0)]
    pub waitlisted: i32,
    /// Place.
    #[schema(max_length = 200)]
    pub place: Option<String>,
    /// The unit whose subtree it is open to.
    pub open_to_organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub open_to_organization_name: String,
    /// The years of the programme it is open to; empty for all.
    #[schema(max_items = 3)]
    pub open_to_phases: Vec<Phase>,
    /// The kinds of post it is open to; empty for all.
    #[schema(max_items = 3)]
    pub open_to_post_categories: Vec<PostCategory>,
    /// Where it stands.
    pub status: TrainingEventStatus,
    /// Why it does not take place.
    #[schema(max_length = 500)]
    pub cancel_reason: Option<String>,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<TrainingEvent>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(TrainingEventResponse, "training-event");

impl TrainingEventResponse {
    /// The event as a caller sees it who may, of a row that was read for these members.
    ///
    /// # Errors
    /// When what is stored is no event.
    pub fn from_record(
        record: TrainingEventRecord,
        scope: &EventScope,
        today: Date,
        fields: &Fields,
    ) -> Result<Self> {
        let allowed_actions = fields.when("allowedActions", || {
            let may = |permission| scope.may(permission, &record);
            transitions::allowed::<TrainingEvent>(record.event.status_on(today), may)
        });
        let TrainingEventRecord {
            event,
            organization,
            open_to,
        } = record;
        Ok(Self {
            id: event.id,
            version: event.version,
            created_at: event.created_at,
            updated_at: event.updated_at,
            organization_id: event.organization_id,
            organization_name: organization.name,
            kind: event.kind,
            starts_on: event.starts_on,
            ends_on: event.ends_on,
            hours: event.hours,
            days: event.counted_days(),
            seats: event.seats,
            available_seats: event.seats.map(|_| event.free_seats()),
            enrolled: event.enrolled,
            waitlisted: event.waitlisted,
            open_to_organization_id: event.open_to_organization_id,
            open_to_organization_name: open_to.name,
            open_to_phases: event.phases()?,
            open_to_post_categories: event.post_categories()?,
            status: event.status_on(today),
            title: event.title,
            theme: event.theme,
            place: event.place,
            cancel_reason: event.cancel_reason,
            allowed_actions,
        })
    }
}
