//! Endpoints of training events.

use actix_web::{delete, get, patch, post};

use super::request::{
    CancelTrainingEvent, CreateTrainingEvent, FinishTrainingEvent, OpenTrainingEvent,
    PatchTrainingEvent, TrainingEventFilters,
};
use super::response::TrainingEventResponse;
use super::{service, transitions};
use crate::access::Permission::{TrainingRead, TrainingWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_training_events)
            .service(create_training_event)
            .service(get_training_event)
            .service(update_training_event)
            .service(delete_training_event)
            .service(open_training_event)
            .service(finish_training_event)
            .service(cancel_training_event);
    },
    operations: &[
        Operation::guarded("list_training_events", TrainingRead, 3),
        Operation::guarded("create_training_event", TrainingWrite, 6),
        Operation::guarded("get_training_event", TrainingRead, 2),
        Operation::guarded("update_training_event", TrainingWrite, 5),
        Operation::guarded("delete_training_event", TrainingWrite, 4),
        Operation::guarded("open_training_event", TrainingWrite, 5),
        Operation::guarded("finish_training_event", TrainingWrite, 6),
        Operation::guarded("cancel_training_event", TrainingWrite, 11),
    ],
};

/// List training events
///
/// Of hosts in the caller's subtree, and those that are open to it, to the units above it or to the caller's own unit.
#[utoipa::path(
    tag = "training-events",
    params(TrainingEventFilters, Paging),
    responses((status = 200, description = "A page of training events.", body = PageOf<TrainingEventResponse>)),
)]
#[get("/training-events")]
pub async fn list_training_events(
    guard: Authorized<markers::TrainingRead>,
    state: State,
    query: ListQuery<TrainingEventFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create a training event
///
/// Planned; `_open` lets enrol. The host and the unit it is open to lie in the caller's subtree.
#[utoipa::path(
    tag = "training-events",
    request_body = CreateTrainingEvent,
    responses(
        (status = 201, description = "Created.", body = TrainingEventResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = TrainingEventResponse),
    ),
)]
#[post("/training-events")]
pub async fn create_training_event(
    guard: Authorized<markers::TrainingWrite>,
    state: State,
    body: JsonBody<CreateTrainingEvent>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            service::create(tx, context, &value)?.into_reply("/v1/training-events")
        })
        .await
}

/// Get a training event
#[utoipa::path(
    tag = "training-events",
    params(("id" = crate::db::Id, Path, description = "The event's id.")),
    responses((status = 200, description = "The training event.", body = TrainingEventResponse)),
)]
#[get("/training-events/{id}")]
pub async fn get_training_event(
    guard: Authorized<markers::TrainingRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let event = state
        .read(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &event)
}

/// Update a training event
///
/// Until its first day. `seats` is not less than are taken; who waits moves up to new ones.
#[utoipa::path(
    tag = "training-events",
    params(("id" = crate::db::Id, Path, description = "The event's id.")),
    request_body(content = PatchTrainingEvent, content_type = "application/merge-patch+json", example = json!({ "seats": 150, "place": "市委党校二号楼" })),
    responses((status = 200, description = "The training event.", body = TrainingEventResponse)),
)]
#[patch("/training-events/{id}")]
pub async fn update_training_event(
    guard: Authorized<markers::TrainingWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchTrainingEvent>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value.0)?)
        })
        .await
}

/// Delete a training event
///
/// While it is planned; what was open is cancelled.
#[utoipa::path(
    tag = "training-events",
    params(("id" = crate::db::Id, Path, description = "The event's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/training-events/{id}")]
pub async fn delete_training_event(
    guard: Authorized<markers::TrainingWrite>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            service::delete(tx, context, path.0)?;
            Ok(Reply::no_content())
        })
        .await
}

/// Open a training event
///
/// Cadres can be enrolled from now on. On its first day it is `RUNNING` by itself.
#[utoipa::path(
    tag = "training-events",
    params(("id" = crate::db::Id, Path, description = "The event's id.")),
    request_body = Option<OpenTrainingEvent>,
    responses((status = 200, description = "The training event.", body = TrainingEventResponse)),
)]
#[post("/training-events/{id}/_open")]
pub async fn open_training_event(
    guard: Authorized<markers::TrainingWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<OpenTrainingEvent>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::open(tx, context, path.0)
        })
        .await
}

/// Finish a training event
///
/// From its last day on, once the attendance of everyone with a seat is recorded. Mistakes in it can still be corrected.
#[utoipa::path(
    tag = "training-events",
    params(("id" = crate::db::Id, Path, description = "The event's id.")),
    request_body = Option<FinishTrainingEvent>,
    responses((status = 200, description = "The training event.", body = TrainingEventResponse)),
)]
#[post("/training-events/{id}/_finish")]
pub async fn finish_training_event(
    guard: Authorized<markers::TrainingWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<FinishTrainingEvent>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::finish(tx, context, path.0)
        })
        .await
}

/// Cancel a training event
///
/// While nobody's attendance is recorded. Whoever has a seat or waits for one is `EXCUSED`.
#[utoipa::path(
    tag = "training-events",
    params(("id" = crate::db::Id, Path, description = "The event's id.")),
    request_body = CancelTrainingEvent,
    responses((status = 200, description = "The training event.", body = TrainingEventResponse)),
)]
#[post("/training-events/{id}/_cancel")]
pub async fn cancel_training_event(
    guard: Authorized<markers::TrainingWrite>,
    state: State,
    path: PathId,
    body: JsonBody<CancelTrainingEvent>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::cancel(tx, context, path.0, &value)
        })
        .await
}
