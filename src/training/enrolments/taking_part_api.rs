//! Endpoints by which many take part in an event.

use actix_web::post;

use super::request::{EnrolTrainingEvent, RecordAttendance};
use super::response::{EnrolledCadres, RecordedAttendance};
use super::{attendance, enrolling};
use crate::access::Permission::{TrainingEnrol, TrainingWrite};
use crate::access::markers;
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, PathId, Reply, State};

/// The endpoints: what each asks for, and the statements it may run, for up to 500 people.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(enrol_training_event)
            .service(record_attendance);
    },
    operations: &[
        Operation::guarded("enrol_training_event", TrainingEnrol, 8),
        Operation::guarded("record_attendance", TrainingWrite, 11),
    ],
};

/// Enrol cadres in a training event
///
/// Those who are named, or all of a unit who fit, up to 5,000, as one. The first have the free seats, the rest wait in this order. Who
/// is enrolled already stays as they are, so that sending it again does no harm.
#[utoipa::path(
    tag = "training-events",
    params(("id" = crate::db::Id, Path, description = "The event's id.")),
    request_body(content = EnrolTrainingEvent, example = json!({ "organizationId": "0189857f-7a00-7000-8000-000000000001", "phases": ["SEEDLING"], "dryRun": true })),
    responses((status = 200, description = "Who has a seat and who waits.", body = EnrolledCadres)),
)]
#[post("/training-events/{id}/_enrol")]
pub async fn enrol_training_event(
    guard: Authorized<markers::TrainingEnrol>,
    state: State,
    path: PathId,
    body: JsonBody<EnrolTrainingEvent>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    let dry_run = value.dry_run;
    let work = move |tx: &mut DbConn, context: &Context| {
        let done = enrolling::enrol(tx, context, path.0, &value)?;
        Ok(Reply::json(200, &done)?.about("training-event", vec![path.0]))
    };
    if dry_run {
        state.dry_run(&guard, work).await
    } else {
        state.post(&guard, digest, work).await
    }
}

/// Record attendance at a training event
///
/// By the host, from the first day on, all at once or some at a time, up to 5,000. Hours are credited with it; sending another status
/// corrects what was recorded. Days are credited in the part that the hours are, rounded down.
#[utoipa::path(
    tag = "training-events",
    params(("id" = crate::db::Id, Path, description = "The event's id.")),
    request_body(content = RecordAttendance, example = json!({ "items": [
        { "cadreId": "0189857f-7a00-7000-8000-000000000002", "status": "ATTENDED", "result": "PASSED", "score": 92 },
        { "cadreId": "0189857f-7a00-7000-8000-000000000003", "status": "PARTLY", "hoursCredited": 40 }
    ] })),
    responses((status = 200, description = "How many were there.", body = RecordedAttendance)),
)]
#[post("/training-events/{id}/attendance")]
pub async fn record_attendance(
    guard: Authorized<markers::TrainingWrite>,
    state: State,
    path: PathId,
    body: JsonBody<RecordAttendance>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            let recorded = attendance::record(tx, context, path.0, &value)?;
            Ok(Reply::json(200, &recorded)?.about("training-event", vec![path.0]))
        })
        .await
}
