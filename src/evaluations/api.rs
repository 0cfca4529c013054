//! Endpoints of evaluations.

use actix_web::{delete, get, patch, post};

use super::request::{CreateEvaluation, EvaluationFilters, Nothing, PatchEvaluation};
use super::response::{EvaluationResponse, Written};
use super::service;
use super::withdrawal;
use crate::access::Permission::{EvaluationsRead, EvaluationsWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::Outcome;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_evaluations)
            .service(create_evaluation)
            .service(get_evaluation)
            .service(update_evaluation)
            .service(delete_evaluation)
            .service(submit_evaluation)
            .service(withdraw_evaluation);
    },
    operations: &[
        Operation::guarded("list_evaluations", EvaluationsRead, 2),
        Operation::guarded("create_evaluation", EvaluationsWrite, 13),
        Operation::guarded("get_evaluation", EvaluationsRead, 1),
        Operation::guarded("update_evaluation", EvaluationsWrite, 12),
        Operation::guarded("delete_evaluation", EvaluationsWrite, 5),
        Operation::guarded("submit_evaluation", EvaluationsWrite, 13),
        Operation::guarded("withdraw_evaluation", EvaluationsWrite, 6),
    ],
};

/// List evaluations
///
/// Evaluations that exist for the caller: drafts of their own, what is handed in for those who may confirm it, what is
/// confirmed for staff, present mentors and the cadre. Whoever still owes an evaluation of a cadre and period sees no other.
#[utoipa::path(
    tag = "evaluations",
    params(EvaluationFilters, Paging),
    responses((status = 200, description = "A page of evaluations.", body = PageOf<EvaluationResponse>)),
)]
#[get("/evaluations")]
pub async fn list_evaluations(
    guard: Authorized<markers::EvaluationsRead>,
    state: State,
    query: ListQuery<EvaluationFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create an evaluation
///
/// The unit writes for its cadres, a mentor for those they were paired with on the last day of the period, a cadre about
/// themselves. `submit` hands it in at once.
#[utoipa::path(
    tag = "evaluations",
    request_body = CreateEvaluation,
    responses(
        (status = 201, description = "Created.", body = Written),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = Written),
    ),
)]
#[post("/evaluations")]
pub async fn create_evaluation(
    guard: Authorized<markers::EvaluationsWrite>,
    state: State,
    body: JsonBody<CreateEvaluation>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            match service::create(tx, context, &value)? {
                Outcome::Created(written) => written.reply(201),
                Outcome::Updated(written) | Outcome::Unchanged(written) => written.reply(200),
            }
        })
        .await
}

/// Get an evaluation
#[utoipa::path(
    tag = "evaluations",
    params(("id" = crate::db::Id, Path, description = "The evaluation's id.")),
    responses((status = 200, description = "The evaluation.", body = EvaluationResponse)),
)]
#[get("/evaluations/{id}")]
pub async fn get_evaluation(
    guard: Authorized<markers::EvaluationsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let evaluation = state
        .read_one(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &evaluation)
}

/// Update an evaluation
///
/// A draft or a returned form, by its author. Cadre and rater stay; another kind or period is checked like a new form.
#[utoipa::path(
    tag = "evaluations",
    params(("id" = crate::db::Id, Path, description = "The evaluation's id.")),
    request_body(content = PatchEvaluation, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The evaluation.", body = Written)),
)]
#[patch("/evaluations/{id}")]
pub async fn update_evaluation(
    guard: Authorized<markers::EvaluationsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchEvaluation>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            service::patch(tx, context, path.0, &body.value)?.reply(200)
        })
        .await
}

/// Delete an evaluation
///
/// The author's draft; one that an upheld objection called for stays.
#[utoipa::path(
    tag = "evaluations",
    params(("id" = crate::db::Id, Path, description = "The evaluation's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/evaluations/{id}")]
pub async fn delete_evaluation(
    guard: Authorized<markers::EvaluationsWrite>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            withdrawal::delete(tx, context, path.0)?;
            Ok(Reply::no_content())
        })
        .await
}

/// Submit an evaluation
///
/// Hands the author's draft or returned form in; the scores and the grade of its kind must be there.
#[utoipa::path(
    tag = "evaluations",
    params(("id" = crate::db::Id, Path, description = "The evaluation's id.")),
    responses((status = 200, description = "The evaluation.", body = Written)),
)]
#[post("/evaluations/{id}/_submit")]
pub async fn submit_evaluation(
    guard: Authorized<markers::EvaluationsWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<Nothing>,
) -> Result<Reply> {
    state
        .post(&guard, body.digest, move |tx, context| {
            service::submit(tx, context, path.0)?.reply(200)
        })
        .await
}

/// Withdraw an evaluation
///
/// The author takes back what was handed in and not confirmed; the cadre takes back an open objection.
#[utoipa::path(
    tag = "evaluations",
    params(("id" = crate::db::Id, Path, description = "The evaluation's id.")),
    responses((status = 200, description = "The evaluation.", body = EvaluationResponse)),
)]
#[post("/evaluations/{id}/_withdraw")]
pub async fn withdraw_evaluation(
    guard: Authorized<markers::EvaluationsWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<Nothing>,
) -> Result<Reply> {
    state
        .post(&guard, body.digest, move |tx, context| {
            Reply::resource(200, &withdrawal::withdraw(tx, context, path.0)?)
        })
        .await
}
