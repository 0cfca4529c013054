//! Endpoints of kinships.

use actix_web::{delete, get, post};

use super::model::{CreateKinship, KinshipFilters, KinshipResponse};
use super::service;
use crate::access::Permission::KinshipsDeclare;
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_kinships)
            .service(create_kinship)
            .service(get_kinship)
            .service(delete_kinship);
    },
    operations: &[
        Operation::guarded("list_kinships", KinshipsDeclare, 4),
        Operation::guarded("create_kinship", KinshipsDeclare, 9),
        Operation::guarded("get_kinship", KinshipsDeclare, 3),
        Operation::guarded("delete_kinship", KinshipsDeclare, 6),
    ],
};

/// List kinships
///
/// Declarations about persons of the caller's units, and those the caller made.
#[utoipa::path(
    tag = "kinships",
    params(KinshipFilters, Paging),
    responses((status = 200, description = "A page of kinships.", body = PageOf<KinshipResponse>)),
)]
#[get("/kinships")]
pub async fn list_kinships(
    guard: Authorized<markers::KinshipsDeclare>,
    state: State,
    query: ListQuery<KinshipFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Declare a kinship
///
/// Either side declares it about themselves, or an officer or manager about persons of their units. It ends nothing: pairs and
/// evaluations between the two can't move on.
#[utoipa::path(
    tag = "kinships",
    request_body = CreateKinship,
    responses(
        (status = 201, description = "Declared.", body = KinshipResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = KinshipResponse),
    ),
)]
#[post("/kinships")]
pub async fn create_kinship(
    guard: Authorized<markers::KinshipsDeclare>,
    state: State,
    body: JsonBody<CreateKinship>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            service::declare(tx, context, &value)?.into_reply("/v1/kinships")
        })
        .await
}

/// Get a kinship
#[utoipa::path(
    tag = "kinships",
    params(("id" = crate::db::Id, Path, description = "The declaration's id.")),
    responses((status = 200, description = "The kinship.", body = KinshipResponse)),
)]
#[get("/kinships/{id}")]
pub async fn get_kinship(
    guard: Authorized<markers::KinshipsDeclare>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let kinship = state
        .read(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &kinship)
}

/// Delete a kinship
///
/// Takes the declaration back; what it held up can move on.
#[utoipa::path(
    tag = "kinships",
    params(("id" = crate::db::Id, Path, description = "The declaration's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/kinships/{id}")]
pub async fn delete_kinship(
    guard: Authorized<markers::KinshipsDeclare>,
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
