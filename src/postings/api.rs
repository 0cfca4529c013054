//! Endpoints of postings.

use actix_web::{get, patch, post};

use super::request::{CreatePosting, PatchPosting, PostingFilters};
use super::response::PostingResponse;
use super::service;
use crate::access::Permission::{PostingsRead, PostingsWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_postings)
            .service(create_posting)
            .service(get_posting)
            .service(update_posting);
    },
    operations: &[
        Operation::guarded("list_postings", PostingsRead, 3),
        Operation::guarded("create_posting", PostingsWrite, 12),
        Operation::guarded("get_posting", PostingsRead, 1),
        Operation::guarded("update_posting", PostingsWrite, 10),
    ],
};

/// List postings
///
/// Postings of the caller's reach: those whom a manager's or officer's subtree sends, then or now; of a mentor's mentees, and those whom
/// the mentor leads; a cadre's own. Whom others send to the caller's units: with `hostOrganizationId`, as long as `get_posting` shows them.
#[utoipa::path(
    tag = "postings",
    params(PostingFilters, Paging),
    responses((status = 200, description = "A page of postings.", body = PageOf<PostingResponse>)),
)]
#[get("/postings")]
pub async fn list_postings(
    guard: Authorized<markers::PostingsRead>,
    state: State,
    query: ListQuery<PostingFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create a posting
///
/// Planned; on its first day it begins by itself. No two postings of one person share a day: the other one is `current` of a `duplicate`.
#[utoipa::path(
    tag = "postings",
    request_body = CreatePosting,
    responses(
        (status = 201, description = "Created.", body = PostingResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = PostingResponse),
    ),
)]
#[post("/postings")]
pub async fn create_posting(
    guard: Authorized<markers::PostingsWrite>,
    state: State,
    body: JsonBody<CreatePosting>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            service::create(tx, context, &value)?.into_reply("/v1/postings")
        })
        .await
}

/// Get a posting
///
/// The host's side sees it from when it is planned until some days after its end: until the evaluation that the host writes of a
/// secondment of half a year or more is confirmed, and no longer than 213 days; of others for 30 days.
#[utoipa::path(
    tag = "postings",
    params(("id" = crate::db::Id, Path, description = "The posting's id.")),
    responses((status = 200, description = "The posting.", body = PostingResponse)),
)]
#[get("/postings/{id}")]
pub async fn get_posting(
    guard: Authorized<markers::PostingsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let posting = state
        .read_one(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &posting)
}

/// Update a posting
///
/// Until it is over; once it runs, only front, task and lead mentor, and its last day by `_extend`.
#[utoipa::path(
    tag = "postings",
    params(("id" = crate::db::Id, Path, description = "The posting's id.")),
    request_body(content = PatchPosting, content_type = "application/merge-patch+json", example = json!({ "task": "负责项目进度调度和安全巡查" })),
    responses((status = 200, description = "The posting.", body = PostingResponse)),
)]
#[patch("/postings/{id}")]
pub async fn update_posting(
    guard: Authorized<markers::PostingsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchPosting>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value)?)
        })
        .await
}
