//! Endpoints of the verbs of a mentor's life.

use actix_web::post;

use super::response::MentorResponse;
use super::transition_request::{
    AppointMentor, RetireMentor, SuspendMentor, TransferMentor, TurnMentor,
};
use super::transitions;
use crate::access::Permission::{MentorsAppoint, MentorsWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(appoint_mentor)
            .service(suspend_mentor)
            .service(reinstate_mentor)
            .service(retire_mentor)
            .service(transfer_mentor);
    },
    operations: &[
        Operation::guarded("appoint_mentor", MentorsAppoint, 7),
        Operation::guarded("suspend_mentor", MentorsAppoint, 27),
        Operation::guarded("reinstate_mentor", MentorsAppoint, 7),
        Operation::guarded("retire_mentor", MentorsAppoint, 26),
        Operation::guarded("transfer_mentor", MentorsWrite, 34),
    ],
};

/// Appoint a mentor
///
/// A nominated mentor may guide cadres from today on, or from an earlier day.
#[utoipa::path(
    tag = "mentors",
    params(("id" = crate::db::Id, Path, description = "The mentor's id.")),
    request_body = AppointMentor,
    responses((status = 200, description = "The mentor.", body = MentorResponse)),
)]
#[post("/mentors/{id}/_appoint")]
pub async fn appoint_mentor(
    guard: Authorized<markers::MentorsAppoint>,
    state: State,
    path: PathId,
    body: OptionalBody<AppointMentor>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::appoint(tx, context, path.0, body.value.on)
        })
        .await
}

/// Suspend a mentor
///
/// With `to` it is leave: pairs stay, and the mentor is back on the day after. Without it, pairs need another mentor.
#[utoipa::path(
    tag = "mentors",
    params(("id" = crate::db::Id, Path, description = "The mentor's id.")),
    request_body = SuspendMentor,
    responses((status = 200, description = "The mentor.", body = MentorResponse)),
)]
#[post("/mentors/{id}/_suspend")]
pub async fn suspend_mentor(
    guard: Authorized<markers::MentorsAppoint>,
    state: State,
    path: PathId,
    body: JsonBody<SuspendMentor>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::suspend(tx, context, path.0, &body.value)
        })
        .await
}

/// Reinstate a mentor
///
/// Ends a suspension or leave, calls a planned one off, or takes a retired mentor back.
#[utoipa::path(
    tag = "mentors",
    params(("id" = crate::db::Id, Path, description = "The mentor's id.")),
    request_body = TurnMentor,
    responses((status = 200, description = "The mentor.", body = MentorResponse)),
)]
#[post("/mentors/{id}/_reinstate")]
pub async fn reinstate_mentor(
    guard: Authorized<markers::MentorsAppoint>,
    state: State,
    path: PathId,
    body: OptionalBody<TurnMentor>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::reinstate(tx, context, path.0)
        })
        .await
}

/// Retire a mentor
///
/// The mentor's pairs stay until they are replaced or completed, and need another mentor.
#[utoipa::path(
    tag = "mentors",
    params(("id" = crate::db::Id, Path, description = "The mentor's id.")),
    request_body = RetireMentor,
    responses((status = 200, description = "The mentor.", body = MentorResponse)),
)]
#[post("/mentors/{id}/_retire")]
pub async fn retire_mentor(
    guard: Authorized<markers::MentorsAppoint>,
    state: State,
    path: PathId,
    body: OptionalBody<RetireMentor>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::retire(tx, context, path.0, &body.value)
        })
        .await
}

/// Transfer a mentor
///
/// Moves the mentor to another unit; pairs whose cadre is now too far need another mentor.
#[utoipa::path(
    tag = "mentors",
    params(("id" = crate::db::Id, Path, description = "The mentor's id.")),
    request_body = TransferMentor,
    responses((status = 200, description = "The mentor.", body = MentorResponse)),
)]
#[post("/mentors/{id}/_transfer")]
pub async fn transfer_mentor(
    guard: Authorized<markers::MentorsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<TransferMentor>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::transfer(tx, context, path.0, &body.value)
        })
        .await
}
