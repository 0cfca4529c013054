//! Endpoints of schedules.

use actix_web::{get, patch, post};

use super::request::{
    CreateEvaluationSchedule, EndEvaluationSchedule, EvaluationScheduleFilters,
    PatchEvaluationSchedule,
};
use super::response::EvaluationScheduleResponse;
use super::{service, transitions};
use crate::access::Permission::{EvaluationRoundsRead, EvaluationRoundsWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_evaluation_schedules)
            .service(create_evaluation_schedule)
            .service(get_evaluation_schedule)
            .service(update_evaluation_schedule)
            .service(end_evaluation_schedule);
    },
    operations: &[
        Operation::guarded("list_evaluation_schedules", EvaluationRoundsRead, 2),
        Operation::guarded("create_evaluation_schedule", EvaluationRoundsWrite, 7),
        Operation::guarded("get_evaluation_schedule", EvaluationRoundsRead, 1),
        Operation::guarded("update_evaluation_schedule", EvaluationRoundsWrite, 5),
        Operation::guarded("end_evaluation_schedule", EvaluationRoundsWrite, 5),
    ],
};

/// List evaluation schedules
///
/// Those of the units that the caller reaches, and of all above them.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(EvaluationScheduleFilters, Paging),
    responses((status = 200, description = "A page of evaluation schedules.", body = PageOf<EvaluationScheduleResponse>)),
)]
#[get("/evaluation-schedules")]
pub async fn list_evaluation_schedules(
    guard: Authorized<markers::EvaluationRoundsRead>,
    state: State,
    query: ListQuery<EvaluationScheduleFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create an evaluation schedule
///
/// Makes a round by itself at the beginning of each quarter (`ORDINARY`, R15) or year (`ANNUAL`), also for days on which nothing ran, the
/// present period's within a minute; each opens and closes on its days. A round of the period that people planned stands in its place.
/// A unit has one schedule of a kind in force.
#[utoipa::path(
    tag = "evaluation-rounds",
    request_body = CreateEvaluationSchedule,
    responses(
        (status = 201, description = "Created.", body = EvaluationScheduleResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = EvaluationScheduleResponse),
    ),
)]
#[post("/evaluation-schedules")]
pub async fn create_evaluation_schedule(
    guard: Authorized<markers::EvaluationRoundsWrite>,
    state: State,
    body: JsonBody<CreateEvaluationSchedule>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            service::create(tx, context, &value)?.into_reply("/v1/evaluation-schedules")
        })
        .await
}

/// Get an evaluation schedule
#[utoipa::path(
    tag = "evaluation-rounds",
    params(("id" = crate::db::Id, Path, description = "The schedule's id.")),
    responses((status = 200, description = "The evaluation schedule.", body = EvaluationScheduleResponse)),
)]
#[get("/evaluation-schedules/{id}")]
pub async fn get_evaluation_schedule(
    guard: Authorized<markers::EvaluationRoundsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let schedule = state
        .read(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &schedule)
}

/// Update an evaluation schedule
///
/// Days that are changed hold for rounds that are not made yet.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(("id" = crate::db::Id, Path, description = "The schedule's id.")),
    request_body(content = PatchEvaluationSchedule, content_type = "application/merge-patch+json", example = json!({ "dueAfterDays": 20, "closesAfterDays": 40 })),
    responses((status = 200, description = "The evaluation schedule.", body = EvaluationScheduleResponse)),
)]
#[patch("/evaluation-schedules/{id}")]
pub async fn update_evaluation_schedule(
    guard: Authorized<markers::EvaluationRoundsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchEvaluationSchedule>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value.0)?)
        })
        .await
}

/// End an evaluation schedule
///
/// The rounds that it made stay.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(("id" = crate::db::Id, Path, description = "The schedule's id.")),
    request_body = Option<EndEvaluationSchedule>,
    responses((status = 200, description = "The evaluation schedule.", body = EvaluationScheduleResponse)),
)]
#[post("/evaluation-schedules/{id}/_end")]
pub async fn end_evaluation_schedule(
    guard: Authorized<markers::EvaluationRoundsWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<EndEvaluationSchedule>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::end(tx, context, path.0, &body.value)
        })
        .await
}
