//! What became of retired codes.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::short_name::short_name;
use super::{IN_FORCE, RETIRED, Region};

/// Retired codes with the code in force that took their place.
static SUCCESSORS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(successors);

/// The code in force that took the place of a retired one.
pub fn of(code: &str) -> Option<&'static str> {
    SUCCESSORS.get(code).copied()
}

fn successors() -> HashMap<&'static str, &'static str> {
    let mut found: HashMap<&'static str, &'static str> = HashMap::new();
    for code in RETIRED
        .by_code
        .keys()
        .filter(|code| IN_FORCE.get(code).is_none())
    {
        if let Some(last) = last_successor(code) {
            found.insert(code, last);
        }
    }
    let mut by_prefecture: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (from, to) in &found {
        *by_prefecture
            .entry(&from[..4])
            .or_default()
            .entry(&to[..4])
            .or_default() += 1;
    }
    for code in RETIRED
        .by_code
        .keys()
        .filter(|code| IN_FORCE.get(code).is_none())
    {
        let shares = by_prefecture.get(&code[..4]).into_iter().flatten();
        let largest = shares
            .max_by_key(|(_, count)| **count)
            .map(|(prefecture, _)| *prefecture);
        // Under a municipality there are no prefectures: the province itself stands for them.
        let or_province = |prefecture: &str| {
            IN_FORCE
                .get(&format!("{prefecture}00"))
                .or_else(|| IN_FORCE.get(&format!("{}0000", &prefecture[..2])))
        };
        let successor = largest.and_then(or_province).map(|region| region.code);
        if let (Some(successor), false) = (successor, found.contains_key(code)) {
            found.insert(code, successor);
        }
    }
    found
}

/// Follows successors until a code in force; chains have been seen up to five long.
fn last_successor(code: &str) -> Option<&'static str> {
    let mut region = RETIRED.get(code)?;
    for _ in 0..16 {
        let code = next_successor(region)?;
        match IN_FORCE.get(code) {
            Some(last) => return Some(last.code),
            None => region = RETIRED.get(code)?,
        }
    }
    None
}

/// Of `510123[1984];510107;510108` the entries without a year took over at the end; those with one had taken a part before.
fn next_successor(region: &Region) -> Option<&'static str> {
    let all = || {
        region
            .successors
            .split(';')
            .filter_map(|entry| entry.get(..6))
            .filter(|code| *code != region.code)
    };
    let at_the_end = || {
        region
            .successors
            .split(';')
            .filter(|code| code.len() == 6 && *code != region.code)
    };
    let likeness = |code: &&str| {
        let name = super::region(code).map_or_else(String::new, |next| short_name(next.name));
        name.chars()
            .zip(short_name(region.name).chars())
            .take_while(|(one, other)| one == other)
            .count()
    };
    // Of equals `max_by_key` takes the last.
    let mut candidates: Vec<_> = at_the_end().collect();
    candidates.reverse();
    candidates
        .into_iter()
        .max_by_key(likeness)
        .or_else(|| all().next())
}
