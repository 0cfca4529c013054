//! Endpoints of feedback.

use actix_web::{get, post};

use super::request::RateEnrolment;
use super::response::TrainingFeedback;
use super::service;
use crate::access::Permission::{TrainingFeedback as TrainingFeedbackPermission, TrainingWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, PathId, Reply, State};
use crate::training::enrolments::EnrolmentResponse;

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(rate_enrolment)
            .service(get_training_event_feedback);
    },
    operations: &[
        Operation::guarded("rate_enrolment", TrainingFeedbackPermission, 8),
        Operation::guarded("get_training_event_feedback", TrainingWrite, 4),
    ],
};

/// Rate an enrolment
///
/// By the cadre who took part, once. Nobody else reads it; the host reads sums of it, three answers at a time.
#[utoipa::path(
    tag = "enrolments",
    params(("id" = crate::db::Id, Path, description = "The enrolment's id.")),
    request_body(content = RateEnrolment, example = json!({ "rating": 4, "text": "案例教学很有帮助" })),
    responses((status = 200, description = "The enrolment.", body = EnrolmentResponse)),
)]
#[post("/enrolments/{id}/_rate")]
pub async fn rate_enrolment(
    guard: Authorized<markers::TrainingFeedback>,
    state: State,
    path: PathId,
    body: JsonBody<RateEnrolment>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            service::rate(tx, context, path.0, &value)
        })
        .await
}

/// Get the feedback on a training event
///
/// For the host: sums of the first answers, three more at a time, so that none can be told apart; the texts without names, in the order
/// of the texts.
#[utoipa::path(
    tag = "training-events",
    params(("id" = crate::db::Id, Path, description = "The event's id.")),
    responses((status = 200, description = "The feedback.", body = TrainingFeedback)),
)]
#[get("/training-events/{id}/feedback")]
pub async fn get_training_event_feedback(
    guard: Authorized<markers::TrainingWrite>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let feedback = state
        .read(&guard, move |conn, context| {
            service::of_event(conn, context, path.0)
        })
        .await?;
    Reply::composed(&feedback)
}
