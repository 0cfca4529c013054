//! Use cases of runs: computing them, reading them, deciding on single seats, setting them aside.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::hold::{self, Ban, Hold};
use super::list_store;
use super::list_store::{ProposalSort, RunSort};
use super::model::{Decision, Proposal, Run, RunStatus};
use super::plan::{self, Plan};
use super::request::{ProposalFilters, RunFilters, Terms};
use super::response::{ProposalResponse, RunResponse, named};
use super::solver::Limits;
use super::store;
use super::world::World;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::journal::{self, Change};
use crate::listing::{List, Page};
use crate::mentors::{self, MentorRole};

/// Most locks, and most bans.
const MAX_HOLDS: usize = 10_000;
/// How long a run may be computed.
const DEADLINE: Duration = Duration::from_secs(60);

/// What a run needs that is not in the database.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What was asked.
    pub terms: Terms,
    /// Pairs that must come.
    pub holds: Vec<Hold>,
    /// Pairs that must not.
    pub bans: Vec<Ban>,
}

impl Asked {
    /// The terms of a new run.
    ///
    /// # Errors
    /// `Invalid` for weights and lists out of bounds.
    pub fn new(mut terms: Terms) -> Result<Self> {
        let mut errors = FieldErrors::default();
        let most = MentorRole::ALL.len();
        if terms.roles.len() > most {
            errors.push("/roles", Fault::with("out-of-range", &[&1, &most]));
        }
        terms.roles.sort_unstable();
        terms.roles.dedup();
        if terms.roles.is_empty() {
            errors.push("/roles", Fault::new("required"));
        }
        for (member, length) in [
            ("locked", terms.locked.len()),
            ("forbidden", terms.forbidden.len()),
        ] {
            if length > MAX_HOLDS {
                errors.push(
                    format!("/{member}"),
                    Fault::with("out-of-range", &[&0, &MAX_HOLDS]),
                );
            }
        }
        errors.into_result()?;
        let (holds, bans) = hold::of_terms(&terms);
        Ok(Self { terms, holds, bans })
    }

    /// The terms of a run with what was decided on its seats since.
    ///
    /// # Errors
    /// When what is stored can't be read.
    pub fn again(run: &Run, proposals: &[Proposal]) -> Result<Self> {
        let terms: Terms = serde_json::from_str(&run.terms).map_err(Error::internal)?;
        let (mut holds, mut bans) = hold::of_terms(&terms);
        // A lock of the terms stays until its seat was decided on by hand.
        holds.retain(|hold| {
            !proposals
                .iter()
                .any(|row| (row.cadre_id, row.role) == (hold.cadre_id, hold.role))
        });
        for row in proposals {
            let pointer = format!("/proposals/{}", row.id);
            if let Some(mentor_id) = row.mentor_id.filter(|_| row.decision == Decision::Pinned) {
                let (cadre_id, role, pointer) = (row.cadre_id, row.role, pointer.clone());
                holds.push(Hold {
                    cadre_id,
                    mentor_id,
                    role,
                    pointer,
                });
            }
            let banned: Vec<Id> = serde_json::from_str(&row.banned).map_err(Error::internal)?;
            bans.extend(banned.into_iter().map(|mentor_id| Ban {
                cadre_id: row.cadre_id,
                mentor_id,
                role: Some(row.role),
                pointer: pointer.clone(),
            }));
        }
        Ok(Self { terms, holds, bans })
    }
}

/// A plan with how it came about.
#[derive(Debug, Clone)]
pub struct Computed {
    /// The plan.
    pub plan: Plan,
    /// SHA-256 of what it was computed from.
    pub input_digest: String,
    /// The journal's position.
    pub position: i64,
    /// How long it took.
    pub duration: Duration,
}

/// Computes a plan; for the blocking pool, holds no transaction, ends when the service does.
///
/// # Errors
/// As [`plan::plan`].
pub fn compute(world: &World, asked: &Asked, cancelled: &AtomicBool) -> Result<Computed> {
    let began = Instant::now();
    let limits = Limits {
        deadline: Some(began + DEADLINE),
        cancelled,
    };
    let plan = plan::plan(world, &asked.terms, &asked.holds, &asked.bans, &limits)?;
    let question = format!("{:?}", (&asked.terms, &asked.holds, &asked.bans));
    Ok(Computed {
        plan,
        input_digest: world.digest(&question),
        position: world.position,
        duration: began.elapsed(),
    })
}

/// Keeps a computed run as a draft.
///
/// # Errors
/// When the database refuses.
pub fn keep(
    tx: &mut DbConn,
    context: &Context,
    asked: &Asked,
    computed: &Computed,
) -> Result<RunResponse> {
    let id = context.new_id();
    let run = Run {
        id,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: context.actor.id(),
        organization_id: asked.terms.organization_id,
        status: RunStatus::Draft,
        terms: serde_json::to_string(&asked.terms).map_err(Error::internal)?,
        outcome: serde_json::to_string(&computed.plan.outcome).map_err(Error::internal)?,
        input_digest: computed.input_digest.clone(),
        result_digest: computed.plan.digest(),
        journal_position: computed.position,
        duration_ms: i32::try_from(computed.duration.as_millis()).unwrap_or(i32::MAX),
        applied_at: None,
        applied_by: None,
    };
    store::insert(tx, &run)?;
    let rows = rows(context, id, computed, &BTreeMap::new())?;
    store::put_proposals(tx, id, &rows)?;
    record(tx, context, "matching-run.created", &run, &["status"])?;
    RunResponse::from_row(run)
}

/// The rows of a plan; seats that had a row before keep its id and what was decided on it.
fn rows(
    context: &Context,
    run_id: Id,
    computed: &Computed,
    former: &BTreeMap<(Id, MentorRole), Proposal>,
) -> Result<Vec<Proposal>> {
    let row = |seat: &plan::Planned| {
        let before = former.get(&(seat.cadre_id, seat.role));
        Ok(Proposal {
            id: before.map_or_else(|| context.new_id(), |row| row.id),
            version: before.map_or(1, |row| row.version + 1),
            run_id,
            cadre_id: seat.cadre_id,
            role: seat.role,
            organization_id: seat.organization_id,
            mentor_id: seat.mentor_id,
            matched: seat.mentor_id.is_some(),
            present_id: seat.present_id,
            explanation: serde_json::to_string(&seat.explanation).map_err(Error::internal)?,
            decision: if seat.settled {
                Decision::Pinned
            } else {
                Decision::Open
            },
            banned: before.map_or_else(|| "[]".to_owned(), |row| row.banned.clone()),
        })
    };
    computed.plan.seats.iter().map(row).collect()
}

/// Puts a run's new plan in place of the one it had, unless the run changed meanwhile.
///
/// # Errors
/// `NotFound`, `IllegalTransition`, `StaleVersion`.
pub fn renew(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    version: i64,
    computed: &Computed,
) -> Result<RunResponse> {
    let row = draft(tx, context, id)?;
    if row.version != version {
        return Err(Error::StaleVersion(RunResponse::from_row(row)?.current()));
    }
    let former = store::proposals(tx, id)?;
    let former = former
        .into_iter()
        .map(|row| ((row.cadre_id, row.role), row))
        .collect();
    let run = Run {
        outcome: serde_json::to_string(&computed.plan.outcome).map_err(Error::internal)?,
        input_digest: computed.input_digest.clone(),
        result_digest: computed.plan.digest(),
        journal_position: computed.position,
        duration_ms: i32::try_from(computed.duration.as_millis()).unwrap_or(i32::MAX),
        ..changed(&row, context)
    };
    store::put_proposals(tx, id, &rows(context, id, computed, &former)?)?;
    store::update(tx, &run, row.version)?;
    record(
        tx,
        context,
        "matching-run.resolved",
        &run,
        &["matched", "totalScore", "optimal"],
    )?;
    RunResponse::from_row(run)
}

/// Sets a draft aside.
///
/// # Errors
/// `NotFound`, `IllegalTransition`, `StaleVersion`.
pub fn discard(tx: &mut DbConn, context: &Context, id: Id) -> Result<RunResponse> {
    let row = reached(store::lock(tx, id)?, context)?;
    let seen = RunResponse::from_row(row.clone())?;
    if row.status == RunStatus::Discarded {
        return Ok(seen);
    }
    context.check_match(row.version, || Ok(seen.current()))?;
    if row.status != RunStatus::Draft {
        return Err(Error::IllegalTransition(seen.current()));
    }
    let run = Run {
        status: RunStatus::Discarded,
        ..changed(&row, context)
    };
    store::update(tx, &run, row.version)?;
    record(tx, context, "matching-run.discarded", &run, &["status"])?;
    RunResponse::from_row(run)
}

/// A run that is still a draft, locked.
///
/// # Errors
/// `NotFound` out of reach, `StaleVersion`, `IllegalTransition`.
pub fn draft(tx: &mut DbConn, context: &Context, id: Id) -> Result<Run> {
    let row = reached(store::lock(tx, id)?, context)?;
    require_draft(&row)?;
    Ok(row)
}

/// Lets only drafts pass.
///
/// # Errors
/// `IllegalTransition`.
pub fn require_draft(run: &Run) -> Result<()> {
    if run.status == RunStatus::Draft {
        Ok(())
    } else {
        Err(Error::IllegalTransition(
            RunResponse::from_row(run.clone())?.current(),
        ))
    }
}

/// A run within the caller's reach.
///
/// # Errors
/// `NotFound`.
pub fn reached(found: Option<(Run, String)>, context: &Context) -> Result<Run> {
    let within = found.filter(|(_, path)| context.reach.covers(path));
    within.map(|(run, _)| run).ok_or(Error::NotFound)
}

/// The run as it is after one more change.
pub fn changed(run: &Run, context: &Context) -> Run {
    Run {
        version: run.version + 1,
        updated_at: context.now,
        ..run.clone()
    }
}

/// Journals a change of a run.
///
/// # Errors
/// When the database refuses.
pub fn record(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    run: &Run,
    changed: &[&str],
) -> Result<()> {
    let change = Change {
        changed_fields: changed,
        organization_id: Some(run.organization_id),
        ..Change::new(action, "matching-run", run.id, run.version)
    };
    journal::record(tx, context, &change)
}

/// A run.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<RunResponse> {
    RunResponse::from_row(reached(store::find(conn, id)?, context)?)
}

/// A page of runs.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &RunFilters,
    list: &List<RunSort>,
) -> Result<Page<RunResponse>> {
    let rows = list_store::runs(conn, context, filters, list)?;
    let total = || list_store::total_runs(conn, context, filters);
    list.page(rows, total, RunResponse::from_row)
}

/// A page of a run's proposals.
///
/// # Errors
/// `NotFound` out of reach; as the store.
pub fn list_proposals(
    conn: &mut DbConn,
    context: &Context,
    run_id: Id,
    filters: &ProposalFilters,
    list: &List<ProposalSort>,
) -> Result<Page<ProposalResponse>> {
    let run = reached(store::find(conn, run_id)?, context)?;
    let rows = list_store::proposals(conn, run_id, filters, list)?;
    let total = list.total(|| list_store::total_proposals(conn, run_id, filters))?;
    list.page_of(rows, total, |rows| see_all(conn, context, &run, rows))
}

/// Proposals with the names of those in them. Whoever reads a run that another computed may see fewer mentors than that one;
/// of mentors unseen neither name nor rank is told.
///
/// # Errors
/// When the database refuses.
pub fn see_all(
    conn: &mut DbConn,
    context: &Context,
    run: &Run,
    rows: Vec<Proposal>,
) -> Result<Vec<ProposalResponse>> {
    let mut ids = Vec::new();
    for row in &rows {
        ids.extend(named(row)?);
    }
    ids.sort_unstable();
    ids.dedup();
    let mut names = store::names(conn, &ids)?;
    names.extend(mentors::names_seen(conn, context, &ids)?);
    let terms: Terms = serde_json::from_str(&run.terms).map_err(Error::internal)?;
    let present: Vec<Id> = rows.iter().filter_map(|row| row.present_id).collect();
    let guides = if present.is_empty() {
        BTreeMap::new()
    } else {
        store::mentors_of_pairs(conn, &present)?
    };
    let see = |row| ProposalResponse::from_row(row, run, terms.weights, &names, &guides);
    rows.into_iter().map(see).collect()
}

/// A proposal.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read_proposal(
    conn: &mut DbConn,
    context: &Context,
    run_id: Id,
    id: Id,
) -> Result<ProposalResponse> {
    let run = reached(store::find(conn, run_id)?, context)?;
    let row = store::proposal(conn, run_id, id)?.ok_or(Error::NotFound)?;
    see_all(conn, context, &run, vec![row])?
        .pop()
        .ok_or(Error::NotFound)
}
