//! The part of a run that is solved by itself: seats and mentors of one unit, county or city.

use std::collections::BTreeMap;

use super::request::Weights;
use super::score::{self, Expertise, Values};
use super::solver::{self, NOT_ALLOWED, Problem, Scores};
use super::world::{World, place};
use crate::db::Id;
use crate::mentors::{MentorRole, PositionLevel};

/// A seat to be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat {
    /// The cadre's place in the world.
    pub recruit: usize,
    /// The role.
    pub role: MentorRole,
}

/// What every group of a run has in common.
#[derive(Debug)]
pub struct Ground<'a> {
    /// The world.
    pub world: &'a World,
    /// Points of the factors.
    pub weights: Weights,
    /// Mentors who must not take a seat, by the seat's cadre and role.
    pub kept_away: BTreeMap<(usize, MentorRole), Vec<usize>>,
    /// Expertise, compared once.
    pub expertise: Expertise,
    /// Each cadre's text, by number.
    pub texts: Vec<usize>,
    /// Each mentor's fields, by number.
    pub field_sets: Vec<usize>,
}

impl<'a> Ground<'a> {
    /// Prepares a run.
    pub fn new(world: &'a World, weights: Weights) -> Self {
        let texts = world.recruits.iter().map(|recruit| recruit.text.as_str());
        let fields = world
            .candidates
            .iter()
            .map(|mentor| mentor.fields.as_slice());
        let expertise = Expertise::new(texts, fields);
        let texts = world
            .recruits
            .iter()
            .map(|recruit| expertise.text(&recruit.text));
        let field_sets = world
            .candidates
            .iter()
            .map(|mentor| expertise.field_set(&mentor.fields));
        Self {
            texts: texts.collect(),
            field_sets: field_sets.collect(),
            world,
            weights,
            kept_away: BTreeMap::new(),
            expertise,
        }
    }

    /// The factors of a pair.
    pub fn values(&self, seat: Seat, mentor: usize) -> Values {
        let (recruit, candidate) = (
            &self.world.recruits[seat.recruit],
            &self.world.candidates[mentor],
        );
        let spot = |id: Id| self.world.units.get(&id).map(|unit| &unit.spot);
        let places = spot(recruit.organization_id).zip(spot(candidate.organization_id));
        let [same, near, remote] = places.map_or([0; 3], |(a, b)| score::of_places(a, b));
        let field_set = self.field_sets[mentor];
        [
            same,
            near,
            score::of_style(seat.role, recruit.post, candidate.level),
            self.expertise.value(field_set, self.texts[seat.recruit]),
            score::of_load(candidate.seats - candidate.taken, candidate.seats),
            remote,
        ]
    }
}

/// Seats and mentors of one scope.
#[derive(Debug)]
pub struct Group<'a> {
    /// What all groups share.
    pub ground: &'a Ground<'a>,
    /// The seats, those of one cadre side by side.
    pub seats: Vec<Seat>,
    /// The mentors' places in the world, by id.
    pub mentors: Vec<usize>,
    /// Free seats of each mentor.
    pub capacities: Vec<u32>,
    /// The seats as the solver knows them.
    anonymous: Vec<solver::Seat>,
    /// For each cadre's unit the points of each unit of mentors.
    places: BTreeMap<Id, Vec<i32>>,
    /// Each mentor's unit, by its place in those.
    unit_of: Vec<usize>,
}

impl<'a> Group<'a> {
    /// A group of seats and mentors.
    pub fn new(
        ground: &'a Ground<'a>,
        seats: Vec<Seat>,
        mentors: Vec<usize>,
        capacities: Vec<u32>,
    ) -> Self {
        let unit = |mentor: &usize| ground.world.candidates[*mentor].organization_id;
        let mut units: Vec<Id> = mentors.iter().map(unit).collect();
        units.sort_unstable();
        units.dedup();
        let unit_of = mentors
            .iter()
            .map(|mentor| units.binary_search(&unit(mentor)).unwrap_or_default());
        let mut places = BTreeMap::new();
        for seat in &seats {
            let home = ground.world.recruits[seat.recruit].organization_id;
            let points = || points_of_places(ground, home, &units);
            places.entry(home).or_insert_with(points);
        }
        let anonymous = seats.iter().map(|seat| solver::Seat {
            cadre: u32::try_from(seat.recruit).unwrap_or(u32::MAX),
        });
        Self {
            unit_of: unit_of.collect(),
            anonymous: anonymous.collect(),
            ground,
            seats,
            mentors,
            capacities,
            places,
        }
    }

    /// The group as the solver sees it.
    pub fn problem(&self) -> Problem<'_, Self> {
        Problem {
            seats: &self.anonymous,
            capacities: &self.capacities,
            scores: self,
        }
    }

    /// Points of a seat for every standing.
    fn styles(&self, seat: Seat) -> [i32; 3] {
        let post = self.ground.world.recruits[seat.recruit].post;
        let weight = self.ground.weights.pairing_style;
        let style = |level| weight * score::of_style(seat.role, post, level);
        [
            style(None),
            style(Some(PositionLevel::LeadershipTeamMember)),
            style(Some(PositionLevel::MidLevelLead)),
        ]
    }
}

/// The points that follow from where the two work, for a cadre's unit and all units of mentors.
fn points_of_places(ground: &Ground<'_>, home: Id, units: &[Id]) -> Vec<i32> {
    let (world, weights) = (ground.world, ground.weights);
    let home = world.units.get(&home);
    let points = |id: &Id| {
        let places = home.zip(world.units.get(id));
        let [same, near, remote] =
            places.map_or([0; 3], |(a, b)| score::of_places(&a.spot, &b.spot));
        same * weights.same_unit + near * weights.tree_distance + remote * weights.remote_township
    };
    units.iter().map(points).collect()
}

impl Scores for Group<'_> {
    fn row(&self, seat: usize, row: &mut [i32]) {
        let seat = self.seats[seat];
        let (ground, weights) = (self.ground, self.ground.weights);
        let home = ground.world.recruits[seat.recruit].organization_id;
        let of_unit = self
            .places
            .get(&home)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let of_level = self.styles(seat);
        let (role, text) = (place(seat.role), ground.texts[seat.recruit]);
        for (n, cell) in row.iter_mut().enumerate() {
            let mentor = self.mentors[n];
            let candidate = &ground.world.candidates[mentor];
            *cell = if candidate.qualified[role] {
                let level = match candidate.level {
                    None => 0,
                    Some(PositionLevel::LeadershipTeamMember) => 1,
                    Some(PositionLevel::MidLevelLead) => 2,
                };
                let load = score::of_load(candidate.seats - candidate.taken, candidate.seats);
                of_unit[self.unit_of[n]]
                    + of_level[level]
                    + weights.expertise * ground.expertise.value(ground.field_sets[mentor], text)
                    + weights.load * load
            } else {
                NOT_ALLOWED
            };
        }
        for mentor in ground
            .kept_away
            .get(&(seat.recruit, seat.role))
            .into_iter()
            .flatten()
        {
            if let Ok(n) = self.mentors.binary_search(mentor) {
                row[n] = NOT_ALLOWED;
            }
        }
    }
}
