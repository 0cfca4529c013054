//! Limits, threads and the same answer every time.
#![allow(
    clippy::disallowed_methods,
    reason = "these tests wait in threads of their own"
)]

use super::*;
use std::time::Duration;

#[test]
fn same_answer_for_any_number_of_threads() {
    let cases: Vec<Case> = (0..24)
        .map(|seed| Case::city(&mut Dice(seed), 20 + seed as usize, 30))
        .collect();
    let problems: Vec<_> = cases.iter().map(Case::problem).collect();
    let one = solve_all(&problems, 1, &unlimited());
    assert_eq!(one, solve_all(&problems, 1, &unlimited()));
    for threads in [0, 2, 5, 100] {
        assert_eq!(one, solve_all(&problems, threads, &unlimited()));
    }
    for (case, answer) in cases.iter().zip(one) {
        assert_eq!(Ok(case.solved()), answer);
    }
}

#[test]
fn no_problems_no_answers() {
    assert!(solve_all::<Table>(&[], 4, &unlimited()).is_empty());
}

#[test]
fn cancelled_at_once() {
    let case = Case::city(&mut Dice(1), 20, 20);
    let cancelled = AtomicBool::new(true);
    let limits = Limits {
        deadline: None,
        cancelled: &cancelled,
    };
    assert_eq!(solve(&case.problem(), &limits), Err(Stopped::Cancelled));
    assert_eq!(
        solve_all(&[case.problem()], 2, &limits),
        vec![Err(Stopped::Cancelled)]
    );
}

/// Rows that take long, as of a service under load.
struct Slow;

impl Scores for Slow {
    fn row(&self, seat: usize, row: &mut [i32]) {
        std::thread::sleep(Duration::from_millis(2));
        for (mentor, points) in row.iter_mut().enumerate() {
            *points = ((seat * 31 + mentor * 17) % 100) as i32;
        }
    }
}

#[test]
fn stops_soon_in_the_middle() {
    let seats: Vec<Seat> = (0..5000).map(|seat| Seat { cadre: seat / 2 }).collect();
    let capacities = vec![1; 5000];
    let problem = Problem {
        seats: &seats,
        capacities: &capacities,
        scores: &Slow,
    };
    let start = Instant::now();
    let deadline = Some(start + Duration::from_millis(50));
    let limits = Limits {
        deadline,
        cancelled: &NEVER,
    };
    assert_eq!(solve(&problem, &limits), Err(Stopped::Deadline));
    assert!(start.elapsed() < Duration::from_secs(2));

    let cancelled = AtomicBool::new(false);
    let start = Instant::now();
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(50));
            cancelled.store(true, Ordering::Relaxed);
        });
        solve(
            &problem,
            &Limits {
                deadline: None,
                cancelled: &cancelled,
            },
        )
    });
    assert_eq!(answer, Err(Stopped::Cancelled));
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn too_many_points_are_refused() {
    let case = Case {
        seats: vec![Seat { cadre: 0 }],
        capacities: vec![1],
        table: Table(vec![vec![MAX_POINTS + 1]]),
    };
    assert!(matches!(
        solve(&case.problem(), &unlimited()),
        Err(Stopped::Invalid(_))
    ));
}
