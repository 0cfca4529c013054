//! What became of places: every edition of the table since 1981, and the way from a place of one to its successors of today.
//!
//! Codes have been used again for other places, so a code alone names no place of the past: a place is a code and the years in
//! which it was that place's.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use super::short_name::short_name;
use super::{IN_FORCE, RETIRED, Region};
use crate::codes::table;

/// Every use of every code, by code and in the order of years.
static USES: LazyLock<HashMap<&'static str, Vec<Region>>> = LazyLock::new(|| {
    let mut uses = HashMap::<_, Vec<Region>>::new();
    if let Some(table) = table("region-history") {
        for item in &table.items {
            let region = Region::read(table, item);
            uses.entry(region.code).or_default().push(region);
        }
    }
    for regions in uses.values_mut() {
        regions.sort_by_key(|region| region.since);
    }
    uses
});

/// The place that a code named in a year, else the next that it named.
fn used(code: &str, year: u16) -> Option<&'static Region> {
    let uses = USES.get(code)?;
    uses.iter()
        .find(|region| region.since <= year && region.until.is_none_or(|until| until > year))
        .or_else(|| uses.iter().find(|region| region.since >= year))
}

/// The places that took over from one that is no more. Of `510123[1984];510107;510108` the entries without a year took over at
/// the end; those with one had taken a part before.
fn successors(region: &Region) -> Vec<&'static Region> {
    let Some(until) = region.until else {
        return Vec::new();
    };
    let entries = || {
        region
            .successors
            .split(';')
            .filter(|entry| entry.len() >= 6)
    };
    let at_the_end: Vec<_> = entries()
        .filter(|entry| entry.len() == 6)
        .filter_map(|code| used(code, until))
        .collect();
    if !at_the_end.is_empty() {
        return at_the_end;
    }
    let in_parts = entries().filter_map(|entry| {
        let (code, year) = entry.split_once('[')?;
        used(code, year.strip_suffix(']')?.parse().ok()?)
    });
    in_parts.collect()
}

/// The codes in force of the places that a place became: one, or several of a place that was divided; none where the table
/// does not say.
pub fn became(region: &Region) -> BTreeSet<&'static str> {
    let mut ends = BTreeSet::new();
    let mut met = BTreeSet::from([(region.code, region.since)]);
    let mut open = successors(region);
    while let Some(next) = open.pop() {
        if !met.insert((next.code, next.since)) {
            continue;
        }
        if next.until.is_none() {
            ends.extend(IN_FORCE.get(next.code).map(|region| region.code));
        } else {
            open.extend(successors(next));
        }
    }
    ends
}

/// Retired codes with the code in force that took their place.
static RESOLVED: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(resolve_all);

/// The code in force that took the place of a retired one.
pub fn resolved(code: &str) -> Option<&'static str> {
    RESOLVED.get(code).copied()
}

fn resolve_all() -> HashMap<&'static str, &'static str> {
    let mut found: HashMap<&'static str, &'static str> = HashMap::new();
    let retired = || {
        RETIRED
            .by_code
            .keys()
            .filter(|code| IN_FORCE.get(code).is_none())
    };
    for code in retired() {
        if let Some(likest) = RETIRED.get(code).and_then(likest_successor) {
            found.insert(code, likest);
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
    for code in retired() {
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

/// Follows a place to one in force, of several successors to the one whose name is most like its own, else to the first;
/// chains have been seen up to five long.
fn likest_successor(region: &Region) -> Option<&'static str> {
    let mut next = likest(region)?;
    for _ in 0..16 {
        if next.until.is_none() {
            return IN_FORCE.get(next.code).map(|region| region.code);
        }
        next = likest(next)?;
    }
    None
}

fn likest(region: &Region) -> Option<&'static Region> {
    let own = short_name(region.name);
    let likeness = |next: &&Region| {
        let name = short_name(next.name);
        let pairs = name.chars().zip(own.chars());
        pairs.take_while(|(one, other)| one == other).count()
    };
    // Of equals `max_by_key` takes the last.
    successors(region).into_iter().rev().max_by_key(likeness)
}
