//! Endpoints of careers: the verbs of a cadre's life, and what became of it.

use actix_web::{get, post};

use super::career_request::{
    CareerResponse, ExtendCadre, LeaveCadre, SuspendCadre, TransferCadre, TurnCadre,
};
use super::response::CadreResponse;
use super::{career, transitions};
use crate::access::Permission::{CadresRead, CadresWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(transfer_cadre)
            .service(suspend_cadre)
            .service(resume_cadre)
            .service(leave_cadre)
            .service(reinstate_cadre)
            .service(graduate_cadre)
            .service(extend_cadre)
            .service(get_cadre_career);
    },
    operations: &[
        Operation::guarded("transfer_cadre", CadresWrite, 39),
        Operation::guarded("suspend_cadre", CadresWrite, 7),
        Operation::guarded("resume_cadre", CadresWrite, 12),
        Operation::guarded("leave_cadre", CadresWrite, 35),
        Operation::guarded("reinstate_cadre", CadresWrite, 13),
        Operation::guarded("graduate_cadre", CadresWrite, 40),
        Operation::guarded("extend_cadre", CadresWrite, 17),
        Operation::guarded("get_cadre_career", CadresRead, 3),
    ],
};

/// Transfer a cadre
///
/// Moves the cadre to another unit as of a day. Records keep the unit of their own date; the new unit reads the whole file.
#[utoipa::path(
    tag = "cadres",
    params(("id" = crate::db::Id, Path, description = "The cadre's id.")),
    request_body = TransferCadre,
    responses((status = 200, description = "The cadre.", body = CadreResponse)),
)]
#[post("/cadres/{id}/_transfer")]
pub async fn transfer_cadre(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: PathId,
    body: JsonBody<TransferCadre>,
) -> Result<Reply> {
    state
        .act(
            &guard,
            body.digest,
            body.value.dry_run,
            move |tx, context| transitions::transfer(tx, context, path.0, &body.value),
        )
        .await
}

/// Suspend a cadre
///
/// The cadre stays in the programme without taking part.
#[utoipa::path(
    tag = "cadres",
    params(("id" = crate::db::Id, Path, description = "The cadre's id.")),
    request_body = SuspendCadre,
    responses((status = 200, description = "The cadre.", body = CadreResponse)),
)]
#[post("/cadres/{id}/_suspend")]
pub async fn suspend_cadre(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: PathId,
    body: JsonBody<SuspendCadre>,
) -> Result<Reply> {
    state
        .act(
            &guard,
            body.digest,
            body.value.dry_run,
            move |tx, context| transitions::suspend(tx, context, path.0, &body.value),
        )
        .await
}

/// Resume a cadre
///
/// Ends a suspension.
#[utoipa::path(
    tag = "cadres",
    params(("id" = crate::db::Id, Path, description = "The cadre's id.")),
    request_body = TurnCadre,
    responses((status = 200, description = "The cadre.", body = CadreResponse)),
)]
#[post("/cadres/{id}/_resume")]
pub async fn resume_cadre(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<TurnCadre>,
) -> Result<Reply> {
    state
        .act(
            &guard,
            body.digest,
            body.value.dry_run,
            move |tx, context| transitions::resume(tx, context, path.0, body.value.on),
        )
        .await
}

/// Let a cadre leave
///
/// Pairs end, seats become free and open forms are cancelled, in one transaction.
#[utoipa::path(
    tag = "cadres",
    params(("id" = crate::db::Id, Path, description = "The cadre's id.")),
    request_body = LeaveCadre,
    responses((status = 200, description = "The cadre.", body = CadreResponse)),
)]
#[post("/cadres/{id}/_leave")]
pub async fn leave_cadre(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: PathId,
    body: JsonBody<LeaveCadre>,
) -> Result<Reply> {
    state
        .act(
            &guard,
            body.digest,
            body.value.dry_run,
            move |tx, context| transitions::leave(tx, context, path.0, &body.value),
        )
        .await
}

/// Reinstate a cadre
///
/// Takes a cadre back who had left or graduated.
#[utoipa::path(
    tag = "cadres",
    params(("id" = crate::db::Id, Path, description = "The cadre's id.")),
    request_body = TurnCadre,
    responses((status = 200, description = "The cadre.", body = CadreResponse)),
)]
#[post("/cadres/{id}/_reinstate")]
pub async fn reinstate_cadre(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<TurnCadre>,
) -> Result<Reply> {
    state
        .act(
            &guard,
            body.digest,
            body.value.dry_run,
            move |tx, context| transitions::reinstate(tx, context, path.0, body.value.on),
        )
        .await
}

/// Graduate a cadre
///
/// Completes the programme. The phase GRADUATED comes by the date alone; this is the decision.
#[utoipa::path(
    tag = "cadres",
    params(("id" = crate::db::Id, Path, description = "The cadre's id.")),
    request_body = TurnCadre,
    responses((status = 200, description = "The cadre.", body = CadreResponse)),
)]
#[post("/cadres/{id}/_graduate")]
pub async fn graduate_cadre(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<TurnCadre>,
) -> Result<Reply> {
    state
        .act(
            &guard,
            body.digest,
            body.value.dry_run,
            move |tx, context| transitions::graduate(tx, context, path.0, body.value.on),
        )
        .await
}

/// Extend a cadre's probation
///
/// Rule R02: for leave no longer than the rule table allows.
#[utoipa::path(
    tag = "cadres",
    params(("id" = crate::db::Id, Path, description = "The cadre's id.")),
    request_body = ExtendCadre,
    responses((status = 200, description = "The cadre.", body = CadreResponse)),
)]
#[post("/cadres/{id}/_extend")]
pub async fn extend_cadre(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    path: PathId,
    body: JsonBody<ExtendCadre>,
) -> Result<Reply> {
    state
        .act(
            &guard,
            body.digest,
            body.value.dry_run,
            move |tx, context| transitions::extend(tx, context, path.0, &body.value),
        )
        .await
}

/// Get a cadre's career
///
/// Units and posts from–to, and the turns of the career within the programme.
#[utoipa::path(
    tag = "cadres",
    params(("id" = crate::db::Id, Path, description = "The cadre's id.")),
    responses((status = 200, description = "The career.", body = CareerResponse)),
)]
#[get("/cadres/{id}/career")]
pub async fn get_cadre_career(
    guard: Authorized<markers::CadresRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let career = state
        .read(&guard, move |conn, context| {
            career::career(conn, context, path.0)
        })
        .await?;
    Reply::composed(&career)
}
