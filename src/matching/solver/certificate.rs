//! A proof of optimality that shares no code with the solver.
//!
//! Linear-programming duality: with prices `u` of seats, `v` of mentors and
//! `w` of pairs of cadre and mentor, none negative, and
//! `u + v + w >= big + points` on every allowed arc, no assignment can be
//! worth more than `sum u + sum capacity * v + sum w`. An assignment worth
//! exactly that much is optimal. The `w` are the least that make the prices
//! feasible, so they need not be handed over.

use std::collections::HashSet;
use std::fmt;

use super::{Problem, Scores, Seat};

/// What has been proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certified {
    /// The number of filled seats: no assignment fills more.
    pub filled: usize,
    /// The points: no assignment that fills as many has more.
    pub total: i64,
    /// The common value of the assignment and of the prices.
    pub value: i128,
    /// The allowed arcs whose reduced cost was looked at.
    pub arcs: u64,
}

/// Why an assignment and its prices prove nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// A list has not one entry per seat or per mentor.
    WrongLength,
    /// The seats of a cadre are not adjacent.
    ScatteredCadre {
        /// The cadre.
        cadre: u32,
    },
    /// A filled seat is not worth more than all points together.
    BigTooSmall {
        /// The least value that would do.
        needed: i128,
    },
    /// A seat holds a mentor who is unknown or not allowed for it.
    NotAllowed {
        /// The seat.
        seat: usize,
        /// The mentor.
        mentor: u32,
    },
    /// A mentor holds more seats than the capacity allows.
    OverCapacity {
        /// The mentor.
        mentor: u32,
    },
    /// Two seats of a cadre hold the same mentor.
    SamePerson {
        /// The second of the seats.
        seat: usize,
        /// The mentor.
        mentor: u32,
    },
    /// The price of a seat is negative.
    NegativeSeatPrice {
        /// The seat.
        seat: usize,
    },
    /// The price of a mentor is negative.
    NegativeMentorPrice {
        /// The mentor.
        mentor: usize,
    },
    /// The reduced cost of an allowed arc is negative, and its pair is not in
    /// use: a better assignment may exist.
    Underpriced {
        /// The seat.
        seat: usize,
        /// The mentor.
        mentor: usize,
    },
    /// The assignment is worth less than the prices allow.
    Gap {
        /// The value of the assignment.
        primal: i128,
        /// The value of the prices.
        dual: i128,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not certified: {self:?}")
    }
}

impl std::error::Error for Flaw {}

/// Checks an assignment against its prices, over the complete graph.
///
/// # Errors
///
/// The first [`Flaw`] found.
pub fn check<S: Scores + ?Sized>(
    problem: &Problem<'_, S>,
    mentor_of: &[Option<u32>],
    seat_price: &[i64],
    mentor_price: &[i64],
    big: i64,
) -> Result<Certified, Flaw> {
    let (seats, mentors) = (problem.seats.len(), problem.capacities.len());
    if [mentor_of.len(), seat_price.len()] != [seats; 2] || mentor_price.len() != mentors {
        return Err(Flaw::WrongLength);
    }
    if let Some(seat) = seat_price.iter().position(|&price| price < 0) {
        return Err(Flaw::NegativeSeatPrice { seat });
    }
    if let Some(mentor) = mentor_price.iter().position(|&price| price < 0) {
        return Err(Flaw::NegativeMentorPrice { mentor });
    }
    check_persons(problem, mentor_of)?;

    let mut proof = Certified {
        filled: 0,
        total: 0,
        value: 0,
        arcs: 0,
    };
    let mut dual: i128 = seat_price.iter().map(|&price| i128::from(price)).sum();
    dual += mentor_price
        .iter()
        .zip(problem.capacities)
        .map(|(&v, &c)| i128::from(v) * i128::from(c))
        .sum::<i128>();
    let mut most_points = 0;
    let mut row = vec![super::NOT_ALLOWED; mentors];
    let mut pair_price = vec![0_i128; mentors];
    let mut at = 0;
    for cadre in problem.seats.chunk_by(|a, b| a.cadre == b.cadre) {
        let chosen = &mentor_of[at..at + cadre.len()];
        pair_price.fill(0);
        for seat in at..at + cadre.len() {
            problem.scores.row(seat, &mut row);
            if let Some(mentor) = mentor_of[seat] {
                match row.get(mentor as usize) {
                    Some(&points) if points >= 0 => {
                        proof.filled += 1;
                        proof.total += i64::from(points);
                    }
                    _ => return Err(Flaw::NotAllowed { seat, mentor }),
                }
            }
            let own = i128::from(seat_price[seat]) - i128::from(big);
            for (mentor, &points) in row.iter().enumerate().filter(|&(_, &points)| points >= 0) {
                proof.arcs += 1;
                most_points = most_points.max(points);
                let missing = i128::from(points) - i128::from(mentor_price[mentor]) - own;
                if missing > pair_price[mentor] {
                    if !chosen.iter().flatten().any(|&used| used as usize == mentor) {
                        return Err(Flaw::Underpriced { seat, mentor });
                    }
                    dual += missing - pair_price[mentor];
                    pair_price[mentor] = missing;
                }
            }
        }
        at += cadre.len();
    }
    let room: i128 = problem
        .capacities
        .iter()
        .map(|&capacity| i128::from(capacity))
        .sum();
    let needed = room.min(seats as i128) * i128::from(most_points) + 1;
    if i128::from(big) < needed {
        return Err(Flaw::BigTooSmall { needed });
    }
    let primal = proof.filled as i128 * i128::from(big) + i128::from(proof.total);
    if primal != dual {
        return Err(Flaw::Gap { primal, dual });
    }
    proof.value = primal;
    Ok(proof)
}

/// Capacities, adjacent cadres and distinct persons.
fn check_persons<S: Scores + ?Sized>(
    problem: &Problem<'_, S>,
    mentor_of: &[Option<u32>],
) -> Result<(), Flaw> {
    let mut room = problem.capacities.to_vec();
    let mut persons: HashSet<(u32, u32)> = HashSet::new();
    let mut cadres: HashSet<u32> = HashSet::new();
    let mut last = None;
    for (seat, (&Seat { cadre }, mentor)) in problem.seats.iter().zip(mentor_of).enumerate() {
        if last != Some(cadre) && !cadres.insert(cadre) {
            return Err(Flaw::ScatteredCadre { cadre });
        }
        last = Some(cadre);
        let Some(mentor) = *mentor else { continue };
        match room.get_mut(mentor as usize) {
            None => return Err(Flaw::NotAllowed { seat, mentor }),
            Some(0) => return Err(Flaw::OverCapacity { mentor }),
            Some(left) => *left -= 1,
        }
        if !persons.insert((cadre, mentor)) {
            return Err(Flaw::SamePerson { seat, mentor });
        }
    }
    Ok(())
}
