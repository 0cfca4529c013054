//! Endpoints of pairs.

use actix_web::{get, patch, post};

use super::request::{AssignmentFilters, CreateAssignment, PatchAssignment, PersonFilters};
use super::response::AssignmentResponse;
use super::service;
use crate::access::Permission::{AssignmentsPropose, AssignmentsRead};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_assignments)
            .service(list_cadre_assignments)
            .service(list_mentor_assignments)
            .service(create_assignment)
            .service(get_assignment)
            .service(update_assignment);
    },
    operations: &[
        Operation::guarded("list_assignments", AssignmentsRead, 2),
        Operation::guarded("list_cadre_assignments", AssignmentsRead, 3),
        Operation::guarded("list_mentor_assignments", AssignmentsRead, 3),
        Operation::guarded("create_assignment", AssignmentsPropose, 17),
        Operation::guarded("get_assignment", AssignmentsRead, 1),
        Operation::guarded("update_assignment", AssignmentsPropose, 7),
    ],
};

/// List assignments
///
/// Pairs of the caller's reach: of the units' time and of cadres there now; of own mentees; of oneself.
#[utoipa::path(
    tag = "assignments",
    params(AssignmentFilters, Paging),
    responses((status = 200, description = "A page of assignments.", body = PageOf<AssignmentResponse>)),
)]
#[get("/assignments")]
pub async fn list_assignments(
    guard: Authorized<markers::AssignmentsRead>,
    state: State,
    query: ListQuery<AssignmentFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// List a cadre's assignments
#[utoipa::path(
    tag = "assignments",
    params(("id" = crate::db::Id, Path, description = "The cadre's id."), PersonFilters, Paging),
    responses((status = 200, description = "A page of assignments.", body = PageOf<AssignmentResponse>)),
)]
#[get("/cadres/{id}/assignments")]
pub async fn list_cadre_assignments(
    guard: Authorized<markers::AssignmentsRead>,
    state: State,
    path: PathId,
    query: ListQuery<PersonFilters>,
) -> Result<Reply> {
    let query = query.map(|filters| filters.of_cadre(path.0));
    let work = move |conn: &mut _, context: &_, filters: &_, list: &_| {
        service::require_cadre(conn, context, path.0)?;
        service::list(conn, context, filters, list)
    };
    state.list(&guard, query, work).await
}

/// List a mentor's assignments
///
/// Leaves out cadres out of the caller's reach.
#[utoipa::path(
    tag = "assignments",
    params(("id" = crate::db::Id, Path, description = "The mentor's id."), PersonFilters, Paging),
    responses((status = 200, description = "A page of assignments.", body = PageOf<AssignmentResponse>)),
)]
#[get("/mentors/{id}/assignments")]
pub async fn list_mentor_assignments(
    guard: Authorized<markers::AssignmentsRead>,
    state: State,
    path: PathId,
    query: ListQuery<PersonFilters>,
) -> Result<Reply> {
    let query = query.map(|filters| filters.of_mentor(path.0));
    let work = move |conn: &mut _, context: &_, filters: &_, list: &_| {
        service::require_mentor(conn, context, path.0)?;
        service::list(conn, context, filters, list)
    };
    state.list(&guard, query, work).await
}

/// Create an assignment
///
/// A proposal, which takes no seat; with `activate` a pair in effect, and with `endsOn` and `endReason` one that is over, both for
/// managers. All broken rules come at once.
#[utoipa::path(
    tag = "assignments",
    request_body = CreateAssignment,
    responses(
        (status = 201, description = "Created.", body = AssignmentResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = AssignmentResponse),
    ),
)]
#[post("/assignments")]
pub async fn create_assignment(
    guard: Authorized<markers::AssignmentsPropose>,
    state: State,
    body: JsonBody<CreateAssignment>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            service::create(tx, context, &value)?.into_reply("/v1/assignments")
        })
        .await
}

/// Get an assignment
#[utoipa::path(
    tag = "assignments",
    params(("id" = crate::db::Id, Path, description = "The assignment's id.")),
    responses((status = 200, description = "The assignment.", body = AssignmentResponse)),
)]
#[get("/assignments/{id}")]
pub async fn get_assignment(
    guard: Authorized<markers::AssignmentsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let assignment = state
        .read_one(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &assignment)
}

/// Update an assignment
///
/// What the two agreed on, the planned end, and more about the end. Everything else changes by verbs.
#[utoipa::path(
    tag = "assignments",
    params(("id" = crate::db::Id, Path, description = "The assignment's id.")),
    request_body(content = PatchAssignment, content_type = "application/merge-patch+json", example = json!({ "plannedEndsOn": "2026-07-23", "agreement": "每月谈心一次，每季度共同走访一次" })),
    responses((status = 200, description = "The assignment.", body = AssignmentResponse)),
)]
#[patch("/assignments/{id}")]
pub async fn update_assignment(
    guard: Authorized<markers::AssignmentsPropose>,
    state: State,
    path: PathId,
    body: JsonBody<PatchAssignment>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value)?)
        })
        .await
}
