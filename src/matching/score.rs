//! How well a mentor suits a cadre: a sum of named factors, each between 0 and 100, with published weights.
//!
//! Whole numbers only, so that every machine comes to the same sum.

use std::collections::{BTreeMap, BTreeSet};

use super::request::Weights;
use crate::cadres::PostCategory;
use crate::mentors::{MentorRole, PositionLevel};
use crate::values::text_enum;

text_enum! {
    /// What speaks for a pair.
    pub enum Factor {
        /// 100 in the same unit.
        SameUnit = "SAME_UNIT",
        /// 100 in the same unit, 25 less for each step through the tree of organizations.
        TreeDistance = "TREE_DISTANCE",
        /// By kind of post and the mentor's standing.
        PairingStyle = "PAIRING_STYLE",
        /// The share of the mentor's fields that the cadre's major or post mentions, at most 100.
        Expertise = "EXPERTISE",
        /// The free share of the mentor's seats.
        Load = "LOAD",
        /// 100 where both work in the same remote township.
        RemoteTownship = "REMOTE_TOWNSHIP",
    }
}

/// The values of the factors, in the order of [`Factor::ALL`].
pub type Values = [i32; 6];

/// The greatest value of a factor.
const BEST: i32 = 100;
/// What one step through the tree costs.
const STEP: i32 = 25;

/// The points of a pair.
pub fn points(values: &Values, weights: Weights) -> i32 {
    let all = weights.all();
    values
        .iter()
        .zip(all)
        .map(|(value, weight)| value * weight)
        .sum()
}

/// What the factors need of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The unit's path of ids.
    pub path: String,
    /// Whether it is remote.
    pub remote: bool,
}

/// Steps from one unit to another through their nearest common superior.
pub fn distance(a: &str, b: &str) -> i32 {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).count();
    let common = a
        .split_inclusive('/')
        .zip(b.split_inclusive('/'))
        .take_while(|(a, b)| a == b)
        .count();
    i32::try_from(parts(a) + parts(b) - 2 * common).unwrap_or(i32::MAX)
}

/// The factors that follow from where the two work: same unit, distance, remote township.
pub fn of_places(cadre: &Spot, mentor: &Spot) -> [i32; 3] {
    let same = cadre.path == mentor.path;
    let near = BEST.saturating_sub(STEP.saturating_mul(distance(&cadre.path, &mentor.path)));
    [
        if same { BEST } else { 0 },
        near.max(0),
        if same && cadre.remote { BEST } else { 0 },
    ]
}

/// How well a standing suits a kind of post. Grassroots work is learnt from those who did much of it, technique from those at the
/// bench, business from those who lead it; conduct from the leadership.
pub fn of_style(role: MentorRole, post: Option<PostCategory>, level: Option<PositionLevel>) -> i32 {
    let (Some(post), Some(level)) = (post, level) else {
        return BEST / 2;
    };
    let leads = level == PositionLevel::LeadershipTeamMember;
    match (role, post, leads) {
        (MentorRole::Political, PostCategory::Grassroots, true)
        | (MentorRole::Professional, PostCategory::Technical | PostCategory::Business, false) => {
            BEST
        }
        (MentorRole::Political, _, true)
        | (MentorRole::Professional, PostCategory::Grassroots, false) => 90,
        (MentorRole::Professional, PostCategory::Grassroots, true) => 80,
        (MentorRole::Professional, PostCategory::Business, true) => 70,
        (MentorRole::Political, _, false) => 60,
        (MentorRole::Professional, PostCategory::Technical, true) => 40,
    }
}

/// The free share of a mentor's seats.
pub fn of_load(free: i32, seats: i32) -> i32 {
    if seats <= 0 {
        0
    } else {
        (BEST * free.clamp(0, seats)) / seats
    }
}

/// What a text is about: its pairs of neighbouring characters, which suits Chinese, where words stand without spaces.
fn bigrams(text: &str) -> BTreeSet<(char, char)> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// Distinct fields of mentors against distinct majors and posts, each compared once.
#[derive(Debug, Default)]
pub struct Expertise {
    texts: BTreeMap<String, usize>,
    fields: BTreeMap<Vec<String>, usize>,
    table: Vec<i32>,
}

impl Expertise {
    /// Compares all texts with all sets of fields.
    pub fn new<'a>(
        texts: impl Iterator<Item = &'a str>,
        fields: impl Iterator<Item = &'a [String]>,
    ) -> Self {
        let texts: BTreeSet<String> = texts.map(str::to_owned).collect();
        let fields: BTreeSet<Vec<String>> = fields.map(<[String]>::to_vec).collect();
        let topics: Vec<_> = texts.iter().map(|text| bigrams(text)).collect();
        let mut table = Vec::with_capacity(texts.len() * fields.len());
        for field_set in &fields {
            let marks: Vec<_> = field_set.iter().map(|field| bigrams(field)).collect();
            table.extend(topics.iter().map(|topic| overlap(topic, &marks)));
        }
        Self {
            texts: texts
                .into_iter()
                .enumerate()
                .map(|(n, key)| (key, n))
                .collect(),
            fields: fields
                .into_iter()
                .enumerate()
                .map(|(n, key)| (key, n))
                .collect(),
            table,
        }
    }

    /// A text's number.
    pub fn text(&self, text: &str) -> usize {
        self.texts.get(text).copied().unwrap_or_default()
    }

    /// The number of a set of fields.
    pub fn field_set(&self, fields: &[String]) -> usize {
        self.fields.get(fields).copied().unwrap_or_default()
    }

    /// The value of a set of fields for a text, by their numbers.
    pub fn value(&self, field_set: usize, text: usize) -> i32 {
        let n = field_set * self.texts.len() + text;
        self.table.get(n).copied().unwrap_or_default()
    }
}

/// The share of the fields of which the text mentions at least a part.
fn overlap(topic: &BTreeSet<(char, char)>, marks: &[BTreeSet<(char, char)>]) -> i32 {
    if marks.is_empty() {
        return 0;
    }
    let hits = marks.iter().filter(|mark| !mark.is_disjoint(topic)).count();
    i32::try_from(hits * 100 / marks.len()).unwrap_or(BEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_through_the_tree_costs_a_quarter() {
        let spot = |path: &str| Spot {
            path: path.to_owned(),
            remote: true,
        };
        assert_eq!(of_places(&spot("z/e/y/"), &spot("z/e/y/")), [100, 100, 100]);
        assert_eq!(of_places(&spot("z/e/y/"), &spot("z/e/")), [0, 75, 0]);
        assert_eq!(of_places(&spot("z/e/y/"), &spot("z/e/l/")), [0, 50, 0]);
        assert_eq!(of_places(&spot("z/e/y/"), &spot("z/b/q/")), [0, 0, 0]);
    }

    #[test]
    fn fields_that_the_major_mentions_count() {
        let fields = vec!["纪检监察".to_owned(), "农业技术".to_owned()];
        let expertise = Expertise::new(
            ["农学", "农业经济 科员"].into_iter(),
            [fields.as_slice()].into_iter(),
        );
        let n = expertise.field_set(&fields);
        assert_eq!(expertise.value(n, expertise.text("农业经济 科员")), 50);
        assert_eq!(expertise.value(n, expertise.text("农学")), 0);
    }

    #[test]
    fn load_is_the_free_share_and_points_are_weighted() {
        assert_eq!(
            (of_load(1, 2), of_load(0, 3), of_load(3, 3), of_load(1, 0)),
            (50, 0, 100, 0)
        );
        let values = [100, 75, 0, 50, 10, 0];
        assert_eq!(points(&values, Weights::DEFAULT), 4000 + 1500 + 750 + 50);
    }
}
