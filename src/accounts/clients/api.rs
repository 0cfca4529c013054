//! Endpoints of clients.

use actix_web::{delete, get, patch, post};

use super::model::{ClientFilters, ClientResponse, CreateClient, PatchClient};
use super::service;
use crate::access::Permission::ClientsManage;
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_clients)
            .service(create_client)
            .service(get_client)
            .service(update_client)
            .service(delete_client)
            .service(rotate_client);
    },
    operations: &[
        Operation::guarded("list_clients", ClientsManage, 2),
        Operation::guarded("create_client", ClientsManage, 8).shows_secret(),
        Operation::guarded("get_client", ClientsManage, 1),
        Operation::guarded("update_client", ClientsManage, 7),
        Operation::guarded("delete_client", ClientsManage, 6),
        Operation::guarded("rotate_client", ClientsManage, 6).shows_secret(),
    ],
};

/// List clients
#[utoipa::path(
    tag = "clients",
    params(ClientFilters, Paging),
    responses((status = 200, description = "A page of clients.", body = PageOf<ClientResponse>)),
)]
#[get("/clients")]
pub async fn list_clients(
    guard: Authorized<markers::ClientsManage>,
    state: State,
    query: ListQuery<ClientFilters>,
) -> Result<Reply> {
    let work = |conn: &mut _, _: &_, filters: &_, list: &_| service::list(conn, filters, list);
    state.list(&guard, query, work).await
}

/// Create a client
///
/// The answer bears the secret, once. With it the client gets tokens at `POST /oauth2/token`.
#[utoipa::path(
    tag = "clients",
    request_body = CreateClient,
    responses(
        (status = 201, description = "Created, with its secret.", body = ClientResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content; the secret is not shown again.", body = ClientResponse),
    ),
)]
#[post("/clients")]
pub async fn create_client(
    guard: Authorized<markers::ClientsManage>,
    state: State,
    body: JsonBody<CreateClient>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            let (client, is_new) = service::create(tx, context, &body.value)?;
            if is_new {
                let location = format!("/v1/clients/{}", client.id);
                Ok(Reply::created(&location, &client)?.no_store())
            } else {
                Reply::resource(200, &client)
            }
        })
        .await
}

/// Get a client
#[utoipa::path(
    tag = "clients",
    params(("id" = crate::db::Id, Path, description = "The client's id.")),
    responses((status = 200, description = "The client.", body = ClientResponse)),
)]
#[get("/clients/{id}")]
pub async fn get_client(
    guard: Authorized<markers::ClientsManage>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let client = state
        .read_one(&guard, move |conn, _| service::read(conn, path.0))
        .await?;
    Reply::resource(200, &client)
}

/// Update a client
///
/// Its tokens end within seconds.
#[utoipa::path(
    tag = "clients",
    params(("id" = crate::db::Id, Path, description = "The client's id.")),
    request_body(content = PatchClient, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The client.", body = ClientResponse)),
)]
#[patch("/clients/{id}")]
pub async fn update_client(
    guard: Authorized<markers::ClientsManage>,
    state: State,
    path: PathId,
    body: JsonBody<PatchClient>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value)?)
        })
        .await
}

/// Delete a client
///
/// Only one that never changed anything; close any other.
#[utoipa::path(
    tag = "clients",
    params(("id" = crate::db::Id, Path, description = "The client's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/clients/{id}")]
pub async fn delete_client(
    guard: Authorized<markers::ClientsManage>,
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

/// Rotate a client's secret
///
/// The secret before is void at once, tokens end within seconds, and the answer bears the new secret, once.
#[utoipa::path(
    tag = "clients",
    params(("id" = crate::db::Id, Path, description = "The client's id.")),
    responses((status = 200, description = "The client, with its secret.", body = ClientResponse)),
)]
#[post("/clients/{id}/_rotate")]
pub async fn rotate_client(
    guard: Authorized<markers::ClientsManage>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            let client = service::rotate_secret(tx, context, path.0)?;
            Ok(Reply::resource(200, &client)?.no_store())
        })
        .await
}
