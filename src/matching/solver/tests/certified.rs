//! The certificate must be able to fail.

use super::certificate::{Certified, Flaw, check};
use super::*;

fn verdict(case: &Case, solution: &Solution) -> Result<Certified, Flaw> {
    check(
        &case.problem(),
        &solution.mentor_of,
        &solution.seat_price,
        &solution.mentor_price,
        solution.big,
    )
}

/// Two cadres of two seats, three mentors, all different points.
fn sample() -> (Case, Solution) {
    let case = Case {
        seats: [0, 0, 1, 1].map(|cadre| Seat { cadre }).to_vec(),
        capacities: vec![2, 1, 2],
        table: Table(vec![
            vec![90, 20, 10],
            vec![80, 70, 15],
            vec![60, 65, 5],
            vec![30, 45, NOT_ALLOWED],
        ]),
    };
    let solution = case.certified();
    (case, solution)
}

#[test]
fn rejects_every_other_assignment_that_is_worse() {
    let (case, solution) = sample();
    let choices: Vec<Option<u32>> = [None, Some(0), Some(1), Some(2), Some(3)].to_vec();
    let mut passed = 0;
    for code in 0..5_usize.pow(4) {
        let mut other = solution.clone();
        for (seat, mentor) in other.mentor_of.iter_mut().enumerate() {
            *mentor = choices[code / 5_usize.pow(seat as u32) % 5];
        }
        if let Ok(proof) = verdict(&case, &other) {
            assert_eq!(
                (proof.filled, proof.total),
                (solution.filled, solution.total)
            );
            passed += 1;
        }
    }
    assert_eq!(passed, 1);
}

#[test]
fn rejects_every_shifted_price() {
    for seed in 0..50 {
        let case = Case::city(&mut Dice(seed), 12, 10);
        let solution = case.certified();
        for at in 0..case.seats.len() {
            for shift in [-1, 1] {
                let mut other = solution.clone();
                other.seat_price[at] += shift;
                // A filled seat's price may trade against its pair price only.
                if let Ok(proof) = verdict(&case, &other) {
                    assert!(solution.mentor_of[at].is_some());
                    assert_eq!(
                        (proof.filled, proof.total),
                        (solution.filled, solution.total)
                    );
                }
            }
            let mut other = solution.clone();
            other.seat_price[at] += 10 * solution.big;
            assert!(matches!(verdict(&case, &other), Err(Flaw::Gap { .. })));
            other.seat_price[at] = -1;
            assert_eq!(
                verdict(&case, &other),
                Err(Flaw::NegativeSeatPrice { seat: at })
            );
        }
    }
    let (case, solution) = sample();
    for mentor in 0..3 {
        let mut other = solution.clone();
        other.mentor_price[mentor] += solution.big * 3;
        assert!(matches!(verdict(&case, &other), Err(Flaw::Gap { .. })));
        other.mentor_price[mentor] = -1;
        assert_eq!(
            verdict(&case, &other),
            Err(Flaw::NegativeMentorPrice { mentor })
        );
    }
}

#[test]
fn names_the_flaw() {
    let (case, solution) = sample();
    let with = |mentor_of: [Option<u32>; 4]| {
        verdict(
            &case,
            &Solution {
                mentor_of: mentor_of.to_vec(),
                ..solution.clone()
            },
        )
    };
    assert_eq!(
        with([Some(0), Some(0), None, None]),
        Err(Flaw::SamePerson { seat: 1, mentor: 0 })
    );
    assert_eq!(
        with([Some(1), None, Some(1), None]),
        Err(Flaw::OverCapacity { mentor: 1 })
    );
    let [first, second, third, _] = solution.mentor_of[..] else {
        panic!()
    };
    for mentor in [2, 9] {
        assert_eq!(
            with([first, second, third, Some(mentor)]),
            Err(Flaw::NotAllowed { seat: 3, mentor })
        );
    }
    assert!(matches!(
        with([None; 4]),
        Err(Flaw::Gap { .. } | Flaw::Underpriced { .. })
    ));

    let mut other = solution.clone();
    other.seat_price.fill(0);
    other.mentor_price.fill(0);
    assert!(matches!(
        verdict(&case, &other),
        Err(Flaw::Underpriced { .. })
    ));
    other.seat_price.pop();
    assert_eq!(verdict(&case, &other), Err(Flaw::WrongLength));
    let other = Solution {
        big: 4 * 90,
        ..solution.clone()
    };
    assert!(verdict(&case, &other).is_err());

    let mut scattered = case.clone();
    scattered.seats.swap(1, 2);
    assert_eq!(
        verdict(&scattered, &solution),
        Err(Flaw::ScatteredCadre { cadre: 0 })
    );
    assert!(matches!(
        solve(&scattered.problem(), &unlimited()),
        Err(Stopped::Invalid(_))
    ));
}

/// A `big` too small may prove an assignment that fills fewer seats.
#[test]
fn demands_coverage_first() {
    let case = Case {
        seats: vec![Seat { cadre: 0 }, Seat { cadre: 1 }],
        capacities: vec![1, 1],
        table: Table(vec![vec![100, 0], vec![0, NOT_ALLOWED]]),
    };
    assert_eq!(
        check(&case.problem(), &[Some(0), None], &[101, 0], &[0, 0], 1),
        Err(Flaw::Underpriced { seat: 1, mentor: 0 })
    );
    assert_eq!(
        check(&case.problem(), &[Some(0), None], &[1, 0], &[100, 0], 1),
        Err(Flaw::BigTooSmall { needed: 201 })
    );
    assert_eq!(case.certified().mentor_of, vec![Some(1), Some(0)]);
}
