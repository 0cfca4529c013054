//! Endpoints of enrolments.

use actix_web::{get, post};

use super::request::{CreateEnrolment, EnrolmentFilters, ExcuseEnrolment, ReadmitEnrolment};
use super::response::EnrolmentResponse;
use super::{enrolling, service, transitions};
use crate::access::Permission::{TrainingEnrol, TrainingRead};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_enrolments)
            .service(create_enrolment)
            .service(get_enrolment)
            .service(excuse_enrolment)
            .service(readmit_enrolment);
    },
    operations: &[
        Operation::guarded("list_enrolments", TrainingRead, 2),
        Operation::guarded("create_enrolment", TrainingEnrol, 9),
        Operation::guarded("get_enrolment", TrainingRead, 1),
        Operation::guarded("excuse_enrolment", TrainingEnrol, 13),
        Operation::guarded("readmit_enrolment", TrainingEnrol, 8),
    ],
};

/// List enrolments
///
/// Of a manager's or officer's subtree, then or now; of a mentor's mentees; a cadre's own. With `eventId` a host reads everyone in an
/// event of theirs.
#[utoipa::path(
    tag = "enrolments",
    params(EnrolmentFilters, Paging),
    responses((status = 200, description = "A page of enrolments.", body = PageOf<EnrolmentResponse>)),
)]
#[get("/enrolments")]
pub async fn list_enrolments(
    guard: Authorized<markers::TrainingRead>,
    state: State,
    query: ListQuery<EnrolmentFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create an enrolment
///
/// Of an active cadre in an open event that is open to them: with a seat if one is free, else `WAITLISTED`.
#[utoipa::path(
    tag = "enrolments",
    request_body = CreateEnrolment,
    responses(
        (status = 201, description = "Created.", body = EnrolmentResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = EnrolmentResponse),
    ),
)]
#[post("/enrolments")]
pub async fn create_enrolment(
    guard: Authorized<markers::TrainingEnrol>,
    state: State,
    body: JsonBody<CreateEnrolment>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            enrolling::create(tx, context, &value)?.into_reply("/v1/enrolments")
        })
        .await
}

/// Get an enrolment
#[utoipa::path(
    tag = "enrolments",
    params(("id" = crate::db::Id, Path, description = "The enrolment's id.")),
    responses((status = 200, description = "The enrolment.", body = EnrolmentResponse)),
)]
#[get("/enrolments/{id}")]
pub async fn get_enrolment(
    guard: Authorized<markers::TrainingRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let enrolment = state
        .read_one(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &enrolment)
}

/// Excuse an enrolment
///
/// The cadre does not come: the seat is free, and the first of those who wait moves up, until the event begins.
#[utoipa::path(
    tag = "enrolments",
    params(("id" = crate::db::Id, Path, description = "The enrolment's id.")),
    request_body = ExcuseEnrolment,
    responses((status = 200, description = "The enrolment.", body = EnrolmentResponse)),
)]
#[post("/enrolments/{id}/_excuse")]
pub async fn excuse_enrolment(
    guard: Authorized<markers::TrainingEnrol>,
    state: State,
    path: PathId,
    body: JsonBody<ExcuseEnrolment>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::excuse(tx, context, path.0, &value)
        })
        .await
}

/// Readmit an enrolment
///
/// Takes back that a cadre is excused: with a seat if one is free, else behind all who wait.
#[utoipa::path(
    tag = "enrolments",
    params(("id" = crate::db::Id, Path, description = "The enrolment's id.")),
    request_body = Option<ReadmitEnrolment>,
    responses((status = 200, description = "The enrolment.", body = EnrolmentResponse)),
)]
#[post("/enrolments/{id}/_readmit")]
pub async fn readmit_enrolment(
    guard: Authorized<markers::TrainingEnrol>,
    state: State,
    path: PathId,
    body: OptionalBody<ReadmitEnrolment>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::readmit(tx, context, path.0)
        })
        .await
}
