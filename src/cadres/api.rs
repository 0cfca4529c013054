//! Endpoints of cadres.

use actix_web::{HttpRequest, delete, get, patch, post, put};

use super::guesses::{self, Guess, GuessOutcome};
use super::model::IDENTITY_KEY;
use super::request::{CadreFilters, CadreInput, CreateCadre, PatchCadre, RevealQuery};
use super::response::CadreResponse;
use super::reveal;
use super::service;
use crate::access::Permission::{CadresRead, CadresWrite};
use crate::access::markers;
use crate::context::Context;
use crate::db::DbConn;
use crate::error::{Error, Result};
use crate::external_ids::{self, ExternalId, Kind, Source};
use crate::http::openapi::PageOf;
use crate::http::{
    Authorized, Caller, Endpoints, ExternalPath, JsonBody, OneOf, Operation, PathId, QueryOf,
    Reply, State,
};
use crate::listing::{ListQuery, Paging};
use crate::values::IdentityNumber;

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_cadres)
            .service(search_cadres)
            .service(create_cadre)
            .service(get_cadre)
            .service(update_cadre)
            .service(delete_cadre)
            .service(get_cadre_by_external_id)
            .service(put_cadre_by_external_id);
    },
    operations: &[
        Operation::guarded("list_cadres", CadresRead, 2),
        Operation::guarded("search_cadres", CadresRead, 2).only_reads(),
        Operation::guarded("create_cadre", CadresWrite, 17),
        Operation::guarded("get_cadre", CadresRead, 1),
        Operation::guarded("update_cadre", CadresWrite, 11),
        Operation::guarded("delete_cadre", CadresWrite, 15),
        Operation::guarded("get_cadre_by_external_id", CadresWrite, 2),
        Operation::guarded("put_cadre_by_external_id", CadresWrite, 17),
    ],
};

/// List cadres
///
/// Cadres of the caller's reach: a manager's or officer's subtree, a mentor's mentees, a cadre's own record.
#[utoipa::path(
    tag = "cadres",
    params(CadreFilters, Paging),
    responses((status = 200, description = "A page of cadres.", body = PageOf<CadreResponse>)),
)]
#[get("/cadres")]
pub async fn list_cadres(
    guard: Authorized<markers::CadresRead>,
    state: State,
    query: ListQuery<CadreFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Search cadres
///
/// The list with its filters in the body, for names that must not stand in an address.
#[utoipa::path(
    tag = "cadres",
    params(Paging),
    request_body = CadreFilters,
    responses((status = 200, description = "A page of cadres.", body = PageOf<CadreResponse>)),
)]
#[post("/cadres/_search")]
pub async fn search_cadres(
    guard: Authorized<markers::CadresRead>,
    state: State,
    query: ListQuery<crate::http::NoFilters>,
    body: JsonBody<CadreFilters>,
) -> Result<Reply> {
    state
        .list(&guard, query.with_filters(body), service::list)
        .await
}

/// Create a cadre
///
/// The unit is named by exactly one of `organizationId`, `organizationCode` and `organizationRef`.
#[utoipa::path(
    tag = "cadres",
    request_body = CreateCadre,
    responses(
        (status = 201, description = "Created.", body = CadreResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = CadreResponse),
    ),
)]
#[post("/cadres")]
pub async fn create_cadre(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    body: JsonBody<CreateCadre>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    let number = value.identity_number.clone();
    let work = move |tx: &mut DbConn, context: &Context| {
        service::create(tx, context, &value)?.into_reply("/v1/cadres")
    };
    let written = state.post(&guard, digest, work).await;
    notice(&state, &guard, number, written).await
}

/// Counts an identity number that led to no change, before the caller is told why. One that someone out of reach holds tells the
/// caller nothing, and is journaled.
async fn notice(
    state: &State,
    caller: &Caller,
    number: Option<IdentityNumber>,
    written: Result<Reply>,
) -> Result<Reply> {
    let outcome = match &written {
        Err(Error::Duplicate(key, None)) if key.is(IDENTITY_KEY) => GuessOutcome::Collided,
        Err(Error::Duplicate(..) | Error::Invalid(_)) => GuessOutcome::Unchanged,
        _ => return guesses::told(state, caller, written).await,
    };
    let Some(number) = number else {
        return written;
    };
    let counted = state
        .write(caller, move |tx, context| {
            let guess = Guess::new(&context.deps.vault, &number, outcome);
            guesses::charge(tx, context, &[guess])?;
            if outcome == GuessOutcome::Collided {
                reveal::note_collision(tx, context)?;
            }
            Ok(Reply::no_content())
        })
        .await;
    guesses::told(state, caller, counted).await?;
    written
}

/// Get a cadre
///
/// The host of a posting that runs, and the mentor who leads there, see name, post, phase and the mentors' names, until what the host
/// writes of it is confirmed; a unit that the person has left sees name and present status. `reveal` shows identity number and phone in full to those
/// who may see them; each use is journaled.
#[utoipa::path(
    tag = "cadres",
    params(("id" = crate::db::Id, Path, description = "The cadre's id."), RevealQuery),
    responses((status = 200, description = "The cadre.", body = CadreResponse)),
)]
#[get("/cadres/{id}")]
pub async fn get_cadre(
    guard: Authorized<markers::CadresRead>,
    state: State,
    path: PathId,
    query: QueryOf<RevealQuery>,
) -> Result<Reply> {
    let Some(OneOf(members)) = query.0.reveal else {
        let cadre = state
            .read_one(&guard, move |conn, context| {
                service::read_or_guest(conn, context, path.0)
            })
            .await?;
        return Reply::resource(200, &cadre);
    };
    let reveal = move |tx: &mut DbConn, context: &Context| {
        let cadre = reveal::reveal(tx, context, path.0, &members)?;
        Ok(Reply::resource(200, &cadre)?.no_store())
    };
    state.write(&guard, reveal).await
}

/// Update a cadre
///
/// Unit and status change by verbs of the career, not here.
#[utoipa::path(
    tag = "cadres",
    params(("id" = crate::db::Id, Path, description = "The cadre's id.")),
    request_body(content = PatchCadre, content_type = "application/merge-patch+json", example = json!({ "phone": "10015499830", "postTitle": "二级主任科员", "externalIds": { "former-system": null, "hr-portal": "C-000371" } })),
    responses((status = 200, description = "The cadre.", body = CadreResponse)),
)]
#[patch("/cadres/{id}")]
pub async fn update_cadre(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchCadre>,
) -> Result<Reply> {
    let number = body.value.0.identity_number.clone().into_value();
    let work = move |tx: &mut DbConn, context: &Context| {
        Reply::resource(200, &service::patch(tx, context, path.0, &body.value.0)?)
    };
    let written = state.write(&guard, work).await;
    notice(&state, &guard, number, written).await
}

/// Delete a cadre
///
/// Only a record that nothing refers to; someone who leaves the programme leaves by `_leave`.
#[utoipa::path(
    tag = "cadres",
    params(("id" = crate::db::Id, Path, description = "The cadre's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/cadres/{id}")]
pub async fn delete_cadre(
    guard: Authorized<markers::CadresWrite>,
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

/// Get a cadre by external id
#[utoipa::path(
    tag = "cadres",
    params(
        ("source" = Source, Path, description = "The system that gave the id."),
        ("externalId" = ExternalId, Path, description = "The id there."),
    ),
    responses((status = 200, description = "The cadre.", body = CadreResponse)),
)]
#[get("/cadres/by-external-id/{source}/{externalId}")]
pub async fn get_cadre_by_external_id(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: ExternalPath,
) -> Result<Reply> {
    let ExternalPath {
        source,
        external_id,
    } = path;
    let cadre = state
        .read(&guard, move |conn, context| {
            let id = external_ids::find(conn, Kind::Cadre, &source, &external_id)?
                .ok_or(Error::NotFound)?;
            service::read(conn, context, id)
        })
        .await?;
    Reply::resource(200, &cadre)
}

/// Create or update a cadre by external id
///
/// Writes the members sent, leaves absent ones as they are and clears null ones; equal content writes nothing. Another unit
/// is a transfer as of today. `If-None-Match: *` creates only.
#[utoipa::path(
    tag = "cadres",
    params(
        ("source" = Source, Path, description = "The system that gave the id."),
        ("externalId" = ExternalId, Path, description = "The id there."),
    ),
    request_body = CadreInput,
    responses(
        (status = 201, description = "Created.", body = CadreResponse),
        (status = 200, description = "Updated, or unchanged.", body = CadreResponse),
    ),
)]
#[put("/cadres/by-external-id/{source}/{externalId}")]
pub async fn put_cadre_by_external_id(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: ExternalPath,
    request: HttpRequest,
    body: JsonBody<CadreInput>,
) -> Result<Reply> {
    let ExternalPath {
        source,
        external_id,
    } = path;
    let create_only = request
        .headers()
        .get("if-none-match")
        .is_some_and(|value| value == "*");
    let number = body.value.identity_number.clone().into_value();
    let work = move |tx: &mut DbConn, context: &Context| {
        service::upsert(tx, context, &source, &external_id, &body.value, create_only)?
            .into_reply("/v1/cadres")
    };
    let written = state.write(&guard, work).await;
    notice(&state, &guard, number, written).await
}
