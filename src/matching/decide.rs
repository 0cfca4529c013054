//! Decisions of a person on single seats: pinning, taking a mentor away, giving the seat to another, exchanging two.

use std::collections::BTreeMap;

use super::group::{Ground, Seat};
use super::hold;
use super::model::{Decision, Proposal, Run, UnmatchedReason};
use super::plan::{Explanation, PlanOutcome};
use super::request::{PatchProposal, Terms};
use super::response::ProposalResponse;
use super::service::{changed, draft, record, see_all};
use super::world::{self, World};
use super::{plan, store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};

/// Takes one decision; the run is no longer proved to be optimal where the plan changes by it.
///
/// # Errors
/// `NotFound`, `PreconditionRequired`, `StaleVersion`, `IllegalTransition`, `Invalid`.
pub fn decide(
    tx: &mut DbConn,
    context: &Context,
    run_id: Id,
    id: Id,
    input: &PatchProposal,
) -> Result<ProposalResponse> {
    let run = draft(tx, context, run_id)?;
    let row = store::proposal(tx, run_id, id)?.ok_or(Error::NotFound)?;
    let seen = see_all(tx, context, &run, vec![row.clone()])?
        .pop()
        .ok_or(Error::NotFound)?;
    context.require_match(row.version, || Ok(seen.current()))?;
    let terms: Terms = serde_json::from_str(&run.terms).map_err(Error::internal)?;
    let rows = match (input.mentor_id, input.swap_with) {
        (Some(mentor_id), other) => {
            let world = world::read(tx, context, &terms)?;
            give(tx, &run, &world, &terms, &row, mentor_id, other)?
        }
        (None, Some(_)) => return Err(Error::field("/mentorId", "required")),
        (None, None) => vec![marked(&row, input)?],
    };
    let moved = rows
        .iter()
        .any(|after| after.mentor_id != row.mentor_id || after.id != row.id);
    for after in &rows {
        store::update_proposal(tx, after, after.version - 1)?;
    }
    let mut after = changed(&run, context);
    if moved {
        after.outcome = recount(tx, &run, &terms)?;
    }
    store::update(tx, &after, run.version)?;
    record(
        tx,
        context,
        "matching-run.decided",
        &after,
        &["proposals", "matched", "totalScore", "optimal"],
    )?;
    let row = store::proposal(tx, run_id, id)?.ok_or(Error::NotFound)?;
    see_all(tx, context, &after, vec![row])?
        .pop()
        .ok_or(Error::NotFound)
}

/// Pins or releases a seat, takes its mentor away or forgets that.
fn marked(row: &Proposal, input: &PatchProposal) -> Result<Proposal> {
    let mut after = Proposal {
        version: row.version + 1,
        ..row.clone()
    };
    let mut errors = FieldErrors::default();
    match (input.pinned, input.banned) {
        (None, None) => errors.push("", Fault::new("required")),
        (Some(true), Some(true)) => errors.push("/banned", Fault::new("also-pinned")),
        (Some(true), _) if row.mentor_id.is_none() => {
            errors.push("/mentorId", Fault::new("required"))
        }
        (None | Some(false), Some(true)) if row.mentor_id.is_none() => {
            errors.push("/banned", Fault::new("required"));
        }
        _ => {}
    }
    errors.into_result()?;
    if let Some(pinned) = input.pinned {
        after.decision = if pinned {
            Decision::Pinned
        } else {
            Decision::Open
        };
    }
    match (input.banned, row.mentor_id) {
        (Some(true), Some(mentor_id)) => {
            let mut banned: Vec<Id> = serde_json::from_str(&row.banned).map_err(Error::internal)?;
            banned.push(mentor_id);
            after.banned = serde_json::to_string(&banned).map_err(Error::internal)?;
            after.mentor_id = None;
            after.matched = false;
            after.decision = Decision::Open;
            let told = Explanation {
                reason: Some(UnmatchedReason::TakenAway),
                ..Explanation::default()
            };
            after.explanation = serde_json::to_string(&told).map_err(Error::internal)?;
        }
        (Some(false), _) => "[]".clone_into(&mut after.banned),
        _ => {}
    }
    Ok(after)
}

/// Gives a seat to a mentor, who gives up another seat for it where one is named.
fn give(
    tx: &mut DbConn,
    run: &Run,
    world: &World,
    terms: &Terms,
    row: &Proposal,
    mentor_id: Id,
    other: Option<Id>,
) -> Result<Vec<Proposal>> {
    let mut ground = Ground::new(world, terms.weights);
    plan::keep_apart(&mut ground, terms, &plan::seats(world, terms));
    let rows = store::proposals(tx, run.id)?;
    let mut after: BTreeMap<Id, Proposal> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut errors = FieldErrors::default();
    put(
        &ground,
        terms,
        row,
        mentor_id,
        "/mentorId",
        &mut errors,
        &mut after,
    )?;
    let mut touched = vec![row.id];
    if let Some(other) = other {
        let second = after
            .get(&other)
            .filter(|second| second.id != row.id && second.mentor_id == Some(mentor_id))
            .cloned();
        match (second, row.mentor_id) {
            (Some(second), Some(own)) => {
                put(
                    &ground,
                    terms,
                    &second,
                    own,
                    "/swapWith",
                    &mut errors,
                    &mut after,
                )?;
                touched.push(second.id);
            }
            _ => errors.push("/swapWith", Fault::new("reference-unknown")),
        }
    }
    let wanted = after
        .values()
        .filter(|row| row.mentor_id == Some(mentor_id))
        .count();
    let free = world
        .candidate(mentor_id)
        .map_or(0, |n| world.candidates[n].seats - world.candidates[n].taken);
    if i32::try_from(wanted).unwrap_or(i32::MAX) > free {
        errors.push("/mentorId", Fault::new("capacity-exceeded"));
    }
    for id in &touched {
        let Some(row) = after.get(id) else { continue };
        let twin = after.values().any(|other| {
            other.id != row.id && other.cadre_id == row.cadre_id && other.mentor_id == row.mentor_id
        });
        if twin {
            errors.push("/mentorId", Fault::new("SAME_MENTOR"));
        }
    }
    errors.into_result()?;
    Ok(touched.iter().filter_map(|id| after.remove(id)).collect())
}

fn put(
    ground: &Ground<'_>,
    terms: &Terms,
    row: &Proposal,
    mentor_id: Id,
    pointer: &str,
    errors: &mut FieldErrors,
    after: &mut BTreeMap<Id, Proposal>,
) -> Result<()> {
    let world = ground.world;
    let Some(recruit) = world.recruit(row.cadre_id) else {
        errors.push(pointer, Fault::new("CADRE_NOT_ACTIVE"));
        return Ok(());
    };
    let Some(mentor) = world.candidate(mentor_id) else {
        errors.push(pointer, Fault::new("reference-unknown"));
        return Ok(());
    };
    let seat = Seat {
        recruit,
        role: row.role,
    };
    for fault in hold::against(world, terms, seat, mentor) {
        errors.push(pointer, Fault::new(fault));
    }
    let told = Explanation {
        values: Some(ground.values(seat, mentor)),
        ..Explanation::default()
    };
    let given = Proposal {
        version: row.version + 1,
        mentor_id: Some(mentor_id),
        matched: true,
        decision: Decision::Pinned,
        explanation: serde_json::to_string(&told).map_err(Error::internal)?,
        ..row.clone()
    };
    after.insert(row.id, given);
    Ok(())
}

/// The sums after a change by hand; whether they are the best is not known.
fn recount(tx: &mut DbConn, run: &Run, terms: &Terms) -> Result<String> {
    let mut outcome: PlanOutcome = serde_json::from_str(&run.outcome).map_err(Error::internal)?;
    let world = world::units(tx)?;
    let rows = store::proposals(tx, run.id)?;
    let mut seats = Vec::with_capacity(rows.len());
    for row in rows {
        seats.push(plan::Planned {
            cadre_id: row.cadre_id,
            organization_id: row.organization_id,
            role: row.role,
            mentor_id: row.mentor_id,
            present_id: row.present_id,
            settled: row.decision == Decision::Pinned,
            explanation: serde_json::from_str(&row.explanation).map_err(Error::internal)?,
        });
    }
    let certificate = outcome.certificate;
    outcome = plan::outcome(&world, terms, &seats, certificate);
    outcome.optimal = false;
    serde_json::to_string(&outcome).map_err(Error::internal)
}
