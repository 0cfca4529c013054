//! Endpoints of absences.

use actix_web::{delete, get, patch, post};

use super::model::{AbsenceFilters, AbsenceResponse, CreateAbsence, PatchAbsence};
use super::service;
use crate::access::Permission::CadresWrite;
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_absences)
            .service(create_absence)
            .service(get_absence)
            .service(update_absence)
            .service(delete_absence);
    },
    operations: &[
        Operation::guarded("list_absences", CadresWrite, 2),
        Operation::guarded("create_absence", CadresWrite, 10),
        Operation::guarded("get_absence", CadresWrite, 2),
        Operation::guarded("update_absence", CadresWrite, 10),
        Operation::guarded("delete_absence", CadresWrite, 10),
    ],
};

/// List absences
///
/// Absences of the cadres of the caller's subtree.
#[utoipa::path(
    tag = "absences",
    params(AbsenceFilters, Paging),
    responses((status = 200, description = "A page of absences.", body = PageOf<AbsenceResponse>)),
)]
#[get("/absences")]
pub async fn list_absences(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    query: ListQuery<AbsenceFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create an absence
#[utoipa::path(
    tag = "absences",
    request_body = CreateAbsence,
    responses(
        (status = 201, description = "Created.", body = AbsenceResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = AbsenceResponse),
    ),
)]
#[post("/absences")]
pub async fn create_absence(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    body: JsonBody<CreateAbsence>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            let (absence, is_new) = service::create(tx, context, &value)?;
            let location = format!("/v1/absences/{}", absence.id);
            if is_new {
                Reply::created(&location, &absence)
            } else {
                Reply::resource(200, &absence)
            }
        })
        .await
}

/// Get an absence
#[utoipa::path(
    tag = "absences",
    params(("id" = crate::db::Id, Path, description = "The absence's id.")),
    responses((status = 200, description = "The absence.", body = AbsenceResponse)),
)]
#[get("/absences/{id}")]
pub async fn get_absence(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let absence = state
        .read(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &absence)
}

/// Update an absence
#[utoipa::path(
    tag = "absences",
    params(("id" = crate::db::Id, Path, description = "The absence's id.")),
    request_body(content = PatchAbsence, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The absence.", body = AbsenceResponse)),
)]
#[patch("/absences/{id}")]
pub async fn update_absence(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchAbsence>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value)?)
        })
        .await
}

/// Delete an absence
#[utoipa::path(
    tag = "absences",
    params(("id" = crate::db::Id, Path, description = "The absence's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/absences/{id}")]
pub async fn delete_absence(
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
