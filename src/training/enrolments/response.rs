//! An enrolment as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{EnrolmentRecord, EnrolmentResult, EnrolmentStatus};
use super::rules;
use super::transitions::{TakingPart, state};
use crate::access::Permission::TrainingRead;
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::http::versioned;
use crate::listing::Fields;
use crate::training::events::TrainingKind;
use crate::training::feedback::Feedback;
use crate::transitions;
use crate::values::Date;

/// A cadre in a training event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Enrolment)]
pub struct EnrolmentResponse {
    /// The enrolment's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// The event.
    pub event_id: Id,
    /// The event's title.
    #[schema(max_length = 200)]
    pub event_title: String,
    /// What the event is for.
    pub kind: TrainingKind,
    /// The event's first day.
    pub starts_on: Date,
    /// The event's last day; the hours count for the year that it is in.
    pub ends_on: Date,
    /// The cadre.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: String,
    /// The unit the cadre was enrolled in.
    pub organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The how many-th of the event: who waits moves up in this order.
    #[schema(minimum = 1)]
    pub number: i32,
    /// Whether the cadre takes part.
    pub status: EnrolmentStatus,
    /// Hours credited.
    #[schema(minimum = 0, maximum = 1000)]
    pub hours_credited: i32,
    /// Days credited: those of the event, or their part that the hours are.
    #[schema(minimum = 0, maximum = 366)]
    pub days_credited: i32,
    /// What came of it.
    pub result: EnrolmentResult,
    /// Score out of 100.
    #[schema(minimum = 0, maximum = 100)]
    pub score: Option<i32>,
    /// Why absent or excused.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// What the cadre thinks of the event; null for everyone else.
    pub feedback: Option<Feedback>,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<TakingPart>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(EnrolmentResponse, "enrolment");

impl EnrolmentResponse {
    /// The enrolment as a caller sees it who may, of a row that was read for these members.
    pub fn from_record(record: EnrolmentRecord, fields: &Fields, context: &Context) -> Self {
        let allowed_actions = fields.when("allowedActions", || {
            let state = state(
                record.enrolment.status,
                record.event.is_open(),
                record.feedback.is_some(),
            );
            let may = |permission| rules::may(permission, &record, context);
            transitions::allowed::<TakingPart>(state, may)
        });
        let reach = context.reach_of(TrainingRead);
        let is_subject = reach.cadre_id == Some(record.enrolment.cadre_id);
        let EnrolmentRecord {
            enrolment,
            cadre_name,
            organization,
            event,
            feedback,
            ..
        } = record;
        let feedback = feedback.filter(|_| is_subject);
        Self {
            id: enrolment.id,
            version: enrolment.version,
            created_at: enrolment.created_at,
            updated_at: enrolment.updated_at,
            event_id: enrolment.event_id,
            event_title: event.title,
            kind: event.kind,
            starts_on: event.starts_on,
            ends_on: event.ends_on,
            cadre_id: enrolment.cadre_id,
            cadre_name,
            organization_id: enrolment.organization_id,
            organization_name: organization.0,
            number: enrolment.number,
            status: enrolment.status,
            hours_credited: enrolment.hours_credited,
            days_credited: enrolment.days_credited,
            result: enrolment.result,
            score: enrolment.score,
            reason: enrolment.reason,
            feedback: feedback.map(|(rating, text)| Feedback { rating, text }),
            allowed_actions,
        }
    }
}

/// What came of enrolling many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnrolledCadres {
    /// The event.
    pub event_id: Id,
    /// How many have a seat by it.
    #[schema(minimum = 0, maximum = 5000)]
    pub enrolled: usize,
    /// How many wait for one.
    #[schema(minimum = 0, maximum = 5000)]
    pub waitlisted: usize,
    /// How many were enrolled before, whatever became of them.
    #[schema(minimum = 0, maximum = 5000)]
    pub already_enrolled: usize,
    /// Seats that are left; null without a bound.
    #[schema(minimum = 0, maximum = 100_000)]
    pub available_seats: Option<i32>,
    /// Whether it was undone.
    pub dry_run: bool,
}

/// The attendance of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordedAttendance {
    /// The event.
    pub event_id: Id,
    /// How many of the items changed something.
    #[schema(minimum = 0, maximum = 5000)]
    pub changed: usize,
    /// How many were there.
    #[schema(minimum = 0)]
    pub attended: i64,
    /// How many were there for a part.
    #[schema(minimum = 0)]
    pub partly: i64,
    /// How many were not there.
    #[schema(minimum = 0)]
    pub absent: i64,
    /// How many are excused.
    #[schema(minimum = 0)]
    pub excused: i64,
    /// Of how many with a seat nothing is recorded yet.
    #[schema(minimum = 0)]
    pub unrecorded: i64,
}
