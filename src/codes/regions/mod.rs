//! Places: codes of GB/T 2260 in force and retired, and the names that people write for them.

use std::collections::HashMap;
use std::sync::LazyLock;

mod short_name;
mod successors;

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
    /// The last year of validity; `None` in force.
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
        successors::of(code).unwrap_or(code)
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
/// `四川省巴中市巴州区`, `四川巴州`, `甘肃宕昌`. Regions in force come before retired ones.
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
    let in_force = NameMatch::of(
        IN_FORCE
            .find(name, province)
            .iter()
            .map(|region| region.code),
    );
    if in_force != NameMatch::None {
        return in_force;
    }
    let mut retired = RETIRED.find(name, province);
    retired.sort_by_key(|region| std::cmp::Reverse(region.until));
    // Codes of one place through the years are one place: the last of them stands for it.
    match NameMatch::of(retired.iter().map(|region| resolved(region.code))) {
        NameMatch::One(_) => retired
            .first()
            .map_or(NameMatch::None, |region| NameMatch::One(region.code)),
        _ => NameMatch::of(retired.iter().map(|region| region.code)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::NameMatch::{None as Nowhere, One, Several};
    use super::*;

    #[test]
    fn places_are_found_with_and_without_the_words_for_their_kind() {
        for (text, code) in [
            ("四川省巴中市巴州区", "511902"),
            ("四川巴州", "511902"),
            ("四川省巴州区", "511902"),
            ("四川 巴中 巴州", "511902"),
            ("巴中市巴州区", "511902"),
            ("通江县", "511921"),
            ("四川巴中", "511900"),
            ("四川省", "510000"),
            ("甘肃宕昌", "621223"),
            ("甘肃省陇南市宕昌县", "621223"),
            ("重庆江北", "500105"),
            ("重庆市渝中区", "500103"),
            ("重庆石柱土家族自治县", "500240"),
            ("重庆石柱", "500240"),
            ("四川北川", "510726"),
            ("四川理县", "513222"),
            ("四川凉山", "513400"),
            ("湖北省潜江市", "429005"),
            ("湖北神农架", "429021"),
            ("吉林省吉林市", "220200"),
            ("吉林市", "220200"),
            ("吉林", "220000"),
            ("内蒙古鄂温克", "150724"),
            ("甘肃东乡", "622926"),
            ("新疆巴音郭楞", "652800"),
            ("上海浦东", "310115"),
            ("河南新乡县", "410721"),
        ] {
            assert_eq!(find_by_name(text), One(code), "{text}");
        }
    }

    #[test]
    fn a_name_of_several_places_is_not_guessed() {
        assert_eq!(find_by_name("河南新乡"), Several(vec!["410700", "410721"]));
        assert!(matches!(find_by_name("城关区"), Several(_)));
        for text in [
            "",
            "　",
            "四川亚特兰蒂斯",
            "火星",
            "省",
            "四川省巴州区巴中市",
        ] {
            assert_eq!(find_by_name(text), Nowhere, "{text}");
        }
    }

    #[test]
    fn retired_places_are_found_by_their_last_code() {
        assert_eq!(find_by_name("四川达县"), One("511721"));
        assert_eq!(find_by_name("四川省达县地区通江县"), One("513025"));
        assert_eq!(find_by_name("北京市崇文区"), One("110103"));
    }

    #[test]
    fn retired_codes_lead_to_the_place_of_today() {
        for (retired, today) in [
            ("513025", "511921"),
            ("513027", "511902"),
            ("513701", "511902"),
            ("513721", "511921"),
            ("511721", "511703"),
            ("513021", "511703"),
            ("513700", "511900"),
            ("513000", "511700"),
            ("110103", "110101"),
            ("511902", "511902"),
        ] {
            assert_eq!(resolved(known(retired).unwrap()), today, "{retired}");
        }
        assert_eq!(known("990001"), None);
    }

    #[test]
    fn every_retired_code_leads_to_a_code_in_force() {
        let lost: Vec<_> = RETIRED
            .by_code
            .keys()
            .filter(|code| IN_FORCE.get(resolved(code)).is_none())
            .collect();
        assert!(lost.is_empty(), "{lost:?}");
    }

    #[test]
    fn every_place_in_force_is_found_by_its_full_name() {
        for region in &IN_FORCE.all {
            let full = full_name(region.code).unwrap();
            assert_eq!(find_by_name(&full), One(region.code), "{full}");
        }
    }

    #[test]
    fn the_places_of_the_demo_roster_are_those_of_the_demo_cadres() {
        let read = |file: &str| {
            csv::Reader::from_path(format!("{}/data/demo/{file}", env!("CARGO_MANIFEST_DIR")))
                .unwrap()
        };
        let (mut roster, mut cadres) = (read("roster.csv"), read("cadres.csv"));
        for (row, cadre) in roster.records().zip(cadres.records()) {
            let (row, cadre) = (row.unwrap(), cadre.unwrap());
            for (name, code) in [(5, 8), (6, 9)] {
                assert_eq!(
                    find_by_name(&row[name]),
                    One(&cadre[code]),
                    "{}",
                    &row[name]
                );
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,12}", places in "[四川省巴中市州区县自治族藏]{0,8}") {
            for text in [&text, &places] {
                find_by_name(text);
                short_name(text);
            }
        }
    }
}
