//! Endpoints of rounds.

use actix_web::{delete, get, patch, post};

use super::request::{
    CreateEvaluationRound, EvaluationRoundFilters, PatchEvaluationRound, RoundProgressFilters,
};
use super::response::{EvaluationRoundResponse, UnitProgressResponse};
use super::{progress, service};
use crate::access::Permission::{EvaluationRoundsRead, EvaluationRoundsWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_evaluation_rounds)
            .service(create_evaluation_round)
            .service(get_evaluation_round)
            .service(update_evaluation_round)
            .service(delete_evaluation_round)
            .service(list_evaluation_round_progress);
    },
    operations: &[
        Operation::guarded("list_evaluation_rounds", EvaluationRoundsRead, 2),
        Operation::guarded("create_evaluation_round", EvaluationRoundsWrite, 8),
        Operation::guarded("get_evaluation_round", EvaluationRoundsRead, 1),
        Operation::guarded("update_evaluation_round", EvaluationRoundsWrite, 7),
        Operation::guarded("delete_evaluation_round", EvaluationRoundsWrite, 4),
        Operation::guarded("list_evaluation_round_progress", EvaluationRoundsRead, 3),
    ],
};

/// List evaluation rounds
///
/// Those of the units that the caller reaches, and of all above them.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(EvaluationRoundFilters, Paging),
    responses((status = 200, description = "A page of evaluation rounds.", body = PageOf<EvaluationRoundResponse>)),
)]
#[get("/evaluation-rounds")]
pub async fn list_evaluation_rounds(
    guard: Authorized<markers::EvaluationRoundsRead>,
    state: State,
    query: ListQuery<EvaluationRoundFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create an evaluation round
///
/// Planned. On `opensOn` it opens by itself and issues a form to each rater of everyone in the programme below its unit; on the day
/// after `closesOn` it closes by itself. Without `formId` it is on the form that holds for the last day of the period.
#[utoipa::path(
    tag = "evaluation-rounds",
    request_body = CreateEvaluationRound,
    responses(
        (status = 201, description = "Created.", body = EvaluationRoundResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = EvaluationRoundResponse),
    ),
)]
#[post("/evaluation-rounds")]
pub async fn create_evaluation_round(
    guard: Authorized<markers::EvaluationRoundsWrite>,
    state: State,
    body: JsonBody<CreateEvaluationRound>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            service::create(tx, context, &value)?.into_reply("/v1/evaluation-rounds")
        })
        .await
}

/// Get an evaluation round
#[utoipa::path(
    tag = "evaluation-rounds",
    params(("id" = crate::db::Id, Path, description = "The round's id.")),
    responses((status = 200, description = "The evaluation round.", body = EvaluationRoundResponse)),
)]
#[get("/evaluation-rounds/{id}")]
pub async fn get_evaluation_round(
    guard: Authorized<markers::EvaluationRoundsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let round = state
        .read(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &round)
}

/// Update an evaluation round
///
/// Until it is opened.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(("id" = crate::db::Id, Path, description = "The round's id.")),
    request_body(content = PatchEvaluationRound, content_type = "application/merge-patch+json", example = json!({ "dueOn": "2023-10-20", "closesOn": "2023-11-05" })),
    responses((status = 200, description = "The evaluation round.", body = EvaluationRoundResponse)),
)]
#[patch("/evaluation-rounds/{id}")]
pub async fn update_evaluation_round(
    guard: Authorized<markers::EvaluationRoundsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchEvaluationRound>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value.0)?)
        })
        .await
}

/// Delete an evaluation round
///
/// Until it is opened.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(("id" = crate::db::Id, Path, description = "The round's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/evaluation-rounds/{id}")]
pub async fn delete_evaluation_round(
    guard: Authorized<markers::EvaluationRoundsWrite>,
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

/// List the progress of an evaluation round
///
/// By the raters' unit: how many forms were issued, are begun, handed in, confirmed, or were missed. The figures are kept, not counted.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(("id" = crate::db::Id, Path, description = "The round's id."), RoundProgressFilters, Paging),
    responses((status = 200, description = "A page of units.", body = PageOf<UnitProgressResponse>)),
)]
#[get("/evaluation-rounds/{id}/progress")]
pub async fn list_evaluation_round_progress(
    guard: Authorized<markers::EvaluationRoundsRead>,
    state: State,
    path: PathId,
    query: ListQuery<RoundProgressFilters>,
) -> Result<Reply> {
    state
        .list(&guard, query, move |conn, context, filters, list| {
            progress::list(conn, context, path.0, filters, list)
        })
        .await
}
