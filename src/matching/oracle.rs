//! Whole runs against brute force: locks, bans, kin, present and lost pairs, proposals that stand, shared capacity, two roles of
//! one person.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use uuid::Uuid;

use super::hold::{self, Ban, Hold};
use super::model::CrossUnit;
use super::plan::{Plan, plan};
use super::request::{Terms, Weights};
use super::score::{self, Spot};
use super::solver::Limits;
use super::world::{Candidate, Present, Recruit, Unit, World, place};
use crate::cadres::PostCategory;
use crate::db::Id;
use crate::error::Error;
use crate::mentors::{MentorRole, PositionLevel};

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % bound).unwrap()
    }

    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

fn id(kind: u128, n: usize) -> Id {
    Id(Uuid::from_u128((kind << 64) + n as u128))
}

/// Two counties with two townships each.
fn units() -> BTreeMap<Id, Unit> {
    let unit = |n: usize| {
        let county = n / 2;
        let spot = Spot {
            path: format!("z/{county}/{n}/"),
            remote: n == 1,
        };
        let (county, city) = (id(1, 10 + county), id(1, 20));
        (id(1, n), Unit { spot, county, city })
    };
    (0..4).map(unit).collect()
}

fn world(dice: &mut Dice) -> World {
    const POSTS: [Option<PostCategory>; 3] = [
        None,
        Some(PostCategory::Grassroots),
        Some(PostCategory::Technical),
    ];
    const LEVELS: [Option<PositionLevel>; 2] = [None, Some(PositionLevel::MidLevelLead)];
    const TOPICS: [&str; 3] = ["农业技术", "财务审计", "规划"];
    let recruits: Vec<Recruit> = (0..=dice.below(3))
        .map(|n| Recruit {
            id: id(2, n),
            organization_id: id(1, dice.below(4)),
            post: POSTS[dice.below(3)],
            text: TOPICS[dice.below(3)].to_owned(),
            present: [None, None],
            proposed: [None, None],
        })
        .collect();
    let mut candidates: Vec<Candidate> = (0..=dice.below(4))
        .map(|n| Candidate {
            id: id(3, n),
            organization_id: id(1, dice.below(4)),
            level: LEVELS[dice.below(2)],
            qualified: [!dice.once_in(3), !dice.once_in(3)],
            fields: vec![TOPICS[dice.below(3)].to_owned()],
            seats: i32::try_from(dice.below(4)).unwrap(),
            taken: 0,
        })
        .collect();
    let mut recruits = recruits;
    for (n, recruit) in recruits.iter_mut().enumerate() {
        let mentor = dice.below(8);
        if let Some(candidate) = candidates
            .get_mut(mentor)
            .filter(|mentor| mentor.taken < mentor.seats)
        {
            candidate.taken += 1;
            recruit.present[dice.below(2)] = Some(Present {
                id: id(4, n),
                mentor_id: candidate.id,
                is_lost: dice.once_in(3),
            });
        }
        if dice.once_in(6) {
            recruit.proposed[dice.below(2)] = Some(id(3, dice.below(5)));
        }
    }
    let mut barred = BTreeSet::new();
    if dice.once_in(3) {
        let pair = (id(2, dice.below(3)), id(3, dice.below(5)));
        barred.insert(pair);
    }
    World {
        recruits,
        candidates,
        units: units(),
        barred,
        position: 0,
    }
}

fn terms(dice: &mut Dice) -> Terms {
    let weights = Weights {
        same_unit: i32::try_from(dice.below(50)).unwrap(),
        load: i32::try_from(dice.below(9)).unwrap(),
        ..Weights::DEFAULT
    };
    let roles = match dice.below(4) {
        0 => vec![MentorRole::Political],
        _ => MentorRole::ALL.to_vec(),
    };
    Terms {
        organization_id: id(1, 20),
        roles,
        cohort: None,
        weights,
        locked: Vec::new(),
        forbidden: Vec::new(),
        cross_unit: [CrossUnit::None, CrossUnit::County, CrossUnit::City][dice.below(3)],
        keep_existing: true,
    }
}

/// The best there is, by trying everything: seats filled, then points. None where the locks can't all hold.
struct Brute<'a> {
    world: &'a World,
    terms: &'a Terms,
    holds: &'a [Hold],
    bans: &'a [Ban],
    seats: Vec<(usize, MentorRole)>,
}

impl Brute<'_> {
    fn best(&self) -> Option<(usize, i64)> {
        let free = self
            .world
            .candidates
            .iter()
            .map(|mentor| mentor.seats - mentor.taken)
            .collect();
        self.try_seat(0, &mut BTreeMap::new(), free)
    }

    fn try_seat(
        &self,
        n: usize,
        given: &mut BTreeMap<(usize, usize), usize>,
        free: Vec<i32>,
    ) -> Option<(usize, i64)> {
        let Some((recruit, role)) = self.seats.get(n).copied() else {
            return Some((0, 0));
        };
        let hold = self
            .holds
            .iter()
            .find(|hold| (hold.cadre_id, hold.role) == (self.world.recruits[recruit].id, role));
        let mut best = if hold.is_none() {
            self.try_seat(n + 1, given, free.clone())
        } else {
            None
        };
        for mentor in 0..self.world.candidates.len() {
            let is_held =
                hold.is_none_or(|hold| hold.mentor_id == self.world.candidates[mentor].id);
            let twin = given.get(&(recruit, 1 - place(role))) == Some(&mentor);
            if !is_held || twin || free[mentor] < 1 || !self.may(recruit, role, mentor) {
                continue;
            }
            let mut left = free.clone();
            left[mentor] -= 1;
            given.insert((recruit, place(role)), mentor);
            let rest = self.try_seat(n + 1, given, left);
            given.remove(&(recruit, place(role)));
            let sum = rest
                .map(|(filled, points)| (filled + 1, points + self.points(recruit, role, mentor)));
            best = best.max(sum);
        }
        best
    }

    fn may(&self, recruit: usize, role: MentorRole, mentor: usize) -> bool {
        let (person, guide) = (
            &self.world.recruits[recruit],
            &self.world.candidates[mentor],
        );
        let (home, there) = (
            &self.world.units[&person.organization_id],
            &self.world.units[&guide.organization_id],
        );
        let near = match self.terms.cross_unit {
            CrossUnit::None => person.organization_id == guide.organization_id,
            CrossUnit::County => home.county == there.county,
            CrossUnit::City => true,
        };
        let banned = self.bans.iter().any(|ban| {
            ban.cadre_id == person.id
                && ban.mentor_id == guide.id
                && ban.role.is_none_or(|only| only == role)
        });
        let pairs = person.present.map(|pair| pair.map(|pair| pair.mentor_id));
        let others = [pairs[1 - place(role)], person.proposed[1 - place(role)]];
        near && guide.qualified[place(role)]
            && !banned
            && !self.world.barred.contains(&(person.id, guide.id))
            && !others.contains(&Some(guide.id))
            // Whoever has the seat was lost to it.
            && pairs[place(role)] != Some(guide.id)
    }

    fn points(&self, recruit: usize, role: MentorRole, mentor: usize) -> i64 {
        let (person, guide) = (
            &self.world.recruits[recruit],
            &self.world.candidates[mentor],
        );
        let (home, there) = (
            &self.world.units[&person.organization_id],
            &self.world.units[&guide.organization_id],
        );
        let [same, near, remote] = score::of_places(&home.spot, &there.spot);
        let knows = if guide.fields[0] == person.text {
            100
        } else {
            0
        };
        let values = [
            same,
            near,
            score::of_style(role, person.post, guide.level),
            knows,
            score::of_load(guide.seats - guide.taken, guide.seats),
            remote,
        ];
        i64::from(score::points(&values, self.terms.weights))
    }
}

/// What is to be planned, told anew.
fn seats(world: &World, terms: &Terms) -> Vec<(usize, MentorRole)> {
    let mut seats = Vec::new();
    for (n, recruit) in world.recruits.iter().enumerate() {
        for role in &terms.roles {
            let has_mentor = recruit.present[place(*role)].is_some_and(|pair| !pair.is_lost);
            if !has_mentor && recruit.proposed[place(*role)].is_none() {
                seats.push((n, *role));
            }
        }
    }
    seats
}

fn solve(world: &World, terms: &Terms, holds: &[Hold], bans: &[Ban]) -> Result<Plan, Error> {
    let limits = Limits {
        deadline: None,
        cancelled: &AtomicBool::new(false),
    };
    plan(world, terms, holds, bans, &limits)
}

#[test]
fn a_thousand_random_runs_are_the_best_there_is_by_trying_everything() {
    let mut dice = Dice(7);
    let (mut solved, mut contradictory, mut held, mut gaps) = (0, 0, 0, 0);
    while solved < 1000 {
        let (world, terms) = (world(&mut dice), terms(&mut dice));
        let role = |dice: &mut Dice| MentorRole::ALL[dice.below(2)];
        let holds: Vec<Hold> = (0..dice.below(3))
            .map(|n| Hold {
                cadre_id: id(2, dice.below(world.recruits.len() as u64)),
                mentor_id: id(3, dice.below(world.candidates.len() as u64)),
                role: role(&mut dice),
                pointer: format!("/locked/{n}"),
            })
            .collect();
        let bans: Vec<Ban> = (0..dice.below(3))
            .map(|n| Ban {
                cadre_id: id(2, dice.below(world.recruits.len() as u64)),
                mentor_id: id(3, dice.below(world.candidates.len() as u64)),
                role: (!dice.once_in(2)).then(|| role(&mut dice)),
                pointer: format!("/forbidden/{n}"),
            })
            .collect();
        let brute = Brute {
            world: &world,
            terms: &terms,
            holds: &holds,
            bans: &bans,
            seats: seats(&world, &terms),
        };
        match solve(&world, &terms, &holds, &bans) {
            Ok(found) => {
                let got = (
                    usize::try_from(found.outcome.matched).unwrap(),
                    found.outcome.total_score,
                );
                assert_eq!(
                    Some(got),
                    brute.best(),
                    "{world:?} {terms:?} {holds:?} {bans:?}"
                );
                for hold in &holds {
                    let is_kept = found.seats.iter().any(|seat| {
                        (seat.cadre_id, seat.role, seat.mentor_id, seat.settled)
                            == (hold.cadre_id, hold.role, Some(hold.mentor_id), true)
                    });
                    assert!(is_kept, "{hold:?}");
                }
                solved += 1;
                held += usize::from(!holds.is_empty());
                gaps += usize::from(found.outcome.matched < found.outcome.seats);
            }
            Err(Error::Invalid(faults)) => {
                let told = |hold: &Hold| {
                    faults
                        .listed()
                        .iter()
                        .any(|fault| fault.pointer.starts_with(&hold.pointer))
                };
                assert!(holds.iter().any(told), "{faults:?}");
                contradictory += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    // The dice have to have thrown what the test is about.
    assert!(
        held > 100 && gaps > 300 && contradictory > 300,
        "{held} {gaps} {contradictory}"
    );
}

#[test]
fn the_locks_of_the_terms_are_the_holds_of_the_run() {
    let mut terms = terms(&mut Dice(1));
    terms.locked.push(super::request::Lock {
        cadre_id: id(2, 0),
        mentor_id: id(3, 0),
        role: MentorRole::Political,
    });
    let (holds, bans) = hold::of_terms(&terms);
    assert_eq!((holds[0].pointer.as_str(), bans.len()), ("/locked/0", 0));
}
