//! Endpoints of what was agreed.

use actix_web::{get, post};

use super::follow_ups;
use super::request::{FinishFollowUp, FollowUpFilters};
use super::response::FollowUpResponse;
use crate::access::Permission::{SessionsRead, SessionsWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, Operation, OptionalBody, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_follow_ups)
            .service(get_follow_up)
            .service(done_follow_up);
    },
    operations: &[
        Operation::guarded("list_follow_ups", SessionsRead, 2),
        Operation::guarded("get_follow_up", SessionsRead, 1),
        Operation::guarded("done_follow_up", SessionsWrite, 5),
    ],
};

/// List follow-ups
///
/// What was agreed in talks: all of the caller's own pairs, and of others in reach what is not confidential. With `sort=dueOn` the earliest first.
#[utoipa::path(
    tag = "mentoring-sessions",
    params(FollowUpFilters, Paging),
    responses((status = 200, description = "A page of follow-ups.", body = PageOf<FollowUpResponse>)),
)]
#[get("/follow-ups")]
pub async fn list_follow_ups(
    guard: Authorized<markers::SessionsRead>,
    state: State,
    query: ListQuery<FollowUpFilters>,
) -> Result<Reply> {
    state.list(&guard, query, follow_ups::list).await
}

/// Get a follow-up
#[utoipa::path(
    tag = "mentoring-sessions",
    params(("id" = crate::db::Id, Path, description = "The follow-up's id.")),
    responses((status = 200, description = "The follow-up.", body = FollowUpResponse)),
)]
#[get("/follow-ups/{id}")]
pub async fn get_follow_up(
    guard: Authorized<markers::SessionsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let follow_up = state
        .read_one(&guard, move |conn, context| {
            follow_ups::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &follow_up)
}

/// Say that a follow-up is done
///
/// By one of the pair.
#[utoipa::path(
    tag = "mentoring-sessions",
    params(("id" = crate::db::Id, Path, description = "The follow-up's id.")),
    request_body = Option<FinishFollowUp>,
    responses((status = 200, description = "The follow-up.", body = FollowUpResponse)),
)]
#[post("/follow-ups/{id}/_done")]
pub async fn done_follow_up(
    guard: Authorized<markers::SessionsWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<FinishFollowUp>,
) -> Result<Reply> {
    let OptionalBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            Reply::resource(200, &follow_ups::finish(tx, context, path.0, &value)?)
        })
        .await
}
