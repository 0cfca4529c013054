//! How long the matching solver takes as a city, a province and a country grow: `cargo run --release --example matching`.
//!
//! Synthetic cities with the factors' shape: units of four recruits, counties of some two hundred, ties everywhere, three in five
//! mentors qualified for both roles. Every mentor of the city is in scope for every recruit. Medians of five rounds for one city,
//! one round for the larger ones; each plan is checked by its certificate.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use xinmiao::matching::solver::certificate::check;
use xinmiao::matching::solver::explain::explain;
use xinmiao::matching::solver::{Limits, NOT_ALLOWED, Problem, Scores, Seat, solve, solve_all};

static NEVER: AtomicBool = AtomicBool::new(false);
const LIMITS: Limits<'static> = Limits {
    deadline: None,
    cancelled: &NEVER,
};

/// Where someone works and what they do: unit, county, kind of post, field.
type Traits = (u32, u32, i32, i32);

struct City {
    seats: Vec<Seat>,
    capacities: Vec<u32>,
    recruits: Vec<Traits>,
    mentors: Vec<(Traits, bool)>,
}

impl Scores for City {
    fn row(&self, seat: usize, row: &mut [i32]) {
        let recruit = self.recruits[seat / 2];
        for (cell, (mentor, both)) in row.iter_mut().zip(&self.mentors) {
            let near = match (mentor.0 == recruit.0, mentor.1 == recruit.1) {
                (true, _) => 6000,
                (false, true) => 1000,
                (false, false) => 0,
            };
            let like = |a: i32, b: i32| 50 * (2 - (a - b).abs().min(2));
            *cell = if seat.is_multiple_of(2) || *both {
                near + 15 * like(mentor.2, recruit.2) + 15 * like(mentor.3, recruit.3)
            } else {
                NOT_ALLOWED
            };
        }
    }
}

/// SplitMix64: the same cities on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((z ^ (z >> 31)) % u64::from(bound)).unwrap_or_default()
    }

    fn traits(&mut self, recruits: u32) -> Traits {
        let unit = self.below((recruits / 4).max(1));
        let county = unit % (recruits / 200).max(3);
        let (post, field) = (self.below(3), self.below(5));
        let signed = |n| i32::try_from(n).unwrap_or_default();
        (unit, county, signed(post), signed(field))
    }
}

/// A city with a mentor for every recruit and some, and `room` seats in a hundred wanted ones.
fn city(seed: u64, recruits: u32, room: u32) -> City {
    let mut dice = Dice(seed);
    let mentors = recruits + recruits / 28;
    let people = (0..recruits).map(|_| dice.traits(recruits)).collect();
    let guides = (0..mentors)
        .map(|_| (dice.traits(recruits), dice.below(10) < 6))
        .collect();
    let mut capacities: Vec<u32> = (0..mentors).map(|_| 1 + dice.below(3)).collect();
    let wanted = 2 * recruits * room / 100;
    let mut total: u32 = capacities.iter().sum();
    while total != wanted {
        let n = usize::try_from(dice.below(mentors)).unwrap_or_default();
        if total > wanted && capacities[n] > 0 {
            capacities[n] -= 1;
            total -= 1;
        } else if total < wanted && capacities[n] < 3 {
            capacities[n] += 1;
            total += 1;
        }
    }
    City {
        seats: (0..2 * recruits)
            .map(|seat| Seat { cadre: seat / 2 })
            .collect(),
        capacities,
        recruits: people,
        mentors: guides,
    }
}

fn problem(city: &City) -> Problem<'_, City> {
    Problem {
        seats: &city.seats,
        capacities: &city.capacities,
        scores: city,
    }
}

fn median(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[2]
}

fn one(name: &str, city: &City) {
    let problem = problem(city);
    let Ok(plan) = solve(&problem, &LIMITS) else {
        return println!("{name}: no plan");
    };
    let solving = median(|| drop(solve(&problem, &LIMITS)));
    let prove = || {
        check(
            &problem,
            &plan.mentor_of,
            &plan.seat_price,
            &plan.mentor_price,
            plan.big,
        )
    };
    let checking = median(|| assert!(prove().is_ok()));
    let explaining = median(|| drop(explain(&problem, &plan, &LIMITS)));
    println!(
        "| {name} | {} | {} | {:.0} ms | {:.0} ms | {:.0} ms |",
        problem.seats.len(),
        plan.filled,
        solving * 1e3,
        checking * 1e3,
        explaining * 1e3,
    );
}

/// Cities are solved one by one on each thread, as the service does; they are made before the clock starts.
fn many(name: &str, cities: &[City]) {
    let problems: Vec<_> = cities.iter().map(problem).collect();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let began = Instant::now();
    let plans = solve_all(&problems, threads, &LIMITS);
    let solving = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let mut filled = 0;
    for (problem, plan) in problems.iter().zip(plans) {
        let Ok(plan) = plan else {
            return println!("{name}: no plan");
        };
        filled += plan.filled;
        assert!(
            check(
                problem,
                &plan.mentor_of,
                &plan.seat_price,
                &plan.mentor_price,
                plan.big
            )
            .is_ok()
        );
    }
    let checking = began.elapsed().as_secs_f64();
    let seats: usize = problems.iter().map(|problem| problem.seats.len()).sum();
    println!(
        "| {name} | {seats} | {filled} | {:.0} ms | {:.0} ms | |",
        solving * 1e3,
        checking * 1e3
    );
}

fn main() {
    println!(
        "| what | seats | filled | solve | check | explain |\n| --- | --- | --- | --- | --- | --- |"
    );
    one("a city of 1,139 recruits", &city(1, 1139, 105));
    one("the same, seats for 80 %", &city(2, 1139, 80));
    for (recruits, name) in [
        (300, "300 recruits"),
        (1000, "1,000 recruits"),
        (3000, "3,000 recruits in one city"),
    ] {
        one(name, &city(3, recruits, 105));
    }
    for (count, size, name) in [
        (17, 882, "a province: 15,000 recruits, 17 cities"),
        (83, 600, "50,000 recruits, 83 cities"),
        (333, 600, "200,000 recruits, 333 cities"),
    ] {
        let cities: Vec<City> = (0..count).map(|n| city(100 + n, size, 105)).collect();
        many(name, &cities);
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    println!("\npeak memory: {}", peak.unwrap_or("unknown here"));
}
