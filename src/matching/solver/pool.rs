//! Many independent problems over a few threads.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Limits, Problem, Scores, Solution, Stopped, solve};

/// Solves independent problems on up to `threads` threads and returns the
/// answers in the order of the problems.
///
/// Large problems start first, so that no thread is left alone with one at the
/// end. Each problem is solved by one thread, so the answers do not depend on
/// the number of threads; the scratch memory of a problem is freed with it.
#[must_use]
pub fn solve_all<S: Scores + ?Sized>(
    problems: &[Problem<'_, S>],
    threads: usize,
    limits: &Limits<'_>,
) -> Vec<Result<Solution, Stopped>> {
    let mut order: Vec<usize> = (0..problems.len()).collect();
    order.sort_by_key(|&at| {
        problems
            .get(at)
            .map(|p| Reverse(p.seats.len().saturating_mul(p.capacities.len())))
    });
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(&at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Some(problem) = problems.get(at) {
                done.push((at, solve(problem, limits)));
            }
        }
        done
    };
    let threads = threads.clamp(1, problems.len().max(1));
    let mut answers = std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut answers = work();
        for helper in helpers {
            match helper.join() {
                Ok(done) => answers.extend(done),
                // A fault in the caller's scores must not be swallowed.
                Err(fault) => std::panic::resume_unwind(fault),
            }
        }
        answers
    });
    answers.sort_by_key(|&(at, _)| at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
