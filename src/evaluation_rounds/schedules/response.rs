//! A schedule as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{EvaluationSchedule, EvaluationScheduleRecord, ScheduleStatus};
use crate::db::{Id, UtcTimestamp};
use crate::evaluation_forms::{EvaluationKind, kind_schema};
use crate::evaluation_rounds::scope::RoundScope;
use crate::http::versioned;
use crate::listing::Fields;
use crate::transitions;
use crate::values::Date;

/// A unit's rounds of a kind, made by themselves at the beginning of each period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EvaluationSchedule)]
pub struct EvaluationScheduleResponse {
    /// The schedule's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point. The rounds that it makes do not raise it.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// The unit whose rounds it makes.
    pub organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// What the rounds are for: `ORDINARY` by the quarter, `ANNUAL` by the year.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// Days from the last of the period until a round opens.
    #[schema(minimum = 0, maximum = 180)]
    pub opens_after_days: i32,
    /// Days from the last of the period until raters are asked to hand in.
    #[schema(minimum = 0, maximum = 180)]
    pub due_after_days: i32,
    /// Days from the last of the period until the last day on which forms are taken.
    #[schema(minimum = 0, maximum = 180)]
    pub closes_after_days: i32,
    /// Whether it makes rounds.
    pub status: ScheduleStatus,
    /// The first day of the period whose round is made next, on that day.
    pub next_from: Date,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<EvaluationSchedule>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(EvaluationScheduleResponse, "evaluation-schedule");

impl EvaluationScheduleResponse {
    /// The schedule as a caller sees it who may, of a row that was read for these members.
    pub fn from_record(
        record: EvaluationScheduleRecord,
        scope: &RoundScope,
        fields: &Fields,
    ) -> Self {
        let EvaluationScheduleRecord {
            schedule,
            organization,
        } = record;
        let allowed_actions = fields.when("allowedActions", || {
            transitions::allowed::<EvaluationSchedule>(schedule.status, |_| {
                scope.writes(&organization.path)
            })
        });
        Self {
            id: schedule.id,
            version: schedule.version,
            created_at: schedule.created_at,
            updated_at: schedule.updated_at,
            organization_id: schedule.organization_id,
            organization_name: organization.name,
            kind: schedule.kind,
            opens_after_days: schedule.opens_after_days,
            due_after_days: schedule.due_after_days,
            closes_after_days: schedule.closes_after_days,
            status: schedule.status,
            next_from: schedule.next_from,
            allowed_actions,
        }
    }
}
