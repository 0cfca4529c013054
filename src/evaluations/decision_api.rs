//! Endpoints of those who confirm, and of the cadre who receives.

use actix_web::post;

use super::confirmation::BulkConfirmation;
use super::request::{
    AnswerObjection, ConfirmEvaluations, Nothing, ObjectToEvaluation, ReopenEvaluation,
    ReturnEvaluation,
};
use super::response::{EvaluationResponse, ReopeningResponse, Written};
use super::{decision, objection, reopening};
use crate::access::Permission::{EvaluationsAcknowledge, EvaluationsConfirm};
use crate::access::markers;
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(confirm_evaluation)
            .service(confirm_evaluations)
            .service(reopen_evaluation)
            .service(return_evaluation)
            .service(acknowledge_evaluation)
            .service(object_evaluation)
            .service(answer_evaluation);
    },
    operations: &[
        Operation::guarded("confirm_evaluation", EvaluationsConfirm, 10).requires_match(),
        Operation::guarded("confirm_evaluations", EvaluationsConfirm, 10),
        Operation::guarded("reopen_evaluation", EvaluationsConfirm, 9),
        Operation::guarded("return_evaluation", EvaluationsConfirm, 10).requires_match(),
        Operation::guarded("acknowledge_evaluation", EvaluationsAcknowledge, 4),
        Operation::guarded("object_evaluation", EvaluationsAcknowledge, 5),
        Operation::guarded("answer_evaluation", EvaluationsConfirm, 13),
    ],
};

/// Confirm an evaluation
///
/// Needs `If-Match`. What is confirmed never changes; the cadre sees it from now on.
#[utoipa::path(
    tag = "evaluations",
    params(("id" = crate::db::Id, Path, description = "The evaluation's id.")),
    responses((status = 200, description = "The evaluation.", body = Written)),
)]
#[post("/evaluations/{id}/_confirm")]
pub async fn confirm_evaluation(
    guard: Authorized<markers::EvaluationsConfirm>,
    state: State,
    path: PathId,
    body: OptionalBody<Nothing>,
) -> Result<Reply> {
    state
        .post(&guard, body.digest, move |tx, context| {
            decision::confirm(tx, context, path.0)?.reply(200)
        })
        .await
}

/// Confirm evaluations
///
/// Up to 1,000 at once. One that cannot be confirmed is named with its cause and does not keep the others from it.
#[utoipa::path(
    tag = "evaluations",
    request_body = ConfirmEvaluations,
    responses((status = 200, description = "What became of each.", body = BulkConfirmation)),
)]
#[post("/evaluations/_confirm")]
pub async fn confirm_evaluations(
    guard: Authorized<markers::EvaluationsConfirm>,
    state: State,
    body: JsonBody<ConfirmEvaluations>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    let dry_run = value.dry_run;
    let work = move |tx: &mut DbConn, context: &Context| {
        Reply::json(200, &decision::confirm_all(tx, context, &value)?)
    };
    if dry_run {
        state.dry_run(&guard, work).await
    } else {
        state.post(&guard, digest, work).await
    }
}

/// Reopen an evaluation
///
/// Accepts a rater's form for 30 days although the days after its period have passed. Until it is handed in or they are over,
/// the rater reads no other form of that cadre, kind and period.
#[utoipa::path(
    tag = "evaluations",
    request_body = ReopenEvaluation,
    responses((status = 200, description = "Until when the form is accepted.", body = ReopeningResponse)),
)]
#[post("/evaluations/_reopen")]
pub async fn reopen_evaluation(
    guard: Authorized<markers::EvaluationsConfirm>,
    state: State,
    body: JsonBody<ReopenEvaluation>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            Reply::json(200, &reopening::reopen(tx, context, &value)?)
        })
        .await
}

/// Return an evaluation
///
/// Gives a submitted form back to its author. Needs `If-Match`.
#[utoipa::path(
    tag = "evaluations",
    params(("id" = crate::db::Id, Path, description = "The evaluation's id.")),
    request_body = ReturnEvaluation,
    responses((status = 200, description = "The evaluation.", body = EvaluationResponse)),
)]
#[post("/evaluations/{id}/_return")]
pub async fn return_evaluation(
    guard: Authorized<markers::EvaluationsConfirm>,
    state: State,
    path: PathId,
    body: JsonBody<ReturnEvaluation>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            Reply::resource(200, &decision::give_back(tx, context, path.0, &value)?)
        })
        .await
}

/// Acknowledge an evaluation
///
/// The cadre has received it, which is not to say agreed (R26).
#[utoipa::path(
    tag = "evaluations",
    params(("id" = crate::db::Id, Path, description = "The evaluation's id.")),
    responses((status = 200, description = "The evaluation.", body = EvaluationResponse)),
)]
#[post("/evaluations/{id}/_acknowledge")]
pub async fn acknowledge_evaluation(
    guard: Authorized<markers::EvaluationsAcknowledge>,
    state: State,
    path: PathId,
    body: OptionalBody<Nothing>,
) -> Result<Reply> {
    state
        .post(&guard, body.digest, move |tx, context| {
            Reply::resource(200, &objection::acknowledge(tx, context, path.0)?)
        })
        .await
}

/// Object to an evaluation
///
/// Within the days after its confirmation that the rules give. `_withdraw` takes an open objection back.
#[utoipa::path(
    tag = "evaluations",
    params(("id" = crate::db::Id, Path, description = "The evaluation's id.")),
    request_body = ObjectToEvaluation,
    responses((status = 200, description = "The evaluation.", body = EvaluationResponse)),
)]
#[post("/evaluations/{id}/_object")]
pub async fn object_evaluation(
    guard: Authorized<markers::EvaluationsAcknowledge>,
    state: State,
    path: PathId,
    body: JsonBody<ObjectToEvaluation>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            Reply::resource(200, &objection::object(tx, context, path.0, &value)?)
        })
        .await
}

/// Answer an objection
///
/// By a manager who neither wrote nor confirmed the evaluation. UPHELD gives whoever may write it again a draft that takes its
/// place once confirmed; until then the evaluation stands. While that draft is not handed in, the answer may be changed: UPHELD
/// with another `rewriterUserId` gives it to another writer, REJECTED takes it back.
#[utoipa::path(
    tag = "evaluations",
    params(("id" = crate::db::Id, Path, description = "The evaluation's id.")),
    request_body = AnswerObjection,
    responses((status = 200, description = "The evaluation.", body = EvaluationResponse)),
)]
#[post("/evaluations/{id}/_answer")]
pub async fn answer_evaluation(
    guard: Authorized<markers::EvaluationsConfirm>,
    state: State,
    path: PathId,
    body: JsonBody<AnswerObjection>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            Reply::resource(200, &objection::answer(tx, context, path.0, &value)?)
        })
        .await
}
