//! The thresholds of the law and of the programme, by the day they are asked for.
//!
//! They stand in `data/rules.csv`, never in code. A key that code asks for is a member of [`Number`], [`Words`] or [`Flag`],
//! so that a typo does not compile, and the file holds exactly these keys, which a test and every start verify.

mod key;
mod series;

use std::sync::LazyLock;

pub use key::{Flag, Number, Words};
use series::Series;

use crate::values::Date;

/// One row of the rule table, as it stands in the file.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct RuleRow {
    /// The rule, `R02`, or the room the figure belongs to.
    pub rule: String,
    /// Which figure of the rule.
    pub key: String,
    /// The figure; lists are parted by `;`.
    pub value: String,
    /// What the figure counts.
    pub unit: String,
    /// The first day it holds.
    pub effective_from: Date,
    /// The last day it holds; until further notice where there is none.
    pub effective_to: Option<Date>,
    /// The text of law, or `programme`.
    pub source: String,
    /// What it means, in English.
    pub title_en: String,
    /// What it means, in Chinese.
    pub title_zh: String,
}

/// The rule table.
pub struct RuleTable {
    rows: Vec<RuleRow>,
    numbers: Vec<Series<i64>>,
    words: Vec<Series<Vec<String>>>,
    flags: Vec<Series<bool>>,
}

/// What is wrong with the rule table.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct RuleTableFault(String);

impl RuleTable {
    fn read(text: &str) -> Result<Self, RuleTableFault> {
        let rows: Vec<RuleRow> = csv::Reader::from_reader(text.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .map_err(|fault| RuleTableFault(fault.to_string()))?;
        let fault =
            |(rule, key): (&str, &str), what: &str| RuleTableFault(format!("{rule} {key}: {what}"));
        let known = |row: &&RuleRow| {
            key::all()
                .any(|(rule, key, unit)| (rule, key, unit) == (&row.rule, &row.key, &row.unit))
        };
        if let Some(row) = rows.iter().find(|row| !known(row)) {
            return Err(fault(
                (&row.rule, &row.key),
                &format!("no code asks for this key in {}", row.unit),
            ));
        }
        fn collect<K: Copy, V>(
            keys: &[K],
            rows: &[RuleRow],
            name: impl Fn(K) -> (&'static str, &'static str),
            parse: impl Fn(&str) -> Option<V>,
        ) -> Result<Vec<Series<V>>, RuleTableFault> {
            let series = |key: &K| {
                let (rule, key) = name(*key);
                let of_key = rows.iter().filter(|row| row.rule == rule && row.key == key);
                Series::read(of_key, &parse)
                    .map_err(|what| RuleTableFault(format!("{rule} {key}: {what}")))
            };
            keys.iter().map(series).collect()
        }
        Ok(Self {
            numbers: collect(Number::ALL, &rows, Number::name, |value| value.parse().ok())?,
            words: collect(Words::ALL, &rows, Words::name, |value| {
                Some(value.split(';').map(str::to_owned).collect())
            })?,
            flags: collect(Flag::ALL, &rows, Flag::name, |value| value.parse().ok())?,
            rows,
        })
    }

    /// All rows, for documentation.
    pub fn rows(&self) -> &[RuleRow] {
        &self.rows
    }

    /// The figure that holds on a day; before the first row, the first row's.
    pub fn number(&self, key: Number, on: Date) -> i64 {
        *self.numbers[key as usize].nearest(on)
    }

    /// The figure that holds on a day; before the first row, the first row's; `None` where the rule does not
    /// exist any more.
    pub fn number_in_force(&self, key: Number, on: Date) -> Option<i64> {
        self.numbers[key as usize].in_force(on).copied()
    }

    /// The words that hold on a day; before the first row, the first row's.
    pub fn words(&self, key: Words, on: Date) -> &[String] {
        self.words[key as usize].nearest(on)
    }

    /// The words that hold on a day; before the first row, the first row's; `None` where the rule does not
    /// exist any more.
    pub fn words_in_force(&self, key: Words, on: Date) -> Option<&[String]> {
        self.words[key as usize].in_force(on).map(Vec::as_slice)
    }

    /// Whether something is so on a day; before the first row, as the first row says; not where the rule does not exist any more.
    pub fn flag(&self, key: Flag, on: Date) -> bool {
        self.flags[key as usize]
            .in_force(on)
            .copied()
            .unwrap_or_default()
    }
}

static TABLE: LazyLock<RuleTable> = LazyLock::new(|| {
    RuleTable::read(include_str!("../../data/rules.csv"))
        .unwrap_or_else(|fault| panic!("data/rules.csv: {fault}"))
});

/// The embedded rule table. To be asked for at start, where a fault of it shows.
#[cfg(not(test))]
pub fn table() -> &'static RuleTable {
    &TABLE
}

/// The embedded rule table, or the one that a test put in its place on this thread.
#[cfg(test)]
pub fn table() -> &'static RuleTable {
    tests::IN_PLACE.get().unwrap_or(&TABLE)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    thread_local! {
        /// The table in place of the embedded one.
        pub static IN_PLACE: std::cell::Cell<Option<&'static RuleTable>> =
            const { std::cell::Cell::new(None) };
    }

    /// What `work` answers under the embedded table with one key's value changed.
    pub fn with<T>((rule, key): (&str, &str), value: &str, work: impl FnOnce() -> T) -> T {
        let changed: Vec<String> = include_str!("../../data/rules.csv")
            .lines()
            .map(|line| {
                let mut cells: Vec<&str> = line.split(',').collect();
                if (cells[0], cells[1]) == (rule, key) {
                    cells[2] = value;
                }
                cells.join(",")
            })
            .collect();
        let table = RuleTable::read(&changed.join("\n")).unwrap();
        IN_PLACE.set(Some(Box::leak(Box::new(table))));
        let answer = work();
        IN_PLACE.set(None);
        answer
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn read(rows: &str) -> Result<RuleTable, RuleTableFault> {
        let file = include_str!("../../data/rules.csv");
        RuleTable::read(&format!("{}\n{rows}", file.trim_end()))
    }

    #[test]
    fn the_embedded_table_has_every_key_that_code_asks_for() {
        let today = day("2023-07-24");
        for number in Number::ALL {
            assert!(
                table().number_in_force(*number, today).is_some(),
                "{number:?}"
            );
        }
        for words in Words::ALL {
            assert!(!table().words(*words, today).is_empty(), "{words:?}");
        }
        for flag in Flag::ALL {
            table().flag(*flag, today);
        }
    }

    #[test]
    fn a_record_is_judged_by_the_row_of_its_own_date() {
        let share = |on| table().number_in_force(Number::ExcellentSharePercent, day(on));
        assert_eq!(share("2020-12-27"), Some(15));
        assert_eq!(share("2020-12-28"), Some(20));
        assert_eq!(share("2007-01-03"), Some(15));
        assert_eq!(
            table().number(Number::ExcellentSharePercent, day("2007-01-03")),
            15
        );
    }

    #[test]
    fn numbers_words_and_flags_are_typed() {
        let today = day("2023-07-24");
        assert_eq!(table().number(Number::LeaveWorkingDays, today), 40);
        assert_eq!(table().words(Words::PoliticalMentorStatuses, today), ["01"]);
        assert_eq!(
            table().words_in_force(Words::AnnualGrades, day("1999-01-01")),
            table().words_in_force(Words::AnnualGrades, today)
        );
        assert!(table().flag(Flag::ConfirmerDiffersFromEvaluator, today));
        assert!(table().flag(Flag::ConfirmerDiffersFromEvaluator, day("1999-01-01")));
    }

    #[test]
    fn words_that_are_codes_stand_in_their_tables() {
        for row in table().rows() {
            if let Some(codes) = crate::codes::table(&row.unit) {
                for code in row.value.split(';') {
                    assert!(
                        codes.get(code).is_some(),
                        "{} {}: {code}",
                        row.rule,
                        row.key
                    );
                }
            }
        }
    }

    #[test]
    fn a_table_with_a_missing_unknown_overlapping_or_unreadable_row_is_refused() {
        let says = |rows: &str, what: &str| {
            let fault = read(rows).err().unwrap_or_else(|| panic!("{rows} passes"));
            assert!(fault.to_string().contains(what), "{fault}");
        };
        says(
            "R99,anything,1,days,2006-01-01,,programme,,",
            "no code asks",
        );
        says(
            "R01,probation_months,1,days,2006-01-01,,programme,,",
            "no code asks",
        );
        says(
            "R01,probation_months,6,months,2010-01-01,,programme,,",
            "overlap",
        );
        says(
            "R01,probation_months,x,months,2000-01-01,2000-12-31,programme,,",
            "cannot be read",
        );
        says(
            "R01,probation_months,6,months,2005-01-01,2004-01-01,programme,,",
            "ends before it begins",
        );
        says(
            "R01,probation_months,6,months,soon,,programme,,",
            "not a day",
        );
        let without = include_str!("../../data/rules.csv")
            .lines()
            .filter(|line| !line.starts_with("R01,"));
        let fault = RuleTable::read(&without.collect::<Vec<_>>().join("\n"))
            .err()
            .unwrap();
        assert_eq!(fault.to_string(), "R01 probation_months: no row");
    }
}
