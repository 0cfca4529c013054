//! Endpoints of the verbs of rounds.

use actix_web::post;

use super::request::{
    CloseEvaluationRound, ExtendEvaluationRound, OpenEvaluationRound, ReopenEvaluationRound,
};
use super::response::{EvaluationRoundResponse, TurnedEvaluationRound};
use super::{day, progress, service, transitions};
use crate::access::Permission::EvaluationRoundsWrite;
use crate::access::markers;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::http::{
    AppState, Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State,
};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(open_evaluation_round)
            .service(extend_evaluation_round)
            .service(close_evaluation_round)
            .service(reopen_evaluation_round);
    },
    operations: &[
        Operation::guarded("open_evaluation_round", EvaluationRoundsWrite, 19),
        Operation::guarded("extend_evaluation_round", EvaluationRoundsWrite, 7),
        Operation::guarded("close_evaluation_round", EvaluationRoundsWrite, 15),
        Operation::guarded("reopen_evaluation_round", EvaluationRoundsWrite, 14),
    ],
};

/// Open an evaluation round
///
/// Issues a form to each rater of everyone in the programme below its unit: mentors and units of the last day of the period, the host in
/// the place of the unit on a long secondment (R13). Answers when all are issued, some hundred cadres at a time; what a process that
/// ended in the middle left is issued by the next. With `dryRun` all of it is done and undone.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(("id" = crate::db::Id, Path, description = "The round's id.")),
    request_body(content = Option<OpenEvaluationRound>, example = json!({ "dryRun": true })),
    responses((status = 200, description = "The evaluation round, and how far its raters have come.", body = TurnedEvaluationRound)),
)]
#[post("/evaluation-rounds/{id}/_open")]
pub async fn open_evaluation_round(
    guard: Authorized<markers::EvaluationRoundsWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<OpenEvaluationRound>,
) -> Result<Reply> {
    let id = path.0;
    if body.value.dry_run {
        let work = move |tx: &mut DbConn, context: &Context| {
            transitions::open(tx, context, id)?;
            day::issue_at_once(tx, context, id)?;
            turned(tx, context, id)
        };
        return state.dry_run(&guard, work).await;
    }
    let context = state.context(&guard);
    let within = State::clone(&state);
    let work = async move {
        let opening = context.clone();
        let open = move |tx: &mut DbConn| transitions::open(tx, &opening, id).map(drop);
        within.db.write(open).await?;
        day::issue_all(&within.db, &context, id).await?;
        // From where it was written: a replica may be behind.
        within.db.write(move |tx| turned(tx, &context, id)).await
    };
    AppState::post_in_parts(&state, &guard, body.digest, work).await
}

fn turned(tx: &mut DbConn, context: &Context, id: Id) -> Result<Reply> {
    let round = service::read(tx, context, id)?;
    with_progress(tx, context, round)
}

fn with_progress(
    tx: &mut DbConn,
    context: &Context,
    round: EvaluationRoundResponse,
) -> Result<Reply> {
    progress::turned(tx, context, round)?.reply()
}

/// Extend an evaluation round
///
/// Gives an open round more days.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(("id" = crate::db::Id, Path, description = "The round's id.")),
    request_body = ExtendEvaluationRound,
    responses((status = 200, description = "The evaluation round.", body = EvaluationRoundResponse)),
)]
#[post("/evaluation-rounds/{id}/_extend")]
pub async fn extend_evaluation_round(
    guard: Authorized<markers::EvaluationRoundsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<ExtendEvaluationRound>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, value.dry_run, move |tx, context| {
            transitions::extend(tx, context, path.0, &value)
        })
        .await
}

/// Close an evaluation round
///
/// Before its day, at which it closes by itself. What was not handed in is missed: because the mentor is on leave or serves no longer,
/// because the cadre is on leave, or late; counted under the rater's unit.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(("id" = crate::db::Id, Path, description = "The round's id.")),
    request_body(content = Option<CloseEvaluationRound>, example = json!({ "dryRun": true })),
    responses((status = 200, description = "The evaluation round, and how far its raters have come.", body = TurnedEvaluationRound)),
)]
#[post("/evaluation-rounds/{id}/_close")]
pub async fn close_evaluation_round(
    guard: Authorized<markers::EvaluationRoundsWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<CloseEvaluationRound>,
) -> Result<Reply> {
    let OptionalBody { value, digest } = body;
    let dry_run = value.dry_run;
    let work = move |tx: &mut DbConn, context: &Context| {
        let round = transitions::close(tx, context, path.0, &value)?;
        with_progress(tx, context, round)
    };
    if dry_run {
        state.dry_run(&guard, work).await
    } else {
        state.post(&guard, digest, work).await
    }
}

/// Reopen an evaluation round
///
/// Takes the forms of a closed round again until another day: what was missed is wanted once more.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(("id" = crate::db::Id, Path, description = "The round's id.")),
    request_body = ReopenEvaluationRound,
    responses((status = 200, description = "The evaluation round, and how far its raters have come.", body = TurnedEvaluationRound)),
)]
#[post("/evaluation-rounds/{id}/_reopen")]
pub async fn reopen_evaluation_round(
    guard: Authorized<markers::EvaluationRoundsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<ReopenEvaluationRound>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    let dry_run = value.dry_run;
    let work = move |tx: &mut DbConn, context: &Context| {
        let round = transitions::reopen(tx, context, path.0, &value)?;
        with_progress(tx, context, round)
    };
    if dry_run {
        state.dry_run(&guard, work).await
    } else {
        state.post(&guard, digest, work).await
    }
}
