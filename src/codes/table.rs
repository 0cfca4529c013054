//! The embedded tables.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A table of codes with their names.
#[derive(Debug)]
pub struct CodeTable {
    /// The table's name, `ethnicity`.
    pub name: &'static str,
    /// What the table's further columns are called, `short_zh`.
    pub columns: Vec<String>,
    /// The codes in the table's order.
    pub items: Vec<CodeItem>,
    places: HashMap<String, usize>,
}

/// One code of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeItem {
    /// The code; unique within every table but `region-history`.
    pub code: String,
    /// The Chinese name.
    pub name_zh: String,
    /// The English name; empty where there is none.
    pub name_en: String,
    /// The values of the table's further columns, in their order.
    pub extra: Vec<String>,
}

impl CodeTable {
    /// The item with a code; where a table has several, the last.
    pub fn get(&self, code: &str) -> Option<&CodeItem> {
        self.places
            .get(code)
            .and_then(|place| self.items.get(*place))
    }

    /// A further column of an item; `None` where it is empty.
    pub fn extra<'a>(&self, item: &'a CodeItem, column: &str) -> Option<&'a str> {
        let place = self.columns.iter().position(|name| name == column)?;
        item.extra
            .get(place)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    fn read(name: &'static str, text: &str) -> Result<Self, csv::Error> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader
            .headers()?
            .iter()
            .skip(3)
            .map(str::to_owned)
            .collect();
        let mut items = Vec::new();
        let mut places = HashMap::new();
        for record in reader.records() {
            let mut cells = record?
                .iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
                .into_iter();
            let mut next = || cells.next().unwrap_or_default();
            let (code, name_zh, name_en) = (next(), next(), next());
            places.insert(code.clone(), items.len());
            items.push(CodeItem {
                code,
                name_zh,
                name_en,
                extra: cells.collect(),
            });
        }
        Ok(Self {
            name,
            columns,
            items,
            places,
        })
    }
}

macro_rules! embedded {
    ($($name:literal,)+) => {
        const NAMES: &[&str] = &[$($name,)+];

        fn embedded(name: &str) -> Option<&'static LazyLock<CodeTable>> {
            match name {
                $($name => {
                    static TABLE: LazyLock<CodeTable> =
                        LazyLock::new(|| read_embedded($name, include_str!(concat!("../../data/codes/", $name, ".csv"))));
                    Some(&TABLE)
                })+
                _ => None,
            }
        }
    };
}

embedded! {
    "sex",
    "ethnicity",
    "political-status",
    "education-level",
    "degree",
    "rank",
    "region",
    "region-history",
    "township",
    "kinship",
    "recruitment-channel",
    "post-category",
    "position-level",
    "organization-kind",
    "evaluation-kind",
    "annual-grade",
    "ordinary-grade",
    "probation-result",
    "dimension",
    "phase",
    "mentor-role",
    "pairing-style",
    "posting-front",
    "posting-arrangement",
    "posting-status",
    "posting-rating",
    "session-kind",
    "session-topic",
    "pair-member",
    "session-reveal-status",
    "exchange-status",
    "exchange-direction",
    "role",
    "organization-status",
    "cadre-status",
    "mentoring",
    "leave-reason",
    "probation-extension-reason",
    "absence-kind",
    "mentor-status",
    "assignment-status",
    "assignment-end-reason",
    "evaluator-relation",
    "evaluation-status",
    "evaluation-form-status",
    "evaluation-round-status",
    "rater-form-status",
    "evaluation-schedule-status",
    "missed-reason",
    "question-type",
    "growth-entry-kind",
    "growth-entry-source",
    "growth-entry-status",
    "person-type",
    "phase-template-status",
    "plan-status",
    "plan-goal-status",
    "plan-goal-source",
    "plan-evidence-type",
    "gate-outcome",
    "gate-requirement",
    "plan-decision-status",
    "plan-shift-cause",
    "training-kind",
    "training-event-status",
    "enrolment-status",
    "enrolment-result",
}

/// A table that cannot be read is a fault of the build, which a test finds before a start does.
fn read_embedded(name: &'static str, text: &str) -> CodeTable {
    CodeTable::read(name, text).unwrap_or_else(|fault| panic!("data/codes/{name}.csv: {fault}"))
}

/// The names of all tables.
pub fn names() -> &'static [&'static str] {
    NAMES
}

/// The table with a name.
pub fn table(name: &str) -> Option<&'static CodeTable> {
    embedded(name).map(|table| &**table)
}

/// Reads every table, so that a fault shows at start.
pub fn check() {
    for name in NAMES {
        table(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read_and_has_unique_codes() {
        check();
        for name in names() {
            let table = table(name).unwrap();
            assert_eq!(table.name, *name);
            assert!(!table.items.is_empty(), "{name}");
            for item in &table.items {
                assert!(
                    !item.code.is_empty() && !item.name_zh.is_empty(),
                    "{name} {item:?}"
                );
                assert_eq!(item.extra.len(), table.columns.len());
                assert!(
                    *name == "region-history" || table.get(&item.code) == Some(item),
                    "{name} {}",
                    item.code
                );
            }
        }
    }

    #[test]
    fn every_file_of_the_directory_is_embedded() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/data/codes");
        for file in std::fs::read_dir(directory).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "csv") {
                let name = path.file_stem().unwrap().to_str().unwrap();
                assert!(
                    names().contains(&name),
                    "embed {name} in src/codes/table.rs"
                );
            }
        }
    }

    #[test]
    fn codes_and_their_further_columns_are_found() {
        let table = table("political-status").unwrap();
        let item = table.get("01").unwrap();
        assert_eq!(item.name_zh, "中国共产党党员");
        assert_eq!(table.extra(item, "short_zh"), Some("中共党员"));
        assert_eq!(table.extra(item, "letter_code"), None);
        assert_eq!(table.get("99"), None);
        assert!(super::table("no-such-table").is_none());
    }
}
