//! Names instead of codes, as personnel offices write them.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use super::table::{CodeTable, names, table};
use crate::values::cell::compact;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameMatch<T> {
    /// Exactly this.
    One(T),
    /// Nothing that is known.
    None,
    /// More than one thing; these.
    Several(Vec<T>),
}

impl<T: PartialEq> NameMatch<T> {
    /// What is left of some candidates, each counted once.
    pub fn from_candidates(candidates: impl IntoIterator<Item = T>) -> Self {
        let mut distinct: Vec<T> = Vec::new();
        for candidate in candidates {
            if !distinct.contains(&candidate) {
                distinct.push(candidate);
            }
        }
        match distinct.len() {
            0 => Self::None,
            1 => distinct.pop().map_or(Self::None, Self::One),
            _ => Self::Several(distinct),
        }
    }

    /// The one thing, if it is one.
    pub fn one(self) -> Option<T> {
        match self {
            Self::One(found) => Some(found),
            Self::None | Self::Several(_) => None,
        }
    }
}

/// Names of one table with the codes they stand for: the names of the table itself before what is left of them without the
/// words that people leave out.
#[derive(Default)]
struct Index {
    whole: HashMap<String, Vec<&'static str>>,
    short: HashMap<String, Vec<&'static str>>,
}

static INDEXES: LazyLock<HashMap<&'static str, OnceLock<Index>>> = LazyLock::new(|| {
    names()
        .iter()
        .map(|name| (*name, OnceLock::new()))
        .collect()
});

/// The codes that a name stands for in a table: its own name or short name, that name without 毕业, 学位, 专业学位 or 族, or an
/// alias of `data/aliases.csv`. Blanks and the width of characters do not matter.
pub fn find_by_name(table: &str, name: &str) -> NameMatch<&'static str> {
    let (Some(slot), Some(table)) = (INDEXES.get(table), self::table(table)) else {
        return NameMatch::None;
    };
    let index = slot.get_or_init(|| index(table));
    let name = compact(name).to_lowercase();
    let codes = index.whole.get(&name).or_else(|| index.short.get(&name));
    NameMatch::from_candidates(codes.into_iter().flatten().copied())
}

/// What people leave out at the end of a name, by table.
const LEFT_OUT: &[(&str, &[&str])] = &[
    ("education-level", &["毕业"]),
    ("degree", &["专业学位", "学位"]),
    ("ethnicity", &["族"]),
];

fn index(table: &'static CodeTable) -> Index {
    let mut index = Index::default();
    let endings = LEFT_OUT
        .iter()
        .filter(|(name, _)| *name == table.name)
        .flat_map(|(_, endings)| *endings);
    for item in &table.items {
        for name in [Some(item.name_zh.as_str()), table.extra(item, "short_zh")]
            .into_iter()
            .flatten()
        {
            index
                .whole
                .entry(compact(name).to_lowercase())
                .or_default()
                .push(item.code.as_str());
            let short = endings
                .clone()
                .find_map(|ending| name.strip_suffix(ending))
                .filter(|short| !short.is_empty());
            if let Some(short) = short {
                index
                    .short
                    .entry(compact(short).to_lowercase())
                    .or_default()
                    .push(item.code.as_str());
            }
        }
    }
    for (alias, code) in ALIASES.get(table.name).into_iter().flatten() {
        if let Some(item) = table.get(code) {
            index
                .short
                .entry(compact(alias).to_lowercase())
                .or_default()
                .push(item.code.as_str());
        }
    }
    index
}

/// By table: alias and code.
type Aliases = HashMap<String, Vec<(String, String)>>;

static ALIASES: LazyLock<Aliases> = LazyLock::new(|| {
    let read = || -> Result<Aliases, csv::Error> {
        let mut aliases = Aliases::new();
        for row in csv::Reader::from_reader(include_str!("../../data/aliases.csv").as_bytes())
            .deserialize()
        {
            let (table, alias, code): (String, String, String) = row?;
            aliases.entry(table).or_default().push((alias, code));
        }
        Ok(aliases)
    };
    read().unwrap_or_else(|fault| panic!("data/aliases.csv: {fault}"))
});

#[cfg(test)]
mod tests {
    use super::NameMatch::{None, One};
    use super::*;

    #[test]
    fn names_are_found_as_the_table_and_as_people_write_them() {
        for (table, name, code) in [
            ("sex", "男", "1"),
            ("ethnicity", "汉族", "01"),
            ("ethnicity", "汉", "01"),
            ("ethnicity", "土家", "15"),
            ("political-status", "中国共产党党员", "01"),
            ("political-status", "中共党员", "01"),
            ("political-status", "中共预备党员", "02"),
            ("political-status", "无党派", "12"),
            ("education-level", "大学本科毕业", "21"),
            ("education-level", "大学本科", "21"),
            ("education-level", "本科", "21"),
            ("education-level", "大专", "31"),
            ("education-level", "大学专科", "31"),
            ("education-level", "博士研究生", "11"),
            ("degree", "工学学士", "408"),
            ("degree", "兽医硕士", "348"),
            ("degree", "硕士", "3"),
            ("degree", "mba", "346"),
            ("post-category", "基层岗位", "GRASSROOTS"),
            (
                "recruitment-channel",
                "服务基层项目人员定向招录",
                "SERVICE_PROJECT",
            ),
            ("rank", "四级主任科员", "1A"),
            ("sex", "　男 ", "1"),
        ] {
            assert_eq!(find_by_name(table, name), One(code), "{table} {name}");
        }
    }

    #[test]
    fn unknown_names_stay_unknown() {
        for (table, name) in [
            ("education-level", "自学成才"),
            ("political-status", "进步青年"),
            ("sex", ""),
            ("no-such-table", "男"),
        ] {
            assert_eq!(find_by_name(table, name), None, "{table} {name}");
        }
    }

    #[test]
    fn every_alias_stands_for_one_code_that_exists_and_says_something_new() {
        for (name, aliases) in ALIASES.iter() {
            let table = table(name).unwrap_or_else(|| panic!("aliases.csv: no table {name}"));
            for (alias, code) in aliases {
                let item = table
                    .get(code)
                    .unwrap_or_else(|| panic!("aliases.csv: {name} has no {code}"));
                assert_eq!(
                    find_by_name(name, alias),
                    One(item.code.as_str()),
                    "{name} {alias}"
                );
                assert_eq!(
                    aliases.iter().filter(|(other, _)| other == alias).count(),
                    1,
                    "{name} {alias}"
                );
            }
        }
    }

    #[test]
    fn every_name_of_every_table_stands_for_its_code() {
        for name in names()
            .iter()
            .filter(|name| !["region", "region-history", "township"].contains(name))
        {
            for item in &table(name).unwrap().items {
                assert_eq!(
                    find_by_name(name, &item.name_zh),
                    One(item.code.as_str()),
                    "{name} {}",
                    item.name_zh
                );
            }
        }
    }
}
