//! Endpoints of absences.

use actix_web::{delete, get, patch, post};

use super::model::{AbsenceFilters, AbsenceResponse, CreateAbsence, MEMBERS, UpdateAbsence};
use super::{service, store};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{
    After, Authorized, JsonBody, ListQuery, Paging, PathId, Reply, State, page_reply,
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
    let ListQuery { filters, paging } = query;
    let context = state.context(&guard);
    let asked = paging.clone();
    let page = state
        .read_page(&guard, move |conn, context| {
            service::list(conn, context, &filters, &asked)
        })
        .await?;
    let member = paging.sort(store::SORTS)?.member;
    page_reply(page, &paging, &context, MEMBERS, |absence| After {
        key: if member == "startsOn" {
            absence.starts_on.to_string()
        } else {
            String::new()
        },
        id: absence.id,
    })
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
    request_body(content = UpdateAbsence, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The absence.", body = AbsenceResponse)),
)]
#[patch("/absences/{id}")]
pub async fn update_absence(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: PathId,
    body: JsonBody<UpdateAbsence>,
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
