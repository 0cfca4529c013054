//! Endpoints of growth entries.

use actix_web::{get, post};

use super::request::{
    CompleteGrowthEntry, CreateGrowthEntry, DisputeGrowthEntry, GrowthEntryFilters,
    VerifyGrowthEntry,
};
use super::response::GrowthEntryResponse;
use super::{completing, service};
use crate::access::Permission::{GrowthDispute, GrowthRead, GrowthVerify, GrowthWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_growth_entries)
            .service(create_growth_entry)
            .service(get_growth_entry)
            .service(complete_growth_entry)
            .service(verify_growth_entry)
            .service(dispute_growth_entry);
    },
    operations: &[
        Operation::guarded("list_growth_entries", GrowthRead, 2),
        Operation::guarded("create_growth_entry", GrowthWrite, 7),
        Operation::guarded("get_growth_entry", GrowthRead, 1),
        Operation::guarded("complete_growth_entry", GrowthWrite, 5),
        Operation::guarded("verify_growth_entry", GrowthVerify, 5),
        Operation::guarded("dispute_growth_entry", GrowthDispute, 6),
    ],
};

/// List growth entries
///
/// Entries of the caller's reach: of a manager's or officer's subtree, then or now; of a mentor's mentees, and what the mentor
/// wrote; of a cadre's own file. Entries that were corrected are among them and name their successor.
#[utoipa::path(
    tag = "growth-entries",
    params(GrowthEntryFilters, Paging),
    responses((status = 200, description = "A page of growth entries.", body = PageOf<GrowthEntryResponse>)),
)]
#[get("/growth-entries")]
pub async fn list_growth_entries(
    guard: Authorized<markers::GrowthRead>,
    state: State,
    query: ListQuery<GrowthEntryFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Write a growth entry
///
/// The source follows from who writes: the cadre, a mentor, or the unit. An entry is never rewritten: a mistake is corrected by
/// a new entry of the same source whose `supersedesId` names it.
#[utoipa::path(
    tag = "growth-entries",
    request_body = CreateGrowthEntry,
    responses(
        (status = 201, description = "Created.", body = GrowthEntryResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = GrowthEntryResponse),
    ),
)]
#[post("/growth-entries")]
pub async fn create_growth_entry(
    guard: Authorized<markers::GrowthWrite>,
    state: State,
    body: JsonBody<CreateGrowthEntry>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            let (entry, is_new) = service::create(tx, context, &value)?;
            if is_new {
                Reply::created(&format!("/v1/growth-entries/{}", entry.id), &entry)
            } else {
                Reply::resource(200, &entry)
            }
        })
        .await
}

/// Get a growth entry
#[utoipa::path(
    tag = "growth-entries",
    params(("id" = crate::db::Id, Path, description = "The entry's id.")),
    responses((status = 200, description = "The growth entry.", body = GrowthEntryResponse)),
)]
#[get("/growth-entries/{id}")]
pub async fn get_growth_entry(
    guard: Authorized<markers::GrowthRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let entry = state
        .read_one(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &entry)
}

/// Complete a growth entry
///
/// One that the service began, such as that of a finished posting: by the cadre or the present unit, whose entry it is then.
#[utoipa::path(
    tag = "growth-entries",
    params(("id" = crate::db::Id, Path, description = "The entry's id.")),
    request_body = Option<CompleteGrowthEntry>,
    responses((status = 200, description = "The growth entry.", body = GrowthEntryResponse)),
)]
#[post("/growth-entries/{id}/_complete")]
pub async fn complete_growth_entry(
    guard: Authorized<markers::GrowthWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<CompleteGrowthEntry>,
) -> Result<Reply> {
    let OptionalBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            Reply::resource(200, &completing::complete(tx, context, path.0, &value)?)
        })
        .await
}

/// Verify a growth entry
///
/// By the present unit or a present mentor, not by its author and not by the cadre. A disputed entry is not verified but
/// corrected.
#[utoipa::path(
    tag = "growth-entries",
    params(("id" = crate::db::Id, Path, description = "The entry's id.")),
    request_body = Option<VerifyGrowthEntry>,
    responses((status = 200, description = "The growth entry.", body = GrowthEntryResponse)),
)]
#[post("/growth-entries/{id}/_verify")]
pub async fn verify_growth_entry(
    guard: Authorized<markers::GrowthVerify>,
    state: State,
    path: PathId,
    body: OptionalBody<VerifyGrowthEntry>,
) -> Result<Reply> {
    state
        .post(&guard, body.digest, move |tx, context| {
            Reply::resource(200, &service::verify(tx, context, path.0)?)
        })
        .await
}

/// Dispute a growth entry
///
/// By the cadre, of what others wrote.
#[utoipa::path(
    tag = "growth-entries",
    params(("id" = crate::db::Id, Path, description = "The entry's id.")),
    request_body = DisputeGrowthEntry,
    responses((status = 200, description = "The growth entry.", body = GrowthEntryResponse)),
)]
#[post("/growth-entries/{id}/_dispute")]
pub async fn dispute_growth_entry(
    guard: Authorized<markers::GrowthDispute>,
    state: State,
    path: PathId,
    body: JsonBody<DisputeGrowthEntry>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            Reply::resource(200, &service::dispute(tx, context, path.0, &value)?)
        })
        .await
}
