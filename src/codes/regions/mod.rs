//! Places: codes of GB/T 2260 in force and retired, and the names that people write for them.

use std::collections::HashMap;
use std::sync::LazyLock;

mod history;
mod short_name;
#[cfg(test)]
mod tests;

use short_name::short_name;

use super::names::NameMatch;
use super::table::{CodeItem, CodeTable, table};
use crate::values::cell::compact;

/// One row of the tables of regions.
struct Region {
    code: &'static str,
    name: &'static str,
    level: Level,
    province: &'static str,
    /// The name of the prefecture; `None` under a province directly.
    prefecture: Option<&'static str>,
    /// The year from which the code is the place's; 0 where the table does not say.
    since: u16,
    /// The year from which it is no more; `None` in force.
    until: Option<u16>,
    successors: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Province,
    Prefecture,
    County,
}

impl Region {
    fn read(table: &'static CodeTable, item: &'static CodeItem) -> Self {
        let column = |name| table.extra(item, name);
        Self {
            code: &item.code,
            name: &item.name_zh,
            level: match column("level") {
                Some("省级") => Level::Province,
                Some("地级") => Level::Prefecture,
                _ => Level::County,
            },
            province: column("province_zh").unwrap_or_default(),
            prefecture: column("prefecture_zh").filter(|name| *name != "直辖"),
            since: column("valid_from_year")
                .and_then(|year| year.parse().ok())
                .unwrap_or_default(),
            until: column("valid_to_year").map(|year| year.parse().unwrap_or_default()),
            successors: column("successor_codes").unwrap_or_default(),
        }
    }

    /// Whether the text before the region's own name is that of its prefecture.
    fn lies_in(&self, text: &str) -> bool {
        text.is_empty()
            || self.level == Level::County
                && self
                    .prefecture
                    .is_some_and(|name| text == name || text == short_name(name))
    }
}

/// Regions of one standing, found by code and by name.
#[derive(Default)]
struct Regions {
    all: Vec<Region>,
    by_code: HashMap<&'static str, usize>,
    by_name: HashMap<&'static str, Vec<usize>>,
    by_short_name: HashMap<String, Vec<usize>>,
}

impl Regions {
    fn read(name: &str, belongs: impl Fn(&Region) -> bool) -> Self {
        let mut regions = Self::default();
        let Some(table) = table(name) else {
            return regions;
        };
        for region in table
            .items
            .iter()
            .map(|item| Region::read(table, item))
            .filter(belongs)
        {
            let place = regions.all.len();
            // Codes have been used again; the latest use counts.
            let latest = regions.by_code.entry(region.code).or_insert(place);
            if regions
                .all
                .get(*latest)
                .is_some_and(|other| other.until < region.until)
            {
                *latest = place;
            }
            regions.by_name.entry(region.name).or_default().push(place);
            regions
                .by_short_name
                .entry(short_name(region.name))
                .or_default()
                .push(place);
            regions.all.push(region);
        }
        regions
    }

    fn get(&self, code: &str) -> Option<&Region> {
        self.by_code
            .get(code)
            .and_then(|place| self.all.get(*place))
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Region> {
        self.by_name
            .get(name)
            .into_iter()
            .flatten()
            .filter_map(|place| self.all.get(*place))
    }

    fn named_in_short(&self, name: &str) -> impl Iterator<Item = &Region> {
        self.by_short_name
            .get(name)
            .into_iter()
            .flatten()
            .filter_map(|place| self.all.get(*place))
    }

    /// The regions that a name means, the prefecture's perhaps before it, within a province if one is given. Names with the
    /// word for the kind come before names without.
    fn find(&self, name: &str, province: Option<&str>) -> Vec<&Region> {
        let mut whole = Vec::new();
        let mut short = Vec::new();
        for (place, _) in name.char_indices() {
            let (before, own) = name.split_at(place);
            let fits = |region: &&Region| {
                province.is_none_or(|name| region.province == name) && region.lies_in(before)
            };
            whole.extend(self.named(own).filter(fits));
            short.extend(self.named_in_short(own).filter(fits));
        }
        if whole.is_empty() { short } else { whole }
    }
}

static IN_FORCE: LazyLock<Regions> = LazyLock::new(|| Regions::read("region", |_| true));
static RETIRED: LazyLock<Regions> =
    LazyLock::new(|| Regions::read("region-history", |region| region.until.is_some()));

/// The latest region with a code.
fn region(code: &str) -> Option<&'static Region> {
    IN_FORCE.get(code).or_else(|| RETIRED.get(code))
}

/// The code itself, if it is in force or once was.
pub fn known(code: &str) -> Option<&'static str> {
    region(code).map(|region| region.code)
}

/// The code in force that took the place of a retired one: of several the one whose name is most
/// like the old one, else the first. A retired
/// prefecture without a successor is followed by the one that most of its counties went to.
pub fn resolved(code: &'static str) -> &'static str {
    if IN_FORCE.get(code).is_some() {
        code
    } else {
        history::resolved(code).unwrap_or(code)
    }
}

/// The name with those of province and prefecture, `四川省巴中市巴州区`.
pub fn full_name(code: &str) -> Option<String> {
    let region = region(code)?;
    Some(match region.level {
        Level::Province => region.name.to_owned(),
        Level::Prefecture => format!("{}{}", region.province, region.name),
        Level::County => format!(
            "{}{}{}",
            region.province,
            region.prefecture.unwrap_or_default(),
            region.name
        ),
    })
}

/// The region that a text names: province, prefecture and county, or some of them, with or without the word for the kind:
/// `四川省巴中市巴州区`, `四川巴州`, `甘肃宕昌`. The whole name is looked up in the newest edition of the table that has it; a
/// place of a former edition is the place in force that took over from it, and several where it was divided.
pub fn find_by_name(text: &str) -> NameMatch<&'static str> {
    let text = compact(text);
    if text.is_empty() {
        return NameMatch::None;
    }
    let provinces = || {
        IN_FORCE
            .all
            .iter()
            .filter(|region| region.level == Level::Province)
    };
    let prefix = |name: &str| text.strip_prefix(name).map(str::to_owned);
    let in_province = provinces()
        .find_map(|province| Some((province, prefix(province.name)?)))
        .or_else(|| {
            provinces().find_map(|province| Some((province, prefix(&short_name(province.name))?)))
        });
    if let Some((province, rest)) = &in_province {
        if rest.is_empty() {
            return NameMatch::One(province.code);
        }
        let found = found(rest, Some(province.name));
        if found != NameMatch::None {
            return found;
        }
    }
    found(&text, None)
}

fn found(name: &str, province: Option<&str>) -> NameMatch<&'static str> {
    let in_force = NameMatch::from_candidates(
        IN_FORCE
            .find(name, province)
            .iter()
            .map(|region| region.code),
    );
    match (in_force, province) {
        (NameMatch::None, _) => {
            let retired = newest_retired(name, province);
            NameMatch::from_candidates(retired.into_iter().flat_map(today))
        }
        // The prefecture left out may be that of a county in force, or the name the whole one of a former prefecture.
        (NameMatch::One(code), Some(within)) if !is_full_name(code, within, name) => {
            let prefectures = newest_retired(name, province)
                .into_iter()
                .filter(|region| region.level == Level::Prefecture && region.name == name);
            NameMatch::from_candidates(std::iter::once(code).chain(prefectures.flat_map(today)))
        }
        (found, _) => found,
    }
}

/// The regions that a name meant last, of those that are no more.
fn newest_retired(name: &str, province: Option<&str>) -> Vec<&'static Region> {
    let mut retired = RETIRED.find(name, province);
    let newest = retired.iter().map(|region| region.until).max();
    retired.retain(|region| Some(region.until) == newest);
    retired
}

fn is_full_name(code: &str, province: &str, name: &str) -> bool {
    full_name(code).is_some_and(|full| full.strip_prefix(province) == Some(name))
}

/// The codes of what a retired place is today; its own where nothing took over from it and the code was not used again.
fn today(retired: &Region) -> Vec<&'static str> {
    let became = history::became(retired);
    let is_latest = region(retired.code).is_some_and(|latest| std::ptr::eq(latest, retired));
    if became.is_empty() && is_latest {
        vec![retired.code]
    } else {
        became.into_iter().collect()
    }
}
