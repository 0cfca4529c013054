//! Endpoints of matching runs.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, get, patch, post, web};
use tokio::sync::Semaphore;

use super::request::{ApplyRun, PatchProposal, ProposalFilters, RunFilters, Terms, TurnRun};
use super::response::{ProposalResponse, RunResponse};
use super::service::{self, Asked, Computed};
use super::{apply, decide, store, world};
use crate::access::Permission::MatchingRun;
use crate::access::markers;
use crate::context::Context;
use crate::db::Id;
use crate::error::{Error, Result, Unavailable};
use crate::http::openapi::PageOf;
use crate::http::{
    AppState, Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State,
};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_matching_runs)
            .service(create_matching_run)
            .service(get_matching_run)
            .service(list_matching_proposals)
            .service(get_matching_proposal)
            .service(update_matching_proposal)
            .service(resolve_matching_run)
            .service(apply_matching_run)
            .service(discard_matching_run);
    },
    operations: &[
        Operation::guarded("list_matching_runs", MatchingRun, 2),
        Operation::guarded("create_matching_run", MatchingRun, 13),
        Operation::guarded("get_matching_run", MatchingRun, 1),
        Operation::guarded("list_matching_proposals", MatchingRun, 6),
        Operation::guarded("get_matching_proposal", MatchingRun, 5),
        Operation::guarded("update_matching_proposal", MatchingRun, 13),
        Operation::guarded("resolve_matching_run", MatchingRun, 17),
        Operation::guarded("apply_matching_run", MatchingRun, 62),
        Operation::guarded("discard_matching_run", MatchingRun, 4),
    ],
};

/// `{id}` of the run and `{proposalId}`; what is not an id names nothing.
pub struct ProposalPath {
    run_id: Id,
    id: Id,
}

impl FromRequest for ProposalPath {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = |name| {
            request
                .match_info()
                .get(name)
                .and_then(|text| Id::parse(text).ok())
        };
        let ids = id("id").zip(id("proposalId"));
        ready(
            ids.map(|(run_id, id)| Self { run_id, id })
                .ok_or(Error::NotFound),
        )
    }
}

/// List matching runs
///
/// Runs over units of the caller's subtree. Applied runs stay for ever.
#[utoipa::path(
    tag = "matching",
    params(RunFilters, Paging),
    responses((status = 200, description = "A page of matching runs.", body = PageOf<RunResponse>)),
)]
#[get("/matching-runs")]
pub async fn list_matching_runs(
    guard: Authorized<markers::MatchingRun>,
    state: State,
    query: ListQuery<RunFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create a matching run
///
/// Plans mentors for all active cadres of a unit's subtree at once: as many seats filled as can be, then the greatest sum of points.
/// The answer is a draft with a proof; nothing becomes a pair until someone applies it.
#[utoipa::path(
    tag = "matching",
    request_body = Terms,
    responses((status = 201, description = "The draft.", body = RunResponse)),
)]
#[post("/matching-runs")]
pub async fn create_matching_run(
    guard: Authorized<markers::MatchingRun>,
    state: State,
    body: JsonBody<Terms>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    let asked = Arc::new(Asked::new(value)?);
    let (own, context) = (State::clone(&state), state.context(&guard));
    let work = async move {
        let computed = compute(&own, &context, &asked).await?;
        let keep = move |tx: &mut _, context: &Context| {
            let run = service::keep(tx, context, &asked, &computed)?;
            Reply::created(&format!("/v1/matching-runs/{}", run.id), &run)
        };
        own.write_as(context, keep).await
    };
    AppState::post_in_parts(&state, &guard, digest, work).await
}

/// Reads the world, then solves on the blocking pool: no transaction is open meanwhile.
async fn compute(state: &State, context: &Context, asked: &Arc<Asked>) -> Result<Arc<Computed>> {
    let (context, terms) = (context.clone(), Arc::clone(asked));
    let world = state
        .db
        .read(move |conn| world::read(conn, &context, &terms.terms))
        .await?;
    let place = tokio::time::timeout(PATIENCE, PLACES.acquire()).await;
    let Ok(Ok(_place)) = place else {
        return Err(Error::Unavailable(Unavailable::SolverBusy));
    };
    let (state, asked) = (State::clone(state), Arc::clone(asked));
    #[expect(
        clippy::disallowed_methods,
        reason = "bounded by the places above and by the run's own deadline"
    )]
    let solved = web::block(move || service::compute(&world, &asked, state.draining())).await;
    solved.map_err(Error::internal)?.map(Arc::new)
}

/// Runs that are solved at a time: each uses all cores.
static PLACES: Semaphore = Semaphore::const_new(1);
/// How long a run waits for its place.
const PATIENCE: Duration = Duration::from_secs(30);

/// Get a matching run
#[utoipa::path(
    tag = "matching",
    params(("id" = Id, Path, description = "The run's id.")),
    responses((status = 200, description = "The run.", body = RunResponse)),
)]
#[get("/matching-runs/{id}")]
pub async fn get_matching_run(
    guard: Authorized<markers::MatchingRun>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let run = state
        .read_one(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &run)
}

/// List a run's proposals
///
/// A seat each: who should take it with the factors, the runner-up and what it would cost; or why no one can.
#[utoipa::path(
    tag = "matching",
    params(("id" = Id, Path, description = "The run's id."), ProposalFilters, Paging),
    responses((status = 200, description = "A page of proposals.", body = PageOf<ProposalResponse>)),
)]
#[get("/matching-runs/{id}/proposals")]
pub async fn list_matching_proposals(
    guard: Authorized<markers::MatchingRun>,
    state: State,
    path: PathId,
    query: ListQuery<ProposalFilters>,
) -> Result<Reply> {
    state
        .list(&guard, query, move |conn, context, filters, list| {
            service::list_proposals(conn, context, path.0, filters, list)
        })
        .await
}

/// Get a proposal
#[utoipa::path(
    tag = "matching",
    params(
        ("id" = Id, Path, description = "The run's id."),
        ("proposalId" = Id, Path, description = "The proposal's id."),
    ),
    responses((status = 200, description = "The proposal.", body = ProposalResponse)),
)]
#[get("/matching-runs/{id}/proposals/{proposalId}")]
pub async fn get_matching_proposal(
    guard: Authorized<markers::MatchingRun>,
    state: State,
    path: ProposalPath,
) -> Result<Reply> {
    let row = state
        .read(&guard, move |conn, context| {
            service::read_proposal(conn, context, path.run_id, path.id)
        })
        .await?;
    Reply::resource(200, &row)
}

/// Update a proposal
///
/// Decides on one seat of a draft by hand: pins it, takes its mentor away, gives it to another, or exchanges two. Solving the run
/// again keeps what was decided.
#[utoipa::path(
    tag = "matching",
    params(
        ("id" = Id, Path, description = "The run's id."),
        ("proposalId" = Id, Path, description = "The proposal's id."),
    ),
    request_body(content = PatchProposal, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The proposal.", body = ProposalResponse)),
)]
#[patch("/matching-runs/{id}/proposals/{proposalId}")]
pub async fn update_matching_proposal(
    guard: Authorized<markers::MatchingRun>,
    state: State,
    path: ProposalPath,
    body: JsonBody<PatchProposal>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            let row = decide::decide(tx, context, path.run_id, path.id, &body.value)?;
            Reply::resource(200, &row)
        })
        .await
}

/// Solve a matching run again
///
/// In the world as it is now, keeping what was pinned and what was taken away.
#[utoipa::path(
    tag = "matching",
    params(("id" = Id, Path, description = "The run's id.")),
    request_body = TurnRun,
    responses((status = 200, description = "The run.", body = RunResponse)),
)]
#[post("/matching-runs/{id}/_resolve")]
pub async fn resolve_matching_run(
    guard: Authorized<markers::MatchingRun>,
    state: State,
    path: PathId,
    body: OptionalBody<TurnRun>,
) -> Result<Reply> {
    let (own, context) = (State::clone(&state), state.context(&guard));
    let work = async move {
        let asking = context.clone();
        let (asked, version) = own
            .db
            .read(move |conn| {
                let run = service::reached(store::find(conn, path.0)?, &asking)?;
                asking.check_match(run.version, || {
                    Ok(RunResponse::from_row(run.clone())?.current())
                })?;
                service::require_draft(&run)?;
                let proposals = store::proposals(conn, path.0)?;
                Ok((Asked::again(&run, &proposals)?, run.version))
            })
            .await?;
        let computed = compute(&own, &context, &Arc::new(asked)).await?;
        let renew = move |tx: &mut _, context: &Context| {
            Reply::resource(
                200,
                &service::renew(tx, context, path.0, version, &computed)?,
            )
        };
        own.write_as(context, renew).await
    };
    AppState::post_in_parts(&state, &guard, body.digest, work).await
}

/// Apply a matching run
///
/// Makes its pairs in one transaction, all or none: as proposals, or in effect with `activate`. Refused with a pointer to every
/// proposal at which the world has changed: a seat taken, a mentor suspended, a cadre gone.
#[utoipa::path(
    tag = "matching",
    params(("id" = Id, Path, description = "The run's id.")),
    request_body = ApplyRun,
    responses((status = 200, description = "The run.", body = RunResponse)),
)]
#[post("/matching-runs/{id}/_apply")]
pub async fn apply_matching_run(
    guard: Authorized<markers::MatchingRun>,
    state: State,
    path: PathId,
    body: JsonBody<ApplyRun>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    let dry_run = value.dry_run;
    let work = move |tx: &mut _, context: &Context| {
        Reply::resource(200, &apply::apply(tx, context, path.0, &value)?)
    };
    if dry_run {
        state.dry_run(&guard, work).await
    } else {
        state.post_many(&guard, digest, work).await
    }
}

/// Discard a matching run
///
/// Sets a draft aside; it stays readable.
#[utoipa::path(
    tag = "matching",
    params(("id" = Id, Path, description = "The run's id.")),
    request_body = TurnRun,
    responses((status = 200, description = "The run.", body = RunResponse)),
)]
#[post("/matching-runs/{id}/_discard")]
pub async fn discard_matching_run(
    guard: Authorized<markers::MatchingRun>,
    state: State,
    path: PathId,
    body: OptionalBody<TurnRun>,
) -> Result<Reply> {
    state
        .post(&guard, body.digest, move |tx, context| {
            Reply::resource(200, &service::discard(tx, context, path.0)?)
        })
        .await
}
