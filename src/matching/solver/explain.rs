//! Why each seat has its mentor, or none.

use super::{Limits, NOT_ALLOWED, Problem, Scores, Solution, Stopped};

/// How many mentors are named whose capacity would fill an empty seat.
const NAMED: usize = 3;

/// What can be said about one seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Explanation {
    /// The seat is filled; the best other mentor, if any is allowed.
    Filled(Option<RunnerUp>),
    /// The seat is empty.
    Empty(Reason),
}

/// The best mentor a filled seat does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunnerUp {
    /// The mentor: the least reduced cost, then the least index.
    pub mentor: u32,
    /// The reduced cost. If this seat took the runner-up, the value of the
    /// best assignment would fall by at least this much. From
    /// [`Solution::big`] on, that means a seat would go empty.
    pub loss: i64,
}

/// Why a seat is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// No mentor is allowed for the seat.
    NoCandidate,
    /// Every allowed mentor is held by another seat of the same cadre which
    /// has no other choice; no change of capacity helps.
    SamePersonOnly,
    /// All mentors who could serve, directly or by a chain of changes, are full.
    CapacityExhausted {
        /// Up to three mentors for each of whom one more place suffices to
        /// fill this seat with every filled seat still filled. Those allowed
        /// for the seat come first, best points first; ties by index.
        raise: Vec<Raise>,
    },
}

/// A mentor whose capacity could be raised by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raise {
    /// The mentor.
    pub mentor: u32,
    /// The points for the empty seat, or `None` where the mentor would take
    /// another seat and only frees a mentor for this one.
    pub points: Option<i32>,
}

/// Explains every seat of an optimal solution.
///
/// # Errors
///
/// [`Stopped`] when a limit is met.
pub fn explain<S: Scores + ?Sized>(
    problem: &Problem<'_, S>,
    solution: &Solution,
    limits: &Limits<'_>,
) -> Result<Vec<Explanation>, Stopped> {
    let mentors = problem.capacities.len();
    if solution.mentor_of.len() != problem.seats.len()
        || solution.seat_price.len() != problem.seats.len()
        || solution.mentor_price.len() != mentors
    {
        return Err(Stopped::Invalid("the solution is of another problem"));
    }
    let mut residual = Residual::new(problem, solution);
    let mut row = vec![NOT_ALLOWED; mentors];
    let mut explanations = Vec::with_capacity(problem.seats.len());
    for (seat, held) in solution.mentor_of.iter().enumerate() {
        limits.check()?;
        problem.scores.row(seat, &mut row);
        explanations.push(match held {
            Some(held) => {
                Explanation::Filled(runner_up(problem, solution, seat, *held, &residual, &row))
            }
            None => Explanation::Empty(residual.reason(seat, &row)),
        });
    }
    Ok(explanations)
}

/// The other mentor of least reduced cost. One without any capacity is no
/// choice at all and is passed over.
fn runner_up<S: Scores + ?Sized>(
    problem: &Problem<'_, S>,
    solution: &Solution,
    seat: usize,
    held: u32,
    residual: &Residual<'_, S>,
    row: &[i32],
) -> Option<RunnerUp> {
    let own = solution.seat_price[seat] - solution.big;
    let mut best: Option<RunnerUp> = None;
    for (mentor, (&points, &price)) in (0_u32..).zip(row.iter().zip(&solution.mentor_price)) {
        if points < 0 || mentor == held || problem.capacities[mentor as usize] == 0 {
            continue;
        }
        let mut loss = own + price - i64::from(points);
        if best.is_some_and(|best| loss >= best.loss) {
            continue; // A pair price would only add to it.
        }
        if let Some(sibling) = residual.holder_among_siblings(seat, mentor) {
            loss += residual.pair_price(sibling, mentor);
        }
        if best.is_none_or(|best| loss < best.loss) {
            best = Some(RunnerUp { mentor, loss });
        }
    }
    best
}

/// The residual graph of a solution, for reachability only.
struct Residual<'a, S: Scores + ?Sized> {
    problem: &'a Problem<'a, S>,
    solution: &'a Solution,
    /// The seats of each cadre, by seat.
    siblings: Vec<(u32, u32)>,
    /// The seats of each mentor.
    holders: Vec<Vec<usize>>,
    /// The last seat whose question reached this seat or mentor, plus one.
    seat_seen: Vec<usize>,
    mentor_seen: Vec<usize>,
}

impl<'a, S: Scores + ?Sized> Residual<'a, S> {
    fn new(problem: &'a Problem<'a, S>, solution: &'a Solution) -> Self {
        let mentors = problem.capacities.len();
        let mut holders = vec![Vec::new(); mentors];
        for (seat, mentor) in solution.mentor_of.iter().enumerate() {
            if let Some(holders) = mentor.and_then(|mentor| holders.get_mut(mentor as usize)) {
                holders.push(seat);
            }
        }
        Self {
            problem,
            solution,
            siblings: super::siblings_of(problem.seats).unwrap_or_default(),
            holders,
            seat_seen: vec![0; problem.seats.len()],
            mentor_seen: vec![0; mentors],
        }
    }

    /// The other seat of the same cadre that holds this mentor.
    fn holder_among_siblings(&self, seat: usize, mentor: u32) -> Option<usize> {
        let (start, end) = self.siblings.get(seat).copied().unwrap_or_default();
        (start as usize..end as usize)
            .find(|&other| other != seat && self.solution.mentor_of[other] == Some(mentor))
    }

    /// The price of a pair in use: what its arc lacks without it.
    fn pair_price(&self, holder: usize, mentor: u32) -> i64 {
        let mut row = vec![NOT_ALLOWED; self.problem.capacities.len()];
        self.problem.scores.row(holder, &mut row);
        let value = self.solution.big
            + row
                .get(mentor as usize)
                .map_or(0, |&points| i64::from(points));
        value - self.solution.seat_price[holder] - self.solution.mentor_price[mentor as usize]
    }

    /// Walks the residual graph from an empty seat until enough mentors are
    /// found. Coverage is greatest, so every mentor met is full, and one more
    /// place there would complete a path that fills the seat.
    fn reason(&mut self, root: usize, root_row: &[i32]) -> Reason {
        if root_row.iter().all(|&points| points < 0) {
            return Reason::NoCandidate;
        }
        let stamp = root + 1;
        let mut row = root_row.to_vec();
        let mut mentors: Vec<usize> = Vec::new();
        let mut seats = std::collections::VecDeque::from([root]);
        let mut followed = 0;
        self.seat_seen[root] = stamp;
        loop {
            while let Some(seat) = seats.pop_front() {
                if seat != root {
                    self.problem.scores.row(seat, &mut row);
                }
                for (mentor, _) in (0_u32..).zip(&row).filter(|&(_, &points)| points >= 0) {
                    if self.solution.mentor_of[seat] == Some(mentor) {
                        continue; // The arc in use leads back only.
                    }
                    if let Some(sibling) = self.holder_among_siblings(seat, mentor) {
                        if self.seat_seen[sibling] != stamp {
                            self.seat_seen[sibling] = stamp;
                            seats.push_back(sibling);
                        }
                    } else if self.mentor_seen[mentor as usize] != stamp {
                        self.mentor_seen[mentor as usize] = stamp;
                        mentors.push(mentor as usize);
                    }
                }
                if mentors.len() >= NAMED {
                    break;
                }
            }
            // Through a mentor met, the walk goes on to the seats held there.
            if mentors.len() >= NAMED || followed == mentors.len() {
                break;
            }
            for &seat in &self.holders[mentors[followed]] {
                if self.seat_seen[seat] != stamp {
                    self.seat_seen[seat] = stamp;
                    seats.push_back(seat);
                }
            }
            followed += 1;
        }
        if mentors.is_empty() {
            return Reason::SamePersonOnly;
        }
        // Points that are not allowed are negative and so come last.
        mentors.sort_by_key(|&mentor| (std::cmp::Reverse(root_row[mentor].max(-1)), mentor));
        mentors.truncate(NAMED);
        let raise = mentors.into_iter().filter_map(|mentor| {
            let points = Some(root_row[mentor]).filter(|&points| points >= 0);
            Some(Raise {
                mentor: u32::try_from(mentor).ok()?,
                points,
            })
        });
        Reason::CapacityExhausted {
            raise: raise.collect(),
        }
    }
}
