//! The exact mentor-matching solver.
//!
//! A *seat* is one cadre in one role; it wants one mentor. A mentor has a
//! capacity shared by all roles, and the seats of one cadre must be held by
//! different persons. [`solve`] fills as many seats as possible (coverage
//! first) and, among all such assignments, reaches the greatest total of
//! points. It is a min-cost flow
//!
//! ```text
//! source -> seat (1) -> pair of cadre and mentor (1) -> mentor (capacity) -> sink
//! ```
//!
//! in which an arc is worth `big + points`, with `big` so large that one more
//! filled seat outweighs every loss of points (see [`big_for`]).
//!
//! Method: successive shortest augmenting paths, one seat after the other,
//! Dijkstra on reduced costs (`search`). The graph is complete but only looked
//! at lazily: each seat keeps a short list of its best candidates and a proven
//! bound on all others (`lists`). Mentor prices never fall, so the bound stays
//! true; where it does not rule the others out, the full row is priced again.
//! The final prices are therefore dual feasible over the complete graph, and
//! [`certificate::check`] proves so without sharing any code with the solver.
//!
//! Everything is sequential and ordered by index within one problem, so the
//! answer is the same on every run and for every number of threads.

pub mod certificate;
pub mod explain;
mod lists;
mod pool;
mod rows;
mod search;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

pub use pool::solve_all;

/// The value a score row holds where a mentor is not allowed for a seat.
/// Every negative value is read the same way.
pub const NOT_ALLOWED: i32 = -1;

/// The greatest number of points one assignment may score.
pub const MAX_POINTS: i32 = 1_000_000;

/// The greatest number of seats (and of mentors) in one problem.
///
/// `big` is then at most 10^12 + 1. No price exceeds `big + MAX_POINTS`, no
/// distance in a search exceeds four of them, and the value of a whole
/// solution stays below 1.1 * 10^18. All of it fits `i64` (9.2 * 10^18), so the
/// solver needs no checked arithmetic inside.
pub const MAX_SEATS: usize = 1_000_000;

/// One seat: a cadre in one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Index of the cadre. The seats of one cadre stand next to each other.
    pub cadre: u32,
}

/// Where the points come from.
pub trait Scores: Sync {
    /// Fills `row` (one entry per mentor) with the points of every mentor for
    /// `seat`, in `0..=MAX_POINTS`, and [`NOT_ALLOWED`] where not allowed.
    /// The answer must be the same each time.
    fn row(&self, seat: usize, row: &mut [i32]);
}

/// One independent matching problem.
#[derive(Debug)]
pub struct Problem<'a, S: Scores + ?Sized> {
    /// The seats; those of one cadre are adjacent.
    pub seats: &'a [Seat],
    /// How many seats each mentor can take, over all roles.
    pub capacities: &'a [u32],
    /// The points over the complete graph of seats and mentors.
    pub scores: &'a S,
}

/// When to give up.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// The moment after which the run is stopped.
    pub deadline: Option<Instant>,
    /// Set by another thread to stop the run.
    pub cancelled: &'a AtomicBool,
}

impl Limits<'_> {
    /// Whether the run has to stop now.
    pub(self) fn check(&self) -> Result<(), Stopped> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(Stopped::Cancelled);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Stopped::Deadline),
            _ => Ok(()),
        }
    }
}

/// Why there is no solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The deadline passed.
    Deadline,
    /// The run was cancelled.
    Cancelled,
    /// The problem breaks a rule of its own form; the text says which.
    Invalid(&'static str),
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deadline => f.write_str("the deadline passed"),
            Self::Cancelled => f.write_str("the run was cancelled"),
            Self::Invalid(why) => write!(f, "invalid problem: {why}"),
        }
    }
}

impl std::error::Error for Stopped {}

/// How much work a solution took. The same on every run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effort {
    /// Shortest-path searches, one per seat that has a candidate.
    pub searches: u64,
    /// Searches that filled one more seat.
    pub augmentations: u64,
    /// Seats and mentors settled in all searches.
    pub settled: u64,
    /// Full rows priced again because a candidate list was too short.
    pub repriced: u64,
}

/// An optimal assignment and the prices that prove it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// The mentor of each seat, or `None` where it stays empty.
    pub mentor_of: Vec<Option<u32>>,
    /// The total of points over the filled seats.
    pub total: i64,
    /// The number of filled seats.
    pub filled: usize,
    /// The value of a filled seat besides its points.
    pub big: i64,
    /// Dual price of each seat, never negative, zero where empty.
    pub seat_price: Vec<i64>,
    /// Dual price of each mentor, never negative, zero where capacity is left.
    pub mentor_price: Vec<i64>,
    /// The work done.
    pub effort: Effort,
}

/// The value of a filled seat besides its points.
///
/// At most `min(seats, total capacity)` seats can be filled, each for at most
/// [`MAX_POINTS`]. One more than their product outweighs any loss of points,
/// so a solution of greatest value is one of greatest coverage.
#[must_use]
pub fn big_for(seats: usize, capacities: &[u32]) -> i64 {
    let room: u64 = capacities.iter().map(|&c| u64::from(c)).sum();
    let fill = room.min(u64::try_from(seats).unwrap_or(u64::MAX));
    i64::try_from(fill)
        .unwrap_or(i64::MAX)
        .saturating_mul(i64::from(MAX_POINTS))
        .saturating_add(1)
}

/// Solves one problem exactly.
///
/// # Errors
///
/// [`Stopped`] when a limit is met or the problem is not well formed.
pub fn solve<S: Scores + ?Sized>(
    problem: &Problem<'_, S>,
    limits: &Limits<'_>,
) -> Result<Solution, Stopped> {
    limits.check()?;
    if problem.seats.len() > MAX_SEATS || problem.capacities.len() > MAX_SEATS {
        return Err(Stopped::Invalid("more than a million seats or mentors"));
    }
    let siblings = siblings_of(problem.seats)
        .ok_or(Stopped::Invalid("the seats of a cadre are not adjacent"))?;
    let mut rows = rows::Rows::new(problem);
    let mut search = search::Search::new(problem, siblings);
    for seat in 0..problem.seats.len() {
        limits.check()?;
        search.insert(seat, &mut rows, limits)?;
    }
    let mut solution = search.finish();
    for (seat, mentor) in solution.mentor_of.iter().enumerate() {
        if let Some(mentor) = mentor {
            solution.total += rows
                .get(seat)?
                .get(*mentor as usize)
                .map_or(0, |&points| i64::from(points));
            solution.filled += 1;
        }
    }
    Ok(solution)
}

/// The range of seats of the same cadre for each seat, or `None` when the
/// seats of some cadre are not adjacent.
fn siblings_of(seats: &[Seat]) -> Option<Vec<(u32, u32)>> {
    let mut ranges = Vec::with_capacity(seats.len());
    let mut cadres = Vec::new();
    let mut start = 0_u32;
    for group in seats.chunk_by(|a, b| a.cadre == b.cadre) {
        let end = start.saturating_add(u32::try_from(group.len()).ok()?);
        ranges.extend(group.iter().map(|_| (start, end)));
        cadres.extend(group.first().map(|seat| seat.cadre));
        start = end;
    }
    cadres.sort_unstable();
    cadres
        .windows(2)
        .all(|two| two.first() != two.last())
        .then_some(ranges)
}
