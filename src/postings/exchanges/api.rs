//! Endpoints of exchanges.

use actix_web::{get, post};

use super::request::{
    CancelExchange, CreateExchange, ExchangeFilters, ExtendExchange, FinishExchange, StartExchange,
};
use super::response::ExchangeResponse;
use super::{making, service, transitions};
use crate::access::Permission::{PostingsRead, PostingsWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_exchanges)
            .service(create_exchange)
            .service(get_exchange)
            .service(start_exchange)
            .service(extend_exchange)
            .service(finish_exchange)
            .service(cancel_exchange);
    },
    operations: &[
        Operation::guarded("list_exchanges", PostingsRead, 4),
        Operation::guarded("create_exchange", PostingsWrite, 23),
        Operation::guarded("get_exchange", PostingsRead, 3),
        Operation::guarded("start_exchange", PostingsWrite, 21),
        Operation::guarded("extend_exchange", PostingsWrite, 20),
        Operation::guarded("finish_exchange", PostingsWrite, 25),
        Operation::guarded("cancel_exchange", PostingsWrite, 18),
    ],
};

/// List exchanges
///
/// Those of which the caller's subtree sends someone, then or now, or of which the caller guides, leads or is a leg; each with what every
/// unit gives and gets.
#[utoipa::path(
    tag = "exchanges",
    params(ExchangeFilters, Paging),
    responses((status = 200, description = "A page of exchanges.", body = PageOf<ExchangeResponse>)),
)]
#[get("/exchanges")]
pub async fn list_exchanges(
    guard: Authorized<markers::PostingsRead>,
    state: State,
    query: ListQuery<ExchangeFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create an exchange
///
/// Planned, with a posting for each leg; whoever sends receives, and whoever receives sends. On its first day every leg begins by itself,
/// or none does.
#[utoipa::path(
    tag = "exchanges",
    request_body = CreateExchange,
    responses(
        (status = 201, description = "Created.", body = ExchangeResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = ExchangeResponse),
    ),
)]
#[post("/exchanges")]
pub async fn create_exchange(
    guard: Authorized<markers::PostingsWrite>,
    state: State,
    body: JsonBody<CreateExchange>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            making::create(tx, context, &value)?.into_reply("/v1/exchanges")
        })
        .await
}

/// Get an exchange
#[utoipa::path(
    tag = "exchanges",
    params(("id" = crate::db::Id, Path, description = "The exchange's id.")),
    responses((status = 200, description = "The exchange.", body = ExchangeResponse)),
)]
#[get("/exchanges/{id}")]
pub async fn get_exchange(
    guard: Authorized<markers::PostingsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let exchange = state
        .read_one(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &exchange)
}

/// Start an exchange
///
/// Every leg, or none.
#[utoipa::path(
    tag = "exchanges",
    params(("id" = crate::db::Id, Path, description = "The exchange's id.")),
    request_body = Option<StartExchange>,
    responses((status = 200, description = "The exchange.", body = ExchangeResponse)),
)]
#[post("/exchanges/{id}/_start")]
pub async fn start_exchange(
    guard: Authorized<markers::PostingsWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<StartExchange>,
) -> Result<Reply> {
    let OptionalBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::start(tx, context, path.0, value)
        })
        .await
}

/// Extend an exchange
///
/// Every leg that runs.
#[utoipa::path(
    tag = "exchanges",
    params(("id" = crate::db::Id, Path, description = "The exchange's id.")),
    request_body = ExtendExchange,
    responses((status = 200, description = "The exchange.", body = ExchangeResponse)),
)]
#[post("/exchanges/{id}/_extend")]
pub async fn extend_exchange(
    guard: Authorized<markers::PostingsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<ExtendExchange>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::extend(tx, context, path.0, &value)
        })
        .await
}

/// Finish an exchange
///
/// Every leg that runs, each with its result.
#[utoipa::path(
    tag = "exchanges",
    params(("id" = crate::db::Id, Path, description = "The exchange's id.")),
    request_body = FinishExchange,
    responses((status = 200, description = "The exchange.", body = ExchangeResponse)),
)]
#[post("/exchanges/{id}/_finish")]
pub async fn finish_exchange(
    guard: Authorized<markers::PostingsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<FinishExchange>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::finish(tx, context, path.0, &value)
        })
        .await
}

/// Cancel an exchange
///
/// Every leg of one that has not begun. A single leg that runs is recalled by `recall_posting`, which says what becomes of the others.
#[utoipa::path(
    tag = "exchanges",
    params(("id" = crate::db::Id, Path, description = "The exchange's id.")),
    request_body = CancelExchange,
    responses((status = 200, description = "The exchange.", body = ExchangeResponse)),
)]
#[post("/exchanges/{id}/_cancel")]
pub async fn cancel_exchange(
    guard: Authorized<markers::PostingsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<CancelExchange>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::cancel(tx, context, path.0, &value)
        })
        .await
}
