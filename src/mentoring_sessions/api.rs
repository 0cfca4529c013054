//! Endpoints of talks.

use actix_web::{get, post};

use super::request::{
    ConfirmMentoringSession, CreateMentoringSession, RevealMentoringSession, SessionFilters,
};
use super::response::MentoringSessionResponse;
use super::reveal::{self, SessionRevealed};
use super::{recording, service};
use crate::access::Permission::{SessionsRead, SessionsReveal, SessionsWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_mentoring_sessions)
            .service(create_mentoring_session)
            .service(get_mentoring_session)
            .service(confirm_mentoring_session)
            .service(reveal_mentoring_session);
    },
    operations: &[
        Operation::guarded("list_mentoring_sessions", SessionsRead, 4),
        Operation::guarded("create_mentoring_session", SessionsWrite, 10),
        Operation::guarded("get_mentoring_session", SessionsRead, 3),
        Operation::guarded("confirm_mentoring_session", SessionsWrite, 6),
        Operation::guarded("reveal_mentoring_session", SessionsReveal, 8).shows_secret(),
    ],
};

/// List mentoring sessions
///
/// Talks of the caller's reach: of a manager's or officer's subtree, then or now; of a mentor's mentees, and those that the mentor held; a
/// cadre's own. Of a confidential one, who is not of its pair sees that it was held: the kind, the day, and by whom.
#[utoipa::path(
    tag = "mentoring-sessions",
    params(SessionFilters, Paging),
    responses((status = 200, description = "A page of talks.", body = PageOf<MentoringSessionResponse>)),
)]
#[get("/mentoring-sessions")]
pub async fn list_mentoring_sessions(
    guard: Authorized<markers::SessionsRead>,
    state: State,
    query: ListQuery<SessionFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Record a mentoring session
///
/// By one of the pair, at once or from a phone later, up to 30 days after the pair ended. A talk that the pair has on that day already is
/// `current` of a `duplicate`: the other of the pair confirms it; another talk of the same kind on the same day is `separate`.
#[utoipa::path(
    tag = "mentoring-sessions",
    request_body = CreateMentoringSession,
    responses(
        (status = 201, description = "Created.", body = MentoringSessionResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = MentoringSessionResponse),
    ),
)]
#[post("/mentoring-sessions")]
pub async fn create_mentoring_session(
    guard: Authorized<markers::SessionsWrite>,
    state: State,
    body: JsonBody<CreateMentoringSession>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            recording::record(tx, context, &value)?.into_reply("/v1/mentoring-sessions")
        })
        .await
}

/// Get a mentoring session
#[utoipa::path(
    tag = "mentoring-sessions",
    params(("id" = crate::db::Id, Path, description = "The talk's id.")),
    responses((status = 200, description = "The talk.", body = MentoringSessionResponse)),
)]
#[get("/mentoring-sessions/{id}")]
pub async fn get_mentoring_session(
    guard: Authorized<markers::SessionsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let session = state
        .read(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &session)
}

/// Confirm a mentoring session
///
/// By the one of the pair who did not record it.
#[utoipa::path(
    tag = "mentoring-sessions",
    params(("id" = crate::db::Id, Path, description = "The talk's id.")),
    request_body = Option<ConfirmMentoringSession>,
    responses((status = 200, description = "The talk.", body = MentoringSessionResponse)),
)]
#[post("/mentoring-sessions/{id}/_confirm")]
pub async fn confirm_mentoring_session(
    guard: Authorized<markers::SessionsWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<ConfirmMentoringSession>,
) -> Result<Reply> {
    state
        .post(&guard, body.digest, move |tx, context| {
            Reply::resource(200, &service::confirm(tx, context, path.0)?)
        })
        .await
}

/// Reveal a mentoring session
///
/// A confidential talk is opened by two: a manager asks, and another manager or officer of the cadre's unit agrees by the same request, within
/// a day. From then on, for a day, both read it by the same request. Neither is of the pair. Each request is journaled with its reason.
#[utoipa::path(
    tag = "mentoring-sessions",
    params(("id" = crate::db::Id, Path, description = "The talk's id.")),
    request_body = RevealMentoringSession,
    responses((status = 200, description = "Where it stands.", body = SessionRevealed)),
)]
#[post("/mentoring-sessions/{id}/_reveal")]
pub async fn reveal_mentoring_session(
    guard: Authorized<markers::SessionsReveal>,
    state: State,
    path: PathId,
    body: JsonBody<RevealMentoringSession>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            let revealed = reveal::reveal(tx, context, path.0, &body.value)?;
            Ok(Reply::json(200, &revealed)?.no_store())
        })
        .await
}
