//! Endpoints of mentors.

use actix_web::{HttpRequest, delete, get, patch, post, put};

use super::request::{CreateMentor, MentorFilters, MentorInput, PatchMentor};
use super::response::MentorResponse;
use super::service;
use crate::access::Permission::{MentorsRead, MentorsWrite};
use crate::access::markers;
use crate::error::{Error, Result};
use crate::external_ids::{self, ExternalId, Kind, Source};
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, ExternalPath, JsonBody, Operation, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_mentors)
            .service(create_mentor)
            .service(get_mentor)
            .service(update_mentor)
            .service(delete_mentor)
            .service(get_mentor_by_external_id)
            .service(put_mentor_by_external_id);
    },
    operations: &[
        Operation::guarded("list_mentors", MentorsRead, 2),
        Operation::guarded("create_mentor", MentorsWrite, 9),
        Operation::guarded("get_mentor", MentorsRead, 1),
        Operation::guarded("update_mentor", MentorsWrite, 10),
        Operation::guarded("delete_mentor", MentorsWrite, 7),
        Operation::guarded("get_mentor_by_external_id", MentorsRead, 2),
        Operation::guarded("put_mentor_by_external_id", MentorsWrite, 9),
    ],
};

/// List mentors
///
/// Mentors of the caller's subtree; to an officer also, without phone, the appointed ones of their county and of the city's
/// organs; to a mentor themselves; to a cadre their own mentors.
#[utoipa::path(
    tag = "mentors",
    params(MentorFilters, Paging),
    responses((status = 200, description = "A page of mentors.", body = PageOf<MentorResponse>)),
)]
#[get("/mentors")]
pub async fn list_mentors(
    guard: Authorized<markers::MentorsRead>,
    state: State,
    query: ListQuery<MentorFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create a mentor
///
/// The mentor is nominated; a programme manager appoints them. The unit is named by exactly one of `organizationId`,
/// `organizationCode` and `organizationRef`.
#[utoipa::path(
    tag = "mentors",
    request_body = CreateMentor,
    responses(
        (status = 201, description = "Created.", body = MentorResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = MentorResponse),
    ),
)]
#[post("/mentors")]
pub async fn create_mentor(
    guard: Authorized<markers::MentorsWrite>,
    state: State,
    body: JsonBody<CreateMentor>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            service::create(tx, context, &value)?.into_reply("/v1/mentors")
        })
        .await
}

/// Get a mentor
#[utoipa::path(
    tag = "mentors",
    params(("id" = crate::db::Id, Path, description = "The mentor's id.")),
    responses((status = 200, description = "The mentor.", body = MentorResponse)),
)]
#[get("/mentors/{id}")]
pub async fn get_mentor(
    guard: Authorized<markers::MentorsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let mentor = state
        .read(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &mentor)
}

/// Update a mentor
///
/// Unit and status change by verbs, not here. There cannot be fewer seats than are taken.
#[utoipa::path(
    tag = "mentors",
    params(("id" = crate::db::Id, Path, description = "The mentor's id.")),
    request_body(content = PatchMentor, content_type = "application/merge-patch+json", example = json!({ "phone": "10025967117", "maxMentees": 3, "expertise": ["农业技术", "基层治理"] })),
    responses((status = 200, description = "The mentor.", body = MentorResponse)),
)]
#[patch("/mentors/{id}")]
pub async fn update_mentor(
    guard: Authorized<markers::MentorsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchMentor>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value.0)?)
        })
        .await
}

/// Delete a mentor
///
/// Only a record that nothing refers to; a mentor who no longer guides anyone retires by `_retire`.
#[utoipa::path(
    tag = "mentors",
    params(("id" = crate::db::Id, Path, description = "The mentor's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/mentors/{id}")]
pub async fn delete_mentor(
    guard: Authorized<markers::MentorsWrite>,
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

/// Get a mentor by external id
#[utoipa::path(
    tag = "mentors",
    params(
        ("source" = Source, Path, description = "The system that gave the id."),
        ("externalId" = ExternalId, Path, description = "The id there."),
    ),
    responses((status = 200, description = "The mentor.", body = MentorResponse)),
)]
#[get("/mentors/by-external-id/{source}/{externalId}")]
pub async fn get_mentor_by_external_id(
    guard: Authorized<markers::MentorsRead>,
    state: State,
    path: ExternalPath,
) -> Result<Reply> {
    let ExternalPath {
        source,
        external_id,
    } = path;
    let mentor = state
        .read(&guard, move |conn, context| {
            let id = external_ids::find(conn, Kind::Mentor, &source, &external_id)?
                .ok_or(Error::NotFound)?;
            service::read(conn, context, id)
        })
        .await?;
    Reply::resource(200, &mentor)
}

/// Create or update a mentor by external id
///
/// Writes the members sent, leaves absent ones as they are and clears null ones; equal content writes nothing. Another unit
/// is a transfer as of today. `If-None-Match: *` creates only.
#[utoipa::path(
    tag = "mentors",
    params(
        ("source" = Source, Path, description = "The system that gave the id."),
        ("externalId" = ExternalId, Path, description = "The id there."),
    ),
    request_body = MentorInput,
    responses(
        (status = 201, description = "Created.", body = MentorResponse),
        (status = 200, description = "Updated, or unchanged.", body = MentorResponse),
    ),
)]
#[put("/mentors/by-external-id/{source}/{externalId}")]
pub async fn put_mentor_by_external_id(
    guard: Authorized<markers::MentorsWrite>,
    state: State,
    path: ExternalPath,
    request: HttpRequest,
    body: JsonBody<MentorInput>,
) -> Result<Reply> {
    let ExternalPath {
        source,
        external_id,
    } = path;
    let create_only = request
        .headers()
        .get("if-none-match")
        .is_some_and(|value| value == "*");
    state
        .write(&guard, move |tx, context| {
            service::upsert(tx, context, &source, &external_id, &body.value, create_only)?
                .into_reply("/v1/mentors")
        })
        .await
}
