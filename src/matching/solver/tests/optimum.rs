//! The solver against other methods.

use super::*;
use pathfinding::prelude::{Matrix, kuhn_munkres};

#[test]
fn equals_brute_force() {
    for seed in 0..3000 {
        let case = Case::small(&mut Dice(seed));
        let solution = case.certified();
        assert_eq!(
            Some((solution.filled, solution.total)),
            brute(&case, None),
            "seed {seed}"
        );
    }
}

#[test]
fn three_seats_of_a_cadre_also_differ() {
    for seed in 0..300 {
        let dice = &mut Dice(seed);
        let mentors = 1 + dice.below(4);
        let seats: Vec<Seat> = (0..6).map(|seat| Seat { cadre: seat / 3 }).collect();
        let capacities = (0..mentors).map(|_| dice.below(4) as u32).collect();
        let table = Table(
            (0..6)
                .map(|_| (0..mentors).map(|_| dice.below(7) as i32 - 2).collect())
                .collect(),
        );
        let case = Case {
            seats,
            capacities,
            table,
        };
        let solution = case.certified();
        assert_eq!(
            Some((solution.filled, solution.total)),
            brute(&case, None),
            "seed {seed}"
        );
    }
}

/// One seat per cadre: an ordinary assignment once capacities are columns.
/// A dummy column per seat stands for staying empty.
#[test]
fn equals_hungarian_method() {
    for seed in 0..200 {
        let dice = &mut Dice(seed);
        let (seats, mentors) = (40 + dice.below(30), 25 + dice.below(20));
        let values = [3, 50, 1000][dice.below(3)];
        let share = 2 + dice.below(9);
        let capacities: Vec<u32> = (0..mentors).map(|_| dice.below(4) as u32).collect();
        let mut point = || {
            if dice.below(10) < share {
                dice.below(values) as i32
            } else {
                NOT_ALLOWED
            }
        };
        let table = Table(
            (0..seats)
                .map(|_| (0..mentors).map(|_| point()).collect())
                .collect(),
        );
        let case = Case {
            seats: (0..seats as u32).map(|cadre| Seat { cadre }).collect(),
            capacities,
            table,
        };
        let solution = case.certified();

        let big = 10_000_000_i64;
        let columns: Vec<usize> = (0..mentors)
            .flat_map(|m| std::iter::repeat_n(m, case.capacities[m] as usize))
            .collect();
        let rows = case.table.0.iter().map(|row| {
            let real = columns.iter().map(|&m| {
                if row[m] < 0 {
                    0
                } else {
                    big + i64::from(row[m])
                }
            });
            real.chain(std::iter::repeat_n(0, seats))
                .collect::<Vec<_>>()
        });
        let (value, _) = kuhn_munkres(&Matrix::from_rows(rows).unwrap());
        assert_eq!(
            (solution.filled as i64, solution.total),
            (value / big, value % big),
            "seed {seed}"
        );
    }
}

#[test]
fn cities_are_certified_for_any_room_for_rows() {
    for seed in 0..30 {
        let case = Case::city(&mut Dice(seed), 60, 70);
        let solution = case.certified();
        let problem = case.problem();
        let mut search = search::Search::new(&problem, siblings_of(&case.seats).unwrap());
        let mut rows = rows::Rows::with_room(&problem, 0);
        for seat in 0..case.seats.len() {
            search.insert(seat, &mut rows, &unlimited()).unwrap();
        }
        assert_eq!(search.finish().mentor_of, solution.mentor_of);
    }
}

#[test]
fn extreme_points_and_capacities() {
    let case = Case {
        seats: vec![Seat { cadre: 7 }, Seat { cadre: 7 }, Seat { cadre: 1 }],
        capacities: vec![u32::MAX, 1, 0],
        table: Table(vec![
            vec![MAX_POINTS, 0, 0],
            vec![MAX_POINTS, NOT_ALLOWED, MAX_POINTS],
            vec![i32::MIN, 5, 5],
        ]),
    };
    let solution = case.certified();
    assert_eq!(solution.filled, 2);
    assert_eq!(Some((solution.filled, solution.total)), brute(&case, None));
}

#[test]
fn empty_problems() {
    let nobody = Case {
        seats: vec![Seat { cadre: 0 }],
        capacities: vec![],
        table: Table(vec![vec![]]),
    };
    assert_eq!(nobody.certified().mentor_of, vec![None]);
    let nothing = Case {
        seats: vec![],
        capacities: vec![3],
        table: Table(vec![]),
    };
    assert_eq!(nothing.certified().filled, 0);
}
