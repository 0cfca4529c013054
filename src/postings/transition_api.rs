//! Endpoints of the verbs of a posting.

use actix_web::post;

use super::request::{CancelPosting, ExtendPosting, FinishPosting, RecallPosting, StartPosting};
use super::response::PostingResponse;
use super::transitions;
use crate::access::Permission::{PostingsFinish, PostingsWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(start_posting)
            .service(extend_posting)
            .service(finish_posting)
            .service(recall_posting)
            .service(cancel_posting);
    },
    operations: &[
        Operation::guarded("start_posting", PostingsWrite, 9),
        Operation::guarded("extend_posting", PostingsWrite, 8),
        Operation::guarded("finish_posting", PostingsFinish, 11),
        Operation::guarded("recall_posting", PostingsWrite, 7),
        Operation::guarded("cancel_posting", PostingsWrite, 7),
    ],
};

/// Start a posting
///
/// On its first day it begins by itself; this begins it earlier, or when something stood against it that day. Nobody is in two at once.
#[utoipa::path(
    tag = "postings",
    params(("id" = crate::db::Id, Path, description = "The posting's id.")),
    request_body = Option<StartPosting>,
    responses((status = 200, description = "The posting.", body = PostingResponse)),
)]
#[post("/postings/{id}/_start")]
pub async fn start_posting(
    guard: Authorized<markers::PostingsWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<StartPosting>,
) -> Result<Reply> {
    let OptionalBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::start(tx, context, path.0, &value)
        })
        .await
}

/// Extend a posting
///
/// A later last day of one that runs.
#[utoipa::path(
    tag = "postings",
    params(("id" = crate::db::Id, Path, description = "The posting's id.")),
    request_body = ExtendPosting,
    responses((status = 200, description = "The posting.", body = PostingResponse)),
)]
#[post("/postings/{id}/_extend")]
pub async fn extend_posting(
    guard: Authorized<markers::PostingsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<ExtendPosting>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::extend(tx, context, path.0, &value)
        })
        .await
}

/// Finish a posting
///
/// With its result, by the cadre's unit or the host. It begins a growth entry, `result.growthEntryId`, that the cadre or the unit completes.
#[utoipa::path(
    tag = "postings",
    params(("id" = crate::db::Id, Path, description = "The posting's id.")),
    request_body = FinishPosting,
    responses((status = 200, description = "The posting.", body = PostingResponse)),
)]
#[post("/postings/{id}/_finish")]
pub async fn finish_posting(
    guard: Authorized<markers::PostingsFinish>,
    state: State,
    path: PathId,
    body: JsonBody<FinishPosting>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::finish(tx, context, path.0, &value)
        })
        .await
}

/// Recall a posting
///
/// The cadre comes back before it is done; without a result.
#[utoipa::path(
    tag = "postings",
    params(("id" = crate::db::Id, Path, description = "The posting's id.")),
    request_body = RecallPosting,
    responses((status = 200, description = "The posting.", body = PostingResponse)),
)]
#[post("/postings/{id}/_recall")]
pub async fn recall_posting(
    guard: Authorized<markers::PostingsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<RecallPosting>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::recall(tx, context, path.0, &value)
        })
        .await
}

/// Cancel a posting
///
/// One that has not begun.
#[utoipa::path(
    tag = "postings",
    params(("id" = crate::db::Id, Path, description = "The posting's id.")),
    request_body = CancelPosting,
    responses((status = 200, description = "The posting.", body = PostingResponse)),
)]
#[post("/postings/{id}/_cancel")]
pub async fn cancel_posting(
    guard: Authorized<markers::PostingsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<CancelPosting>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::cancel(tx, context, path.0, &value)
        })
        .await
}
