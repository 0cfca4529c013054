//! What a run is computed from: the cadres, the mentors the caller may see, and what keeps them apart. Read in one snapshot.

use std::collections::{BTreeMap, BTreeSet};

use super::model::CrossUnit;
use super::request::Terms;
use super::score::Spot;
use super::store;
use crate::assignments::AssignmentStatus;
use crate::cadres::{Phase, PostCategory};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::journal;
use crate::kinships;
use crate::mentors::{self, Mentor, MentorRole, PositionLevel};
use crate::organizations::{self, OrganizationKind};
use crate::rules::{Words, table};
use crate::values::Date;
use crate::vault;

/// A cadre who may need mentors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recruit {
    /// Id.
    pub id: Id,
    /// Unit.
    pub organization_id: Id,
    /// Kind of post.
    pub post: Option<PostCategory>,
    /// Major and post title.
    pub text: String,
    /// The active pair of each role, in the order of [`MentorRole::ALL`].
    pub present: [Option<Present>; 2],
    /// The mentor of the proposal that stands in each role.
    pub proposed: [Option<Id>; 2],
}

/// A pair that a cadre has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Present {
    /// The pair.
    pub id: Id,
    /// Its mentor.
    pub mentor_id: Id,
    /// Whether it needs another mentor.
    pub is_lost: bool,
}

impl Recruit {
    /// Whether a run looks for a mentor in a role: where there is none, where the one there is is lost, or, planning afresh,
    /// whoever is there. A proposal that stands is decided on first.
    pub fn is_open(&self, terms: &Terms, role: MentorRole) -> bool {
        let stays = |pair: Present| terms.keep_existing && !pair.is_lost;
        terms.roles.contains(&role)
            && self.proposed[place(role)].is_none()
            && !self.present[place(role)].is_some_and(stays)
    }

    /// Who cannot take a seat because of the pairs there are: the mentor lost to it, and whoever guides the cadre in another role
    /// or is to.
    pub fn kept_away(&self, terms: &Terms, role: MentorRole) -> Vec<Id> {
        let lost = self.present[place(role)].filter(|pair| pair.is_lost);
        let others = MentorRole::ALL.iter().filter(|other| **other != role);
        let guides = others.flat_map(|other| {
            // A lost mentor stays where no other is found.
            let stays = terms.keep_existing || !self.is_open(terms, *other);
            let present = self.present[place(*other)].filter(|_| stays);
            [
                present.map(|pair| pair.mentor_id),
                self.proposed[place(*other)],
            ]
        });
        let lost = lost.map(|pair| pair.mentor_id);
        guides.chain([lost]).flatten().collect()
    }
}

/// A mentor who may take seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Id.
    pub id: Id,
    /// Unit.
    pub organization_id: Id,
    /// Standing.
    pub level: Option<PositionLevel>,
    /// Whether they may guide in each role, in the order of [`MentorRole::ALL`].
    pub qualified: [bool; 2],
    /// What they know well.
    pub fields: Vec<String>,
    /// How many they guide at most.
    pub seats: i32,
    /// How many they guide.
    pub taken: i32,
}

/// Where a unit lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// For the factors.
    pub spot: Spot,
    /// The county, or for the city's own organs the city.
    pub county: Id,
    /// The city.
    pub city: Id,
}

/// What a run is computed from.
#[derive(Debug, Clone)]
pub struct World {
    /// Cadres of the subtree and cohort, by id.
    pub recruits: Vec<Recruit>,
    /// Appointed mentors whom the caller sees, by id.
    pub candidates: Vec<Candidate>,
    /// Every unit.
    pub units: BTreeMap<Id, Unit>,
    /// A cadre and a mentor who must not be of one pair.
    pub barred: BTreeSet<(Id, Id)>,
    /// The journal's position.
    pub position: i64,
}

impl World {
    /// The unit that mentor and cadre must have in common.
    pub fn scope(&self, organization_id: Id, cross_unit: CrossUnit) -> Option<Id> {
        let unit = self.units.get(&organization_id)?;
        Some(match cross_unit {
            CrossUnit::None => organization_id,
            CrossUnit::County => unit.county,
            CrossUnit::City => unit.city,
        })
    }

    /// A cadre's place in the list.
    pub fn recruit(&self, id: Id) -> Option<usize> {
        self.recruits
            .binary_search_by_key(&id, |recruit| recruit.id)
            .ok()
    }

    /// A mentor's place in the list.
    pub fn candidate(&self, id: Id) -> Option<usize> {
        self.candidates
            .binary_search_by_key(&id, |mentor| mentor.id)
            .ok()
    }

    /// The digest of all of it and of what was asked: equal inputs give equal results.
    pub fn digest(&self, asked: &str) -> String {
        let mut parts: Vec<Vec<u8>> = vec![asked.as_bytes().to_vec()];
        let recruits = self.recruits.iter().map(|recruit| format!("{recruit:?}"));
        let candidates = self.candidates.iter().map(|mentor| format!("{mentor:?}"));
        let units = self.units.iter().map(|unit| format!("{unit:?}"));
        let barred = self.barred.iter().map(|pair| format!("{pair:?}"));
        let lines = recruits.chain(candidates).chain(units).chain(barred);
        parts.extend(lines.map(String::into_bytes));
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        vault::hex(&vault::sha256(&parts))
    }
}

/// A role's place in arrays of two.
pub fn place(role: MentorRole) -> usize {
    match role {
        MentorRole::Political => 0,
        MentorRole::Professional => 1,
    }
}

/// Reads the world of a run.
///
/// # Errors
/// `Invalid` for a unit out of the caller's reach.
pub fn read(conn: &mut DbConn, context: &Context, terms: &Terms) -> Result<World> {
    let unit = organizations::store::find(conn, terms.organization_id)?;
    let subtree = unit
        .filter(|unit| context.reach.covers(&unit.path))
        .map(|unit| unit.subtree())
        .ok_or_else(|| Error::field("/organizationId", "reference-unknown"))?;
    let mut recruits = store::recruits(conn, &subtree, terms.cohort.as_ref())?;
    if let Some(phase) = terms.cohort.and_then(|cohort| cohort.phase) {
        recruits.retain(|(_, reported_on)| phase_of(*reported_on, context.today) == phase);
    }
    let mut recruits: Vec<Recruit> = recruits.into_iter().map(|(recruit, _)| recruit).collect();
    recruits.sort_by_key(|recruit| recruit.id);
    let mut freed: BTreeMap<Id, i32> = BTreeMap::new();
    for pair in store::live_pairs(conn, &subtree)? {
        let Ok(n) = recruits.binary_search_by_key(&pair.cadre_id, |recruit| recruit.id) else {
            continue;
        };
        if pair.status == AssignmentStatus::Active {
            recruits[n].present[place(pair.role)] = Some(Present {
                id: pair.id,
                mentor_id: pair.mentor_id,
                is_lost: pair.needs_replacement_since.is_some(),
            });
        } else {
            recruits[n].proposed[place(pair.role)] = Some(pair.mentor_id);
        }
    }
    // Planning afresh, a pair ends even where no other mentor is found; a lost one stays until then.
    for recruit in recruits.iter().filter(|_| !terms.keep_existing) {
        for role in MentorRole::ALL {
            if let Some(pair) =
                recruit.present[place(*role)].filter(|_| recruit.is_open(terms, *role))
            {
                *freed.entry(pair.mentor_id).or_default() += 1;
            }
        }
    }
    let mentors = mentors::appointed(conn, context)?;
    let candidate = |mentor: Mentor| {
        let back = freed.get(&mentor.id).copied().unwrap_or_default();
        candidate(mentor, back, context.today)
    };
    let mut candidates: Vec<Candidate> = mentors.into_iter().map(candidate).collect();
    candidates.sort_by_key(|mentor| mentor.id);
    Ok(World {
        recruits,
        candidates,
        units: units(conn)?,
        barred: kinships::barred_pairs(conn, context.today)?,
        position: journal::position(conn)?,
    })
}

fn phase_of(reported_on: Date, today: Date) -> Phase {
    crate::cadres::phase_on(reported_on, today).0
}

fn candidate(mentor: Mentor, back: i32, today: Date) -> Candidate {
    let statuses = table().words(Words::PoliticalMentorStatuses, today);
    let of_party = mentor
        .political_status
        .is_some_and(|status| statuses.iter().any(|word| word == status.as_str()));
    Candidate {
        id: mentor.id,
        organization_id: mentor.organization_id,
        level: mentor.position_level,
        qualified: [mentor.political && of_party, mentor.professional],
        fields: serde_json::from_str(&mentor.expertise).unwrap_or_default(),
        seats: mentor.max_mentees,
        taken: (mentor.active_mentees - back).max(0),
    }
}

/// Every unit with its county and city; the organs of a city count as one county.
///
/// # Errors
/// When the database refuses.
pub fn units(conn: &mut DbConn) -> Result<BTreeMap<Id, Unit>> {
    let all = organizations::store::all(conn)?;
    let by_path: BTreeMap<&str, (Id, OrganizationKind)> = all
        .iter()
        .map(|unit| (unit.path.as_str(), (unit.id, unit.kind)))
        .collect();
    let unit = |unit: &organizations::Organization| {
        let above = || {
            let ends = unit
                .path
                .match_indices('/')
                .map(|(end, _)| &unit.path[..=end]);
            ends.filter_map(|path| by_path.get(path).copied())
        };
        let of_kind = |kind| above().find(|(_, found)| *found == kind).map(|(id, _)| id);
        let top = above().next().map_or(unit.id, |(id, _)| id);
        let city = of_kind(OrganizationKind::City).unwrap_or(top);
        let county = of_kind(OrganizationKind::County).unwrap_or(city);
        let spot = Spot {
            path: unit.path.clone(),
            remote: unit.remote,
        };
        (unit.id, Unit { spot, county, city })
    };
    Ok(all.iter().map(unit).collect())
}
