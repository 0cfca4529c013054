//! Tests of the solver, with small made-up instances.

mod certified;
mod explained;
mod limits;
mod optimum;

use std::sync::atomic::AtomicBool;

use super::*;

static NEVER: AtomicBool = AtomicBool::new(false);

/// No limit at all.
fn unlimited() -> Limits<'static> {
    Limits {
        deadline: None,
        cancelled: &NEVER,
    }
}

/// splitmix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> usize {
        (self.next() % bound) as usize
    }
}

/// A full table of points.
#[derive(Clone)]
struct Table(Vec<Vec<i32>>);

impl Scores for Table {
    fn row(&self, seat: usize, row: &mut [i32]) {
        row.copy_from_slice(&self.0[seat]);
    }
}

/// An instance that owns its parts.
#[derive(Clone)]
struct Case {
    seats: Vec<Seat>,
    capacities: Vec<u32>,
    table: Table,
}

impl Case {
    fn problem(&self) -> Problem<'_, Table> {
        Problem {
            seats: &self.seats,
            capacities: &self.capacities,
            scores: &self.table,
        }
    }

    fn solved(&self) -> Solution {
        solve(&self.problem(), &unlimited()).unwrap()
    }

    fn certified(&self) -> Solution {
        let solution = self.solved();
        let proof = certificate::check(
            &self.problem(),
            &solution.mentor_of,
            &solution.seat_price,
            &solution.mentor_price,
            solution.big,
        )
        .unwrap();
        assert_eq!(
            (proof.filled, proof.total),
            (solution.filled, solution.total)
        );
        solution
    }

    /// The case with some seats only.
    fn keeping(&self, keep: impl Fn(usize) -> bool) -> Self {
        let kept: Vec<usize> = (0..self.seats.len()).filter(|&seat| keep(seat)).collect();
        Self {
            seats: kept.iter().map(|&seat| self.seats[seat]).collect(),
            capacities: self.capacities.clone(),
            table: Table(
                kept.iter()
                    .map(|&seat| self.table.0[seat].clone())
                    .collect(),
            ),
        }
    }

    /// A small case: clashes, ties, forbidden arcs, capacities from zero.
    fn small(dice: &mut Dice) -> Self {
        let (mentors, cadres) = (1 + dice.below(5), 1 + dice.below(4));
        let (values, allowed) = ([1, 2, 4, 1000][dice.below(4)], 2 + dice.below(7));
        let capacities = (0..mentors).map(|_| dice.below(4) as u32).collect();
        let mut seats = Vec::new();
        for cadre in 0..cadres as u32 {
            seats.extend((0..1 + dice.below(2)).map(|_| Seat { cadre }));
        }
        let mut point = || {
            if dice.below(8) < allowed {
                dice.below(values) as i32
            } else {
                NOT_ALLOWED
            }
        };
        let table = Table(
            seats
                .iter()
                .map(|_| (0..mentors).map(|_| point()).collect())
                .collect(),
        );
        Self {
            seats,
            capacities,
            table,
        }
    }

    /// A city-like case: units, ties, scarce capacity, two roles.
    fn city(dice: &mut Dice, cadres: usize, mentors: usize) -> Self {
        let unit: Vec<usize> = (0..mentors).map(|_| dice.below(6)).collect();
        let capacities = (0..mentors).map(|_| dice.below(4) as u32).collect();
        let (mut seats, mut rows) = (Vec::new(), Vec::new());
        for cadre in 0..cadres {
            let home = dice.below(6);
            for role in 0..2 {
                seats.push(Seat {
                    cadre: cadre as u32,
                });
                let mut point = |m: usize| {
                    let same = if unit[m] == home { 400 } else { 0 };
                    let fit = 50 * dice.below(3) as i32;
                    if role == 1 && m % 5 > 2 {
                        NOT_ALLOWED
                    } else {
                        same + fit
                    }
                };
                rows.push((0..mentors).map(&mut point).collect());
            }
        }
        Self {
            seats,
            capacities,
            table: Table(rows),
        }
    }
}

/// The best coverage and points by trying everything; `None` when nothing
/// meets the demand that `forced` (seat, mentor) be used.
fn brute(case: &Case, forced: Option<(usize, u32)>) -> Option<(usize, i64)> {
    fn go(
        case: &Case,
        forced: Option<(usize, u32)>,
        left: &mut [u32],
        chosen: &mut Vec<Option<u32>>,
    ) -> Option<(usize, i64)> {
        let seat = chosen.len();
        if seat == case.seats.len() {
            return Some((0, 0));
        }
        let own = forced
            .filter(|&(at, _)| at == seat)
            .map(|(_, mentor)| mentor);
        let mut best = None;
        if own.is_none() {
            chosen.push(None);
            best = go(case, forced, left, chosen);
            chosen.pop();
        }
        for mentor in 0..left.len() {
            let clash = (0..seat)
                .any(|s| case.seats[s] == case.seats[seat] && chosen[s] == Some(mentor as u32));
            let points = case.table.0[seat][mentor];
            if left[mentor] == 0
                || points < 0
                || clash
                || own.is_some_and(|own| own != mentor as u32)
            {
                continue;
            }
            left[mentor] -= 1;
            chosen.push(Some(mentor as u32));
            if let Some((filled, total)) = go(case, forced, left, chosen) {
                best = best.max(Some((filled + 1, total + i64::from(points))));
            }
            chosen.pop();
            left[mentor] += 1;
        }
        best
    }
    go(case, forced, &mut case.capacities.clone(), &mut Vec::new())
}
