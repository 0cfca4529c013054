//! The explanations hold when put to the test.

use super::explain::{Explanation, Reason, explain};
use super::*;

fn explained(case: &Case) -> (Solution, Vec<Explanation>) {
    let solution = case.certified();
    let explanations = explain(&case.problem(), &solution, &unlimited()).unwrap();
    (solution, explanations)
}

#[test]
fn runner_up_loss_is_a_lower_bound() {
    let mut exact = 0;
    for seed in 0..1500 {
        let case = Case::small(&mut Dice(seed));
        let (solution, explanations) = explained(&case);
        let value = |(filled, total): (usize, i64)| solution.big * filled as i64 + total;
        for (seat, explanation) in explanations.iter().enumerate() {
            let Explanation::Filled(runner_up) = explanation else {
                continue;
            };
            let others = || {
                (0..case.capacities.len() as u32).filter(|&m| {
                    Some(m) != solution.mentor_of[seat]
                        && case.capacities[m as usize] > 0
                        && case.table.0[seat][m as usize] >= 0
                })
            };
            let Some(runner_up) = runner_up else {
                assert_eq!(others().count(), 0);
                continue;
            };
            assert!(runner_up.loss >= 0 && others().any(|m| m == runner_up.mentor));
            let best = value((solution.filled, solution.total));
            // The bound holds for the runner-up and so for every other mentor.
            for mentor in others() {
                let forced = value(brute(&case, Some((seat, mentor))).unwrap());
                assert!(forced <= best - runner_up.loss, "seed {seed} seat {seat}");
                exact += usize::from(mentor == runner_up.mentor && forced == best - runner_up.loss);
            }
        }
    }
    assert!(exact > 500, "the bound is often exact: {exact}");
}

/// Each named mentor, with one place more, fills the seat; where no mentor is
/// named, no capacity does.
#[test]
fn raising_a_named_capacity_fills_the_seat() {
    let (mut raised, mut same, mut none, mut indirect) = (0, 0, 0, 0);
    for seed in 0..1500 {
        let dice = &mut Dice(seed);
        let case = if seed % 10 == 0 {
            Case::city(dice, 20, 9)
        } else {
            Case::small(dice)
        };
        let (solution, explanations) = explained(&case);
        for (seat, explanation) in explanations.iter().enumerate() {
            let Explanation::Empty(reason) = explanation else {
                continue;
            };
            let alone = case.keeping(|other| other == seat || solution.mentor_of[other].is_some());
            match reason {
                Reason::NoCandidate => {
                    none += 1;
                    assert!(case.table.0[seat].iter().all(|&points| points < 0));
                }
                Reason::SamePersonOnly => {
                    same += 1;
                    let mut more = alone.clone();
                    more.capacities.fill(100);
                    assert_eq!(more.certified().filled, solution.filled);
                    assert!(case.table.0[seat].iter().any(|&points| points >= 0));
                }
                Reason::CapacityExhausted { raise } => {
                    assert!((1..=3).contains(&raise.len()));
                    for named in raise {
                        raised += 1;
                        indirect += usize::from(named.points.is_none());
                        let mut more = alone.clone();
                        more.capacities[named.mentor as usize] += 1;
                        assert_eq!(
                            more.certified().filled,
                            alone.seats.len(),
                            "seed {seed} seat {seat}"
                        );
                        let points = case.table.0[seat][named.mentor as usize];
                        assert_eq!(named.points, (points >= 0).then_some(points));
                    }
                    assert!(raise.is_sorted_by_key(|named| std::cmp::Reverse(named.points)));
                }
            }
        }
    }
    assert!(
        raised > 500 && same > 10 && none > 50 && indirect > 50,
        "{raised} {same} {none} {indirect}"
    );
}
