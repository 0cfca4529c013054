//! What persons settled before a run: pairs that must come and pairs that must not, and what is contradictory in them.

use std::collections::BTreeMap;

use super::group::{Ground, Seat};
use super::request::Terms;
use super::world::{World, place};
use crate::db::Id;
use crate::error::{Fault, FieldErrors, Result};
use crate::mentors::MentorRole;

/// A pair that must come, and where in the request it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The cadre.
    pub cadre_id: Id,
    /// The mentor.
    pub mentor_id: Id,
    /// The role.
    pub role: MentorRole,
    /// The JSON pointer to it.
    pub pointer: String,
}

/// A pair that must not come, and where in the request it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    /// The cadre.
    pub cadre_id: Id,
    /// The mentor.
    pub mentor_id: Id,
    /// In this role; in either without one.
    pub role: Option<MentorRole>,
    /// The JSON pointer to it.
    pub pointer: String,
}

/// The holds and bans of the terms themselves.
pub fn of_terms(terms: &Terms) -> (Vec<Hold>, Vec<Ban>) {
    let holds = terms.locked.iter().enumerate().map(|(n, lock)| Hold {
        cadre_id: lock.cadre_id,
        mentor_id: lock.mentor_id,
        role: lock.role,
        pointer: format!("/locked/{n}"),
    });
    let bans = terms.forbidden.iter().enumerate().map(|(n, ban)| Ban {
        cadre_id: ban.cadre_id,
        mentor_id: ban.mentor_id,
        role: ban.role,
        pointer: format!("/forbidden/{n}"),
    });
    (holds.collect(), bans.collect())
}

/// Notes the bans, and settles the seats of the holds.
///
/// # Errors
/// `Invalid` with a pointer to each hold or ban at fault.
pub fn apply_holds(
    ground: &mut Ground<'_>,
    terms: &Terms,
    seats: &[Seat],
    holds: &[Hold],
    bans: &[Ban],
) -> Result<BTreeMap<Seat, usize>> {
    let world = ground.world;
    let mut errors = FieldErrors::default();
    let mut banned: BTreeMap<(usize, MentorRole), Vec<usize>> = BTreeMap::new();
    for ban in bans {
        let Some((recruit, mentor)) = persons(
            world,
            ban.cadre_id,
            ban.mentor_id,
            &ban.pointer,
            &mut errors,
        ) else {
            continue;
        };
        for role in MentorRole::ALL
            .iter()
            .filter(|role| ban.role.is_none_or(|only| only == **role))
        {
            banned.entry((recruit, *role)).or_default().push(mentor);
        }
    }
    let mut settled: BTreeMap<Seat, usize> = BTreeMap::new();
    let mut taken: BTreeMap<usize, i32> = BTreeMap::new();
    for hold in holds {
        let pointer = hold.pointer.as_str();
        let Some((recruit, mentor)) =
            persons(world, hold.cadre_id, hold.mentor_id, pointer, &mut errors)
        else {
            continue;
        };
        let seat = Seat {
            recruit,
            role: hold.role,
        };
        if !terms.roles.contains(&hold.role) {
            errors.push(format!("{pointer}/role"), Fault::new("not-of-this-run"));
            continue;
        }
        if seats.binary_search(&seat).is_err() {
            errors.push(pointer, Fault::new("duplicate"));
            continue;
        }
        if settled.contains_key(&seat) {
            errors.push(pointer, Fault::new("not-unique"));
            continue;
        }
        let mut faults = against(world, terms, seat, mentor);
        if banned
            .get(&(recruit, hold.role))
            .is_some_and(|away| away.contains(&mentor))
        {
            faults.push("also-forbidden");
        }
        let twin = MentorRole::ALL.iter().any(|role| {
            let other = Seat {
                recruit,
                role: *role,
            };
            *role != hold.role && settled.get(&other) == Some(&mentor)
        });
        if twin {
            faults.push("SAME_MENTOR");
        }
        let seats_taken = taken.entry(mentor).or_default();
        if world.candidates[mentor].taken + *seats_taken >= world.candidates[mentor].seats {
            faults.push("capacity-exceeded");
        }
        if faults.is_empty() {
            *seats_taken += 1;
            settled.insert(seat, mentor);
        }
        for fault in faults {
            errors.push(pointer, Fault::new(fault));
        }
    }
    errors.into_result()?;
    for (key, mentors) in banned {
        ground.kept_away.entry(key).or_default().extend(mentors);
    }
    for (seat, mentor) in &settled {
        for role in MentorRole::ALL.iter().filter(|role| **role != seat.role) {
            ground
                .kept_away
                .entry((seat.recruit, *role))
                .or_default()
                .push(*mentor);
        }
    }
    Ok(settled)
}

fn persons(
    world: &World,
    cadre_id: Id,
    mentor_id: Id,
    pointer: &str,
    errors: &mut FieldErrors,
) -> Option<(usize, usize)> {
    let (recruit, mentor) = (world.recruit(cadre_id), world.candidate(mentor_id));
    if recruit.is_none() {
        errors.push(format!("{pointer}/cadreId"), Fault::new("not-of-this-run"));
    }
    if mentor.is_none() {
        errors.push(
            format!("{pointer}/mentorId"),
            Fault::new("reference-unknown"),
        );
    }
    recruit.zip(mentor)
}

/// What stands against a pair whatever else the run does.
pub fn against(world: &World, terms: &Terms, seat: Seat, mentor: usize) -> Vec<&'static str> {
    let (recruit, candidate) = (&world.recruits[seat.recruit], &world.candidates[mentor]);
    let scope = |unit| world.scope(unit, terms.cross_unit);
    let kept_away = recruit.kept_away(terms, seat.role);
    let checks = [
        (candidate.qualified[place(seat.role)], "ROLE_NOT_QUALIFIED"),
        (
            scope(recruit.organization_id) == scope(candidate.organization_id),
            "OUT_OF_UNIT",
        ),
        (
            !world.barred.contains(&(recruit.id, candidate.id)),
            "KINSHIP",
        ),
        (!kept_away.contains(&candidate.id), "SAME_MENTOR"),
    ];
    let broken = checks.into_iter().filter(|(kept, _)| !kept);
    broken.map(|(_, fault)| fault).collect()
}
