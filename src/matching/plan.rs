//! A run as a pure function: what is known of the city and what was asked go in, a plan for every seat comes out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::group::{Ground, Group, Seat};
use super::hold::{self, Hold};
use super::model::UnmatchedReason;
use super::request::Terms;
use super::score::{self, Values};
use super::solver::explain::{self, Reason};
use super::solver::{self, Limits, Problem, Solution, Stopped, certificate};
use super::world::{Unit, World, place};
use crate::db::Id;
use crate::error::{Error, Result, Unavailable};
use crate::mentors::MentorRole;
use crate::vault;

/// The next best mentor of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunnerUp {
    /// The mentor.
    pub mentor_id: Id,
    /// The points of that pair.
    pub score: i32,
    /// What the sum of all points would lose at least.
    pub loss: i64,
}

/// Why a seat is as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Explanation {
    /// The factors of the pair.
    pub values: Option<Values>,
    /// The next best.
    pub runner_up: Option<RunnerUp>,
    /// Why there is no mentor.
    pub reason: Option<UnmatchedReason>,
    /// Mentors of whom any one could take the seat if they had one seat more.
    pub relief: Vec<Id>,
}

/// A seat with its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The cadre.
    pub cadre_id: Id,
    /// The cadre's unit.
    pub organization_id: Id,
    /// The role.
    pub role: MentorRole,
    /// The mentor.
    pub mentor_id: Option<Id>,
    /// The pair that the seat has now.
    pub present_id: Option<Id>,
    /// Whether a person had settled it before.
    pub settled: bool,
    /// Why.
    pub explanation: Explanation,
}

/// How many seats of a county and role are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MatchingCoverage)]
pub struct Coverage {
    /// The county, or the city for its own organs.
    pub organization_id: Id,
    /// The role.
    pub role: MentorRole,
    /// Seats that were empty.
    #[schema(minimum = 0)]
    pub seats: i32,
    /// Seats with a mentor.
    #[schema(minimum = 0)]
    pub matched: i32,
}

/// The proof that no other plan fills more seats, or as many with more points: a feasible solution of the dual problem of the
/// same value, checked on every allowed pair by code that shares nothing with the solver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MatchingCertificate)]
pub struct Certificate {
    /// What the plan is worth, and what the prices of seats and mentors sum up to: points, and for each filled seat a bonus that
    /// outweighs all points. No plan can be worth more than the prices.
    #[schema(minimum = 0)]
    pub value: i64,
    /// Allowed pairs whose prices were checked.
    #[schema(minimum = 0)]
    pub checked_pairs: i64,
    /// Parts that were solved by themselves.
    #[schema(minimum = 0)]
    pub components: i32,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanOutcome {
    /// Seats that were empty.
    pub seats: i32,
    /// Seats with a mentor.
    pub matched: i32,
    /// The sum of all points.
    pub total_score: i64,
    /// By county and role.
    pub coverage: Vec<Coverage>,
    /// Whether the certificate holds for the proposals as they are.
    pub optimal: bool,
    /// The proof.
    pub certificate: Certificate,
}

/// A run's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Every seat, by cadre and role.
    pub seats: Vec<Planned>,
    /// The sums.
    pub outcome: PlanOutcome,
}

impl Plan {
    /// The digest of the plan: the same for equal inputs, wherever it was computed.
    pub fn digest(&self) -> String {
        let lines: Vec<String> = self.seats.iter().map(|seat| format!("{seat:?}")).collect();
        let parts: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
        vault::hex(&vault::sha256(&parts))
    }
}

/// The seats that the terms ask for, by cadre and role.
pub fn seats(world: &World, terms: &Terms) -> Vec<Seat> {
    let roles = MentorRole::ALL
        .iter()
        .filter(|role| terms.roles.contains(role));
    let roles: Vec<MentorRole> = roles.copied().collect();
    let mut seats = Vec::new();
    for (recruit, row) in world.recruits.iter().enumerate() {
        let open = |role: &&MentorRole| row.is_open(terms, **role);
        seats.extend(roles.iter().filter(open).map(|role| Seat {
            recruit,
            role: *role,
        }));
    }
    seats
}

/// Solves a run.
///
/// # Errors
/// `Invalid` for contradictory holds, `Unavailable` when the time is up.
pub fn plan(
    world: &World,
    terms: &Terms,
    holds: &[Hold],
    bans: &[hold::Ban],
    limits: &Limits<'_>,
) -> Result<Plan> {
    let seats = seats(world, terms);
    let mut ground = Ground::new(world, terms.weights);
    keep_apart(&mut ground, terms, &seats);
    let settled = hold::apply_holds(&mut ground, terms, &seats, holds, bans)?;
    let ground = ground;
    let mut free: Vec<u32> = world
        .candidates
        .iter()
        .map(|mentor| u32::try_from(mentor.seats - mentor.taken).unwrap_or_default())
        .collect();
    for mentor in settled.values() {
        free[*mentor] = free[*mentor].saturating_sub(1);
    }
    let groups = groups(&ground, terms, &seats, &settled, &free);
    let problems: Vec<Problem<'_, Group<'_>>> = groups.iter().map(Group::problem).collect();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let solutions = solver::solve_all(&problems, threads, limits);
    let mut planned: BTreeMap<(usize, usize), Planned> = BTreeMap::new();
    let mut proof = Certificate::default();
    for ((group, problem), solution) in groups.iter().zip(&problems).zip(solutions) {
        let solution = solution.map_err(stopped)?;
        certify(problem, &solution, &mut proof)?;
        for (seat, row) in explained(&ground, group, problem, &solution, limits)? {
            planned.insert((seat.recruit, place(seat.role)), row);
        }
    }
    for (seat, mentor) in &settled {
        let mut row = blank(world, *seat);
        row.mentor_id = Some(world.candidates[*mentor].id);
        row.settled = true;
        row.explanation.values = Some(ground.values(*seat, *mentor));
        planned.insert((seat.recruit, place(seat.role)), row);
    }
    let seats: Vec<Planned> = planned.into_values().collect();
    let outcome = outcome(&world.units, terms, &seats, proof);
    Ok(Plan { seats, outcome })
}

/// Kin, the mentor lost to the seat, and the one who guides the cadre in the other role and stays.
pub fn keep_apart(ground: &mut Ground<'_>, terms: &Terms, seats: &[Seat]) {
    let world = ground.world;
    let mut kin: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (cadre, mentor) in &world.barred {
        if let Some((cadre, mentor)) = world.recruit(*cadre).zip(world.candidate(*mentor)) {
            kin.entry(cadre).or_default().push(mentor);
        }
    }
    for seat in seats {
        let recruit = &world.recruits[seat.recruit];
        let mut away: Vec<usize> = kin.get(&seat.recruit).cloned().unwrap_or_default();
        let others = recruit.kept_away(terms, seat.role);
        away.extend(others.into_iter().filter_map(|id| world.candidate(id)));
        if !away.is_empty() {
            ground
                .kept_away
                .entry((seat.recruit, seat.role))
                .or_default()
                .extend(away);
        }
    }
}

fn groups<'a>(
    ground: &'a Ground<'a>,
    terms: &Terms,
    seats: &[Seat],
    settled: &BTreeMap<Seat, usize>,
    free: &[u32],
) -> Vec<Group<'a>> {
    let world = ground.world;
    let mut parts: BTreeMap<Option<Id>, (Vec<Seat>, Vec<usize>)> = BTreeMap::new();
    for seat in seats.iter().filter(|seat| !settled.contains_key(*seat)) {
        let unit = world.recruits[seat.recruit].organization_id;
        parts
            .entry(world.scope(unit, terms.cross_unit))
            .or_default()
            .0
            .push(*seat);
    }
    for (n, mentor) in world.candidates.iter().enumerate() {
        if let Some(part) = parts.get_mut(&world.scope(mentor.organization_id, terms.cross_unit)) {
            part.1.push(n);
        }
    }
    let group = |(seats, mentors): (Vec<Seat>, Vec<usize>)| {
        let capacities = mentors.iter().map(|mentor| free[*mentor]).collect();
        Group::new(ground, seats, mentors, capacities)
    };
    parts.into_values().map(group).collect()
}

fn stopped(why: Stopped) -> Error {
    match why {
        Stopped::Deadline => Error::Unavailable(Unavailable::SolverTooSlow),
        Stopped::Cancelled => Error::Unavailable(Unavailable::ShuttingDown),
        Stopped::Invalid(why) => Error::internal(why),
    }
}

/// Adds up the proofs of the parts; a part without one is a fault of ours.
fn certify(
    problem: &Problem<'_, Group<'_>>,
    solution: &Solution,
    proof: &mut Certificate,
) -> Result<()> {
    let certified = certificate::check(
        problem,
        &solution.mentor_of,
        &solution.seat_price,
        &solution.mentor_price,
        solution.big,
    )
    .map_err(|flaw| Error::internal(format!("a plan without a proof: {flaw:?}")))?;
    proof.value += i64::try_from(certified.value).map_err(Error::internal)?;
    proof.checked_pairs += i64::try_from(certified.arcs).unwrap_or(i64::MAX);
    proof.components += 1;
    Ok(())
}

fn blank(world: &World, seat: Seat) -> Planned {
    let recruit = &world.recruits[seat.recruit];
    Planned {
        cadre_id: recruit.id,
        organization_id: recruit.organization_id,
        role: seat.role,
        mentor_id: None,
        present_id: recruit.present[place(seat.role)].map(|pair| pair.id),
        settled: false,
        explanation: Explanation::default(),
    }
}

fn explained<'a>(
    ground: &'a Ground<'a>,
    group: &'a Group<'a>,
    problem: &Problem<'_, Group<'_>>,
    solution: &Solution,
    limits: &Limits<'_>,
) -> Result<Vec<(Seat, Planned)>> {
    let world = ground.world;
    let place = |n: u32| group.mentors[n as usize];
    let id = |n: u32| world.candidates[place(n)].id;
    let told = explain::explain(problem, solution, limits).map_err(stopped)?;
    let row = |(n, told): (usize, explain::Explanation)| {
        let seat = group.seats[n];
        let mut row = blank(world, seat);
        row.mentor_id = solution.mentor_of[n].map(id);
        let values = solution.mentor_of[n].map(|mentor| ground.values(seat, place(mentor)));
        row.explanation.values = values;
        match told {
            explain::Explanation::Filled(next) => {
                row.explanation.runner_up = next.map(|next| RunnerUp {
                    mentor_id: id(next.mentor),
                    score: score::points(&ground.values(seat, place(next.mentor)), ground.weights),
                    loss: next.loss,
                });
            }
            explain::Explanation::Empty(reason) => {
                row.explanation.reason = Some(match &reason {
                    Reason::NoCandidate => UnmatchedReason::NoQualifiedMentorInScope,
                    Reason::SamePersonOnly => UnmatchedReason::OnlyOtherMentor,
                    Reason::CapacityExhausted { .. } => UnmatchedReason::CapacityExhausted,
                });
                if let Reason::CapacityExhausted { raise } = reason {
                    row.explanation.relief = raise.iter().map(|raise| id(raise.mentor)).collect();
                }
            }
        }
        (seat, row)
    };
    Ok(told.into_iter().enumerate().map(row).collect())
}

/// The sums over all seats.
pub fn outcome(
    units: &BTreeMap<Id, Unit>,
    terms: &Terms,
    seats: &[Planned],
    certificate: Certificate,
) -> PlanOutcome {
    let mut coverage: BTreeMap<(Option<Id>, MentorRole), (i32, i32)> = BTreeMap::new();
    let mut outcome = PlanOutcome {
        optimal: true,
        certificate,
        ..PlanOutcome::default()
    };
    for seat in seats {
        let county = units.get(&seat.organization_id).map(|unit| unit.county);
        let cell = coverage.entry((county, seat.role)).or_default();
        let matched = i32::from(seat.mentor_id.is_some());
        *cell = (cell.0 + 1, cell.1 + matched);
        outcome.seats += 1;
        outcome.matched += matched;
        let points = seat
            .explanation
            .values
            .map(|values| score::points(&values, terms.weights));
        outcome.total_score += i64::from(points.unwrap_or_default());
    }
    let cell = |((county, role), (seats, matched)): ((Option<Id>, MentorRole), (i32, i32))| {
        county.map(|organization_id| Coverage {
            organization_id,
            role,
            seats,
            matched,
        })
    };
    outcome.coverage = coverage.into_iter().filter_map(cell).collect();
    outcome
}
