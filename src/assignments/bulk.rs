//! Many pairs at once, as a plan proposes them: all of them come into being, or none.

use std::collections::{BTreeMap, BTreeSet};

use super::derived::recompute_mentoring;
use super::endings::{close, ended, give_way};
use super::model::{Assignment, AssignmentStatus, EndReason};
use super::positions;
use super::rules::{self, Findings, Proposal, TreePosition, is_near};
use super::service::row_of;
use super::store;
use crate::cadres::{self, Cadre};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Fault, FieldErrors, Result};
use crate::kinships;
use crate::mentors::{self, Mentor, MentorRole};
use crate::transitions::record;
use crate::values::Date;

/// A seat of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The cadre.
    pub cadre_id: Id,
    /// The role.
    pub role: MentorRole,
    /// Who is to take it; no one leaves it without a mentor.
    pub mentor_id: Option<Id>,
    /// The active pair that the plan knew there.
    pub present_id: Option<Id>,
    /// The JSON pointer to it.
    pub pointer: String,
}

/// On what terms the pairs of a plan come into being.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// The first day.
    pub starts_on: Date,
    /// Whether they take effect; otherwise they are proposals.
    pub activate: bool,
    /// Why mentors may be of units further away.
    pub cross_unit_reason: Option<&'a str>,
}

/// What the plan's seats are like now.
struct PresentState {
    cadres: BTreeMap<Id, Cadre>,
    mentors: BTreeMap<Id, Mentor>,
    present: BTreeMap<(Id, MentorRole), Assignment>,
    proposed: BTreeSet<(Id, MentorRole)>,
    places: BTreeMap<Id, TreePosition>,
    barred: BTreeSet<(Id, Id)>,
    planned: BTreeMap<(Id, MentorRole), Option<Id>>,
}

/// Makes the pairs of a plan, replacing those that differ from it; how many were made.
///
/// # Errors
/// `Invalid` with a pointer to every seat at which the world is no longer as the plan knew it.
pub fn carry_out(
    tx: &mut DbConn,
    context: &Context,
    plan: &[Wanted],
    manner: Manner<'_>,
) -> Result<usize> {
    let state = state(tx, context, plan, manner)?;
    let mut errors = FieldErrors::default();
    for wanted in plan {
        check(context, &state, wanted, manner, &mut errors);
    }
    check_seats(&state, plan, &mut errors);
    errors.into_result()?;
    let differing: Vec<&Wanted> = plan
        .iter()
        .filter(|wanted| differs(&state, wanted))
        .collect();
    let mut rows = Vec::with_capacity(differing.len());
    for wanted in &differing {
        let assignment = state.present.get(&(wanted.cadre_id, wanted.role));
        if let Some(assignment) = assignment.filter(|_| manner.activate) {
            end(
                tx,
                context,
                assignment,
                wanted.mentor_id.is_some(),
                manner.starts_on,
            )?;
        }
        let cadre = state.cadres.get(&wanted.cadre_id);
        let mentor = wanted.mentor_id.and_then(|id| state.mentors.get(&id));
        let Some((cadre, mentor)) = cadre.zip(mentor) else {
            continue;
        };
        let proposal = proposal(cadre, mentor, wanted, manner, context);
        rows.push(Assignment {
            status: if manner.activate {
                AssignmentStatus::Active
            } else {
                AssignmentStatus::Proposed
            },
            replaces_id: assignment.map(|assignment| assignment.id),
            ..row_of(tx, context, context.new_id(), &proposal)?
        });
    }
    store::insert_many(tx, &rows)?;
    let changed = ["cadreId", "mentorId", "role", "status", "startsOn"];
    for row in &rows {
        record(tx, context, "assignment.created", row, &changed, None)?;
        if row.is_active() {
            mentors::take_seat(tx, context, row.mentor_id)?;
            record(tx, context, "assignment.activated", row, &["status"], None)?;
        }
    }
    let touched: BTreeSet<Id> = differing.iter().map(|wanted| wanted.cadre_id).collect();
    if manner.activate {
        for cadre_id in touched {
            recompute_mentoring(tx, context, cadre_id)?;
        }
    }
    Ok(rows.len())
}

/// Locks cadres, then mentors, each in the order of their ids, and reads what the checks need.
fn state(
    tx: &mut DbConn,
    context: &Context,
    plan: &[Wanted],
    manner: Manner<'_>,
) -> Result<PresentState> {
    let cadre_ids: BTreeSet<Id> = plan.iter().map(|wanted| wanted.cadre_id).collect();
    let mut cadres = BTreeMap::new();
    let mut present = BTreeMap::new();
    let mut proposed = BTreeSet::new();
    let mut mentor_ids: BTreeSet<Id> = plan.iter().filter_map(|wanted| wanted.mentor_id).collect();
    for id in cadre_ids {
        if let Some(cadre) = cadres::store::lock(tx, id)? {
            cadres.insert(id, cadre);
        }
        for assignment in store::live_of_cadre(tx, id)? {
            if assignment.is_active() {
                mentor_ids.insert(assignment.mentor_id);
                present.insert((id, assignment.role), assignment);
            } else {
                proposed.insert((id, assignment.role));
            }
        }
    }
    let mut mentors = BTreeMap::new();
    for id in mentor_ids {
        if let Some(mentor) = mentors::store::lock(tx, id)? {
            mentors.insert(id, mentor);
        }
    }
    let organizations = cadres.values().map(|cadre: &Cadre| cadre.organization_id);
    let organizations: BTreeSet<Id> = organizations
        .chain(
            mentors
                .values()
                .map(|mentor: &Mentor| mentor.organization_id),
        )
        .collect();
    let mut spots = BTreeMap::new();
    for id in organizations {
        spots.insert(id, positions::find(tx, id)?);
    }
    let mut barred = kinships::barred_pairs(tx, context.today)?;
    if manner.starts_on != context.today {
        barred.extend(kinships::barred_pairs(tx, manner.starts_on)?);
    }
    Ok(PresentState {
        cadres,
        mentors,
        present,
        proposed,
        places: spots,
        barred,
        planned: plan
            .iter()
            .map(|wanted| ((wanted.cadre_id, wanted.role), wanted.mentor_id))
            .collect(),
    })
}

/// Whether a seat has another mentor than the plan gives it.
fn differs(state: &PresentState, wanted: &Wanted) -> bool {
    let present = state.present.get(&(wanted.cadre_id, wanted.role));
    present.map(|assignment| assignment.mentor_id) != wanted.mentor_id
}

fn proposal<'a>(
    cadre: &'a Cadre,
    mentor: &'a Mentor,
    wanted: &Wanted,
    manner: Manner<'a>,
    context: &Context,
) -> Proposal<'a> {
    Proposal {
        cadre,
        mentor,
        role: wanted.role,
        starts_on: manner.starts_on,
        effective_on: context.today,
        is_past: false,
        cross_unit_reason: manner.cross_unit_reason,
        replaced: None,
    }
}

fn check(
    context: &Context,
    state: &PresentState,
    wanted: &Wanted,
    manner: Manner<'_>,
    errors: &mut FieldErrors,
) {
    let mut fault = |code: &'static str| errors.push(wanted.pointer.clone(), Fault::new(code));
    let place = |organization: Id| state.places.get(&organization);
    let cadre = state.cadres.get(&wanted.cadre_id);
    let within = |cadre: &&Cadre| {
        place(cadre.organization_id).is_some_and(|place| context.reach.covers(&place.path))
    };
    let Some(cadre) = cadre.filter(within) else {
        return fault("reference-unknown");
    };
    if manner.starts_on < cadre.reported_on && differs(state, wanted) {
        return fault("out-of-range");
    }
    let present = state.present.get(&(wanted.cadre_id, wanted.role));
    let is_proposed = state.proposed.contains(&(wanted.cadre_id, wanted.role));
    if present.map(|assignment| assignment.id) != wanted.present_id || is_proposed {
        return fault("duplicate");
    }
    if present
        .is_some_and(|assignment| manner.starts_on < assignment.starts_on && differs(state, wanted))
    {
        fault("out-of-order");
    }
    let Some(mentor_id) = wanted.mentor_id.filter(|_| differs(state, wanted)) else {
        return;
    };
    let Some(mentor) = state.mentors.get(&mentor_id) else {
        return fault("reference-unknown");
    };
    let other = MentorRole::ALL
        .iter()
        .filter(|role| **role != wanted.role)
        .find_map(|role| {
            let key = (wanted.cadre_id, *role);
            let stays = || {
                state
                    .present
                    .get(&key)
                    .map(|assignment| assignment.mentor_id)
            };
            state.planned.get(&key).copied().unwrap_or_else(stays)
        });
    let places = place(cadre.organization_id).zip(place(mentor.organization_id));
    let findings = Findings {
        same_mentor: other == Some(mentor_id),
        near: places.is_some_and(|(a, b)| is_near(a, b)),
        kin: state.barred.contains(&(cadre.id, mentor.id)),
    };
    for violation in rules::violations(&proposal(cadre, mentor, wanted, manner, context), findings)
    {
        fault(violation.reason);
    }
}

/// Every mentor has as many free seats as the plan gives away, counting those that it frees.
fn check_seats(state: &PresentState, plan: &[Wanted], errors: &mut FieldErrors) {
    let mut free: BTreeMap<Id, i32> = state
        .mentors
        .iter()
        .map(|(id, mentor)| (*id, mentor.available_seats()))
        .collect();
    let differing = || plan.iter().filter(|wanted| differs(state, wanted));
    for wanted in differing() {
        if let Some(assignment) = state.present.get(&(wanted.cadre_id, wanted.role)) {
            *free.entry(assignment.mentor_id).or_default() += 1;
        }
    }
    for wanted in differing() {
        let Some(left) = wanted.mentor_id.and_then(|id| free.get_mut(&id)) else {
            continue;
        };
        *left -= 1;
        if *left < 0 {
            errors.push(wanted.pointer.clone(), Fault::new("capacity-exceeded"));
        }
    }
}

/// Ends a pair that the plan does without; no proposal to replace it stands, or the plan would not hold any more.
fn end(
    tx: &mut DbConn,
    context: &Context,
    assignment: &Assignment,
    followed: bool,
    starts_on: Date,
) -> Result<()> {
    if followed {
        return give_way(tx, context, assignment, starts_on).map(drop);
    }
    let over = Assignment {
        ends_on: Some(starts_on.plus_days(-1).max(assignment.starts_on)),
        end_reason: Some(EndReason::Other),
        ..ended(assignment, context, AssignmentStatus::Completed)
    };
    close(tx, context, assignment, &over, None)
}
