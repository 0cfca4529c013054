//! Tables are solved here as an analyst would: by elimination, and by looking for another population with the same figures.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::db::Id;
use crate::values::Date;

/// Whether `rows` add up to `wanted` with any factors, by elimination in the integers modulo a prime.
fn spans(rows: &[Kinds], wanted: &[Kinds]) -> Vec<bool> {
    const PRIME: i64 = 1_000_003;
    let unfold = |kinds: Kinds| -> Vec<i64> {
        (0..Kinds::BITS)
            .map(|bit| i64::from(kinds >> bit & 1))
            .collect()
    };
    let inverse = |number: i64| {
        let power = |(base, done): (i64, i64), bit: u32| {
            let done = if (PRIME - 2) >> bit & 1 == 1 {
                done * base % PRIME
            } else {
                done
            };
            (base * base % PRIME, done)
        };
        (0..20).fold((number, 1), power).1
    };
    let reduce = |mut row: Vec<i64>, basis: &[(usize, Vec<i64>)]| {
        for (pivot, known) in basis {
            let factor = row[*pivot];
            for (cell, of_known) in row.iter_mut().zip(known) {
                *cell = (*cell - factor * of_known).rem_euclid(PRIME);
            }
        }
        row
    };
    let mut basis: Vec<(usize, Vec<i64>)> = Vec::new();
    for row in rows {
        let row = reduce(unfold(*row), &basis);
        if let Some(pivot) = row.iter().position(|cell| *cell != 0) {
            let scale = inverse(row[pivot]);
            let row = row.iter().map(|cell| cell * scale % PRIME).collect();
            basis.push((pivot, row));
        }
    }
    wanted
        .iter()
        .map(|kinds| reduce(unfold(*kinds), &basis).iter().all(|cell| *cell == 0))
        .collect()
}

/// A table with a population, suppressed: kinds, true value, and whether it is shown.
fn suppressed(
    table: for<'a> fn(&'a mut SummaryResponse) -> Vec<Count<'a>>,
    population: &[i64],
) -> Vec<(Kinds, i64, bool)> {
    let mut summary = SummaryResponse {
        organization_id: Id(uuid::Uuid::from_u128(1)),
        organization_name: String::new(),
        as_of: Date::parse("2023-07-24").expect("a day"),
        cadres: None,
        phases: Default::default(),
        coverage: Default::default(),
        mentors: Default::default(),
        seats: Default::default(),
    };
    let values: Vec<(Kinds, i64)> = table(&mut summary)
        .iter()
        .map(|count| (count.kinds(), number(population, count.kinds())))
        .collect();
    for (count, (_, value)) in table(&mut summary).iter_mut().zip(&values) {
        count.fill(*value);
    }
    let mut counts = table(&mut summary);
    suppression::suppress(&mut counts);
    counts
        .iter()
        .zip(values)
        .map(|(count, (kinds, value))| (kinds, value, count.is_shown()))
        .collect()
}

fn number(population: &[i64], kinds: Kinds) -> i64 {
    let counted = |(bit, _): &(usize, &i64)| kinds >> bit & 1 == 1;
    population
        .iter()
        .enumerate()
        .filter(counted)
        .map(|(_, n)| n)
        .sum()
}

/// All small ways to move persons between kinds: up to four kinds, one person each.
fn moves(kinds: usize) -> Vec<Vec<(usize, i64)>> {
    let mut all: Vec<Vec<(usize, i64)>> = vec![Vec::new()];
    let mut ended = Vec::new();
    while let Some(begun) = all.pop() {
        let from = begun.last().map_or(0, |(kind, _)| kind + 1);
        if begun.len() < 4 {
            for kind in from..kinds {
                for by in [-1, 1] {
                    let mut longer = begun.clone();
                    longer.push((kind, by));
                    all.push(longer);
                }
            }
        }
        ended.push(begun);
    }
    ended
}

fn change(kinds: Kinds, by: &[(usize, i64)]) -> i64 {
    by.iter()
        .filter(|(kind, _)| kinds >> kind & 1 == 1)
        .map(|(_, by)| by)
        .sum()
}

/// What an analyst could reckon from the shown counts of a table; empty if nothing.
fn reckoned(counts: &[(Kinds, i64, bool)], population: &[i64]) -> Vec<String> {
    let shown: Vec<Kinds> = counts
        .iter()
        .filter(|count| count.2)
        .map(|count| count.0)
        .collect();
    let everything = counts.iter().fold(0, |all, count| all | count.0);
    let small: Vec<Kinds> = (1..=everything)
        .filter(|group| group & !everything == 0)
        .filter(|group| (1..5).contains(&number(population, *group)))
        .collect();
    let mut told: Vec<String> = small
        .iter()
        .zip(spans(&shown, &small))
        .filter(|(_, told)| *told)
        .map(|(group, _)| format!("{group:b} is {}", number(population, *group)))
        .collect();
    let possible: Vec<Vec<(usize, i64)>> = moves(population.len())
        .into_iter()
        .filter(|by| by.iter().all(|(kind, by)| population[*kind] + by >= 0))
        .filter(|by| shown.iter().all(|kinds| change(*kinds, by) == 0))
        .collect();
    for (kinds, value, _) in counts.iter().filter(|count| !count.2) {
        if !possible.iter().any(|by| change(*kinds, by) != 0) {
            told.push(format!("{kinds:b} can only be {value}"));
        }
    }
    told
}

fn small_or_large() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), 0..7_i64, 0..7_i64, 40..60_i64]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cadres_tell_nothing_that_is_hidden(population in vec(small_or_large(), 16)) {
        let counts = suppressed(|summary| cadres(summary).into(), &population);
        prop_assert_eq!(reckoned(&counts, &population), Vec::<String>::new(), "{:?}", counts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mentors_tell_nothing_that_is_hidden(population in vec(small_or_large(), 7)) {
        let counts = suppressed(|summary| mentors(summary).into(), &population);
        prop_assert_eq!(reckoned(&counts, &population), Vec::<String>::new(), "{:?}", counts);
    }

    #[test]
    fn seats_tell_nothing_that_is_hidden(population in vec(small_or_large(), 6)) {
        let counts = suppressed(|summary| seats(summary).into(), &population);
        prop_assert_eq!(reckoned(&counts, &population), Vec::<String>::new(), "{:?}", counts);
    }

    #[test]
    fn large_tables_are_shown_whole(population in vec(20..60_i64, 16)) {
        let counts = suppressed(|summary| cadres(summary).into(), &population);
        prop_assert!(counts.iter().all(|count| count.2));
        let counts = suppressed(|summary| mentors(summary).into(), &population[..7]);
        prop_assert!(counts.iter().all(|count| count.2));
    }
}

fn shown(counts: &[(Kinds, i64, bool)]) -> Vec<Option<i64>> {
    counts
        .iter()
        .map(|(_, value, shown)| shown.then_some(*value))
        .collect()
}

#[test]
fn the_smallest_of_a_telling_difference_is_hidden() {
    // Three of one kind: 3 = 93 - 20 - 30 - 40, and nobody is in the programme without both mentors.
    let mut population = [0; 16];
    (population[0], population[4], population[8], population[12]) = (3, 20, 30, 40);
    let counts = suppressed(|summary| cadres(summary).into(), &population);
    let expected = [Some(93), None, None, Some(30), Some(40), None, None, None];
    assert_eq!(shown(&counts), expected);
    // Of 30 mentors, 2 are nominated: 28 appointed would tell.
    let counts = suppressed(|summary| mentors(summary).into(), &[0, 0, 14, 0, 0, 14, 2]);
    assert_eq!(shown(&counts), [Some(30), None, None, None, Some(14)]);
    // Of 90 seats 3 are free.
    let counts = suppressed(|summary| seats(summary).into(), &[0, 0, 87, 0, 0, 3]);
    assert_eq!(shown(&counts)[..3], [Some(90), None, None]);
}
