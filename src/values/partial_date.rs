//! A date of which perhaps only the month is known.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::cell::compact;
use super::{Date, DateBound};
use crate::error::Fault;

/// A month `YYYY-MM` or a day `YYYY-MM-DD` from 1900 to 2199, kept with the precision it came with.
///
/// Sorted by time, and a month before its own days, as their texts are.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct PartialDate {
    /// The ASCII text, filled up with zeros.
    text: [u8; 10],
    first: Date,
}

impl PartialDate {
    /// Reads `YYYY-MM` or `YYYY-MM-DD`.
    ///
    /// # Errors
    /// `date-invalid` for anything else, and for days that do not exist or lie outside 1900–2199.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        match text.len() {
            7 => DateBound::parse(&format!("{text}-01")).map(|day| Self::month_of(day.0)),
            _ => DateBound::parse(text).map(|day| Self::from(day.0)),
        }
    }

    /// Reads a spreadsheet cell in any form in use: `yyyyMM`, `yyyyMMdd`, and year, month and perhaps day parted by `.`, `/`,
    /// `-` or `年月日`, in digits of either width. A time of midnight behind it is ignored.
    ///
    /// # Errors
    /// `date-invalid` for anything else, and for days that do not exist or lie outside 1900–2199.
    pub fn parse_cell(text: &str) -> Result<Self, Fault> {
        Self::read_cell(text).ok_or_else(|| Fault::new("date-invalid"))
    }

    fn read_cell(text: &str) -> Option<Self> {
        let text = without_midnight(text.trim());
        let text = compact(text);
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return match text.len() {
                6 => Self::new(&text[..4], &text[4..], None),
                8 => Self::new(&text[..4], &text[4..6], Some(&text[6..])),
                _ => None,
            };
        }
        if let Some((year, rest)) = text.split_once('年') {
            let (month, rest) = rest.split_once('月')?;
            let day = rest.strip_suffix(['日', '号']);
            return if rest.is_empty() {
                Self::new(year, month, None)
            } else {
                Self::new(year, month, Some(day?))
            };
        }
        let separator = text.chars().find(|c| matches!(c, '.' | '/' | '-'))?;
        let mut parts = text.split(separator);
        let date = Self::new(parts.next()?, parts.next()?, parts.next());
        if parts.next().is_some() { None } else { date }
    }

    /// The date with these digits: four for the year, one or two for the others.
    fn new(year: &str, month: &str, day: Option<&str>) -> Option<Self> {
        let number = |digits: &str, lengths: std::ops::RangeInclusive<usize>| {
            let numeric =
                lengths.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            if numeric {
                digits.parse::<u32>().ok()
            } else {
                None
            }
        };
        let (year, month) = (
            i32::try_from(number(year, 4..=4)?).ok()?,
            number(month, 1..=2)?,
        );
        let first = Date::new(NaiveDate::from_ymd_opt(year, month, 1)?)?;
        match day {
            None => Some(Self::month_of(first)),
            Some(day) => Date::new(first.0.with_day(number(day, 1..=2)?)?).map(Self::from),
        }
    }

    /// The month of a day.
    pub fn month_of(day: Date) -> Self {
        let mut date = Self::from(day.first_of_month());
        date.text[7..].fill(0);
        date
    }

    /// The wire form.
    pub fn as_str(&self) -> &str {
        let length = if self.knows_day() { 10 } else { 7 };
        std::str::from_utf8(&self.text[..length]).unwrap_or_default()
    }

    fn knows_day(&self) -> bool {
        self.text[7] != 0
    }

    /// The year.
    pub fn year(&self) -> i32 {
        self.first.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(&self) -> u32 {
        self.first.0.month()
    }

    /// The day, where it is known.
    pub fn as_day(&self) -> Option<Date> {
        self.knows_day().then_some(self.first)
    }

    /// The day itself, or the first of the month.
    pub fn first_day(&self) -> Date {
        self.first
    }

    /// The day itself, or the last of the month.
    pub fn last_day(&self) -> Date {
        if self.knows_day() {
            self.first
        } else {
            self.first.plus_months(1).plus_days(-1)
        }
    }

    /// Whether this is that day, or its month.
    pub fn contains(&self, day: Date) -> bool {
        (self.first_day()..=self.last_day()).contains(&day)
    }

    /// Whether both can be the same date: they agree as far as both are known.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.contains(other.first_day()) || other.contains(self.first_day())
    }

    /// Whether less of the date is known here than there.
    pub fn is_coarser_than(&self, other: &Self) -> bool {
        !self.knows_day() && other.knows_day()
    }

    /// Whether the date lies wholly after a day.
    pub fn is_after(&self, day: Date) -> bool {
        self.first_day() > day
    }
}

/// The text without the midnight that spreadsheet programs write behind a day.
fn without_midnight(text: &str) -> &str {
    ["00:00:00", "0:00:00", "00:00", "0:00"]
        .iter()
        .find_map(|time| text.strip_suffix(time)?.strip_suffix([' ', 'T']))
        .unwrap_or(text)
}

impl Date {
    /// Reads a spreadsheet cell in any form that [`PartialDate::parse_cell`] knows, of which the day must be known.
    ///
    /// # Errors
    /// `date-invalid` for anything else, and for days that [`Date::parse`] refuses.
    pub fn parse_cell(text: &str) -> Result<Self, Fault> {
        let day = PartialDate::parse_cell(text)?.as_day();
        Self::parse(&day.ok_or_else(|| Fault::new("date-invalid"))?.to_string())
    }

    /// The first day of the same month.
    pub fn first_of_month(self) -> Self {
        Self(self.0.with_day(1).unwrap_or(self.0))
    }
}

impl From<Date> for PartialDate {
    fn from(day: Date) -> Self {
        let mut text = [0; 10];
        // A `Date` lies within 1900–2199, so its text has ten characters.
        for (place, byte) in text.iter_mut().zip(day.to_string().bytes()) {
            *place = byte;
        }
        Self { text, first: day }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

crate::db::text_column!(PartialDate);

super::string_value!(
    PartialDate,
    min = 7,
    max = 10,
    pattern = Some("^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$"),
    example = "1998-03",
    "A day, or a month where the day is not known."
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> PartialDate {
        PartialDate::parse(text).unwrap()
    }

    #[test]
    fn months_and_days_are_read_and_kept_as_they_came() {
        for text in ["1998-07", "1998-07-23", "2024-02-29"] {
            assert_eq!(date(text).to_string(), text);
        }
        for bad in [
            "1998-7",
            "1998-13",
            "1998",
            "199807",
            "1998-02-30",
            "1899-12",
            "2200-01",
            "1998-07-",
            "1998-07-1",
            "１９９８-07",
            "",
        ] {
            assert_eq!(
                PartialDate::parse(bad).unwrap_err().code,
                "date-invalid",
                "{bad}"
            );
        }
    }

    #[test]
    fn cells_are_read_in_every_form_in_use() {
        let months = [
            "199807",
            "1998.07",
            "1998.7",
            "1998/7",
            "1998-07",
            "1998年7月",
            "1998年07月",
            "１９９８．０７",
            "1998 年 7 月",
            "　199807 ",
        ];
        for text in months {
            assert_eq!(
                PartialDate::parse_cell(text).unwrap(),
                date("1998-07"),
                "{text}"
            );
        }
        let days = [
            "19980703",
            "1998.07.03",
            "1998.7.3",
            "1998/7/3",
            "1998/07/03",
            "1998-7-3",
            "1998-07-03",
            "1998年7月3日",
            "1998年07月03日",
            "1998年7月3号",
            "１９９８年７月３日",
            "1998-07-03 00:00:00",
            "1998/7/3 0:00",
            "1998-07-03T00:00:00",
        ];
        for text in days {
            assert_eq!(
                PartialDate::parse_cell(text).unwrap(),
                date("1998-07-03"),
                "{text}"
            );
            assert_eq!(
                Date::parse_cell(text).unwrap().to_string(),
                "1998-07-03",
                "{text}"
            );
        }
    }

    #[test]
    fn cells_that_are_no_dates_are_refused() {
        let bad = [
            "",
            "1998",
            "1998年",
            "1998.13",
            "2023-02-30",
            "98.07",
            "98年7月",
            "1998.07/03",
            "1998.07.03.",
            "1998-07-03 08:00",
            "36000",
            "1998年7月3",
            "1998..07",
            "19980732",
            "1998.007",
            "+998.07",
            "1899.12.31",
            "一九九八年七月",
            "0:00",
        ];
        for text in bad {
            assert_eq!(
                PartialDate::parse_cell(text).unwrap_err().code,
                "date-invalid",
                "{text}"
            );
        }
        assert_eq!(
            Date::parse_cell("1998.07").unwrap_err().code,
            "date-invalid"
        );
    }

    #[test]
    fn a_month_contains_its_days_and_is_coarser_than_they() {
        let (month, day) = (date("2024-02"), date("2024-02-29"));
        assert_eq!(
            (month.first_day().to_string(), month.last_day().to_string()),
            ("2024-02-01".into(), "2024-02-29".into())
        );
        assert!(
            month.contains(day.first_day()) && month.agrees_with(&day) && day.agrees_with(&month)
        );
        assert!(
            month.is_coarser_than(&day)
                && !day.is_coarser_than(&month)
                && !month.is_coarser_than(&month)
        );
        assert!(!day.agrees_with(&date("2024-02-28")) && !date("2024-03").agrees_with(&day));
        assert!(month < day && day < date("2024-03"));
        assert_eq!(
            (month.as_day(), day.as_day()),
            (None, Some(Date::parse("2024-02-29").unwrap()))
        );
    }

    #[test]
    fn only_a_date_wholly_after_a_day_is_after_it() {
        let today = Date::parse("2023-07-24").unwrap();
        assert!(!date("2023-07").is_after(today) && !date("2023-07-24").is_after(today));
        assert!(date("2023-08").is_after(today) && date("2023-07-25").is_after(today));
    }

    proptest! {
        #[test]
        fn every_date_comes_back_from_its_texts(offset in 0..109_572_u64, known in any::<bool>()) {
            let day = Date::new(NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Days::new(offset)).unwrap();
            let value = if known { PartialDate::from(day) } else { PartialDate::month_of(day) };
            prop_assert_eq!(PartialDate::parse(&value.to_string()).unwrap(), value);
            for form in if known { ["%Y%m%d", "%Y.%-m.%-d", "%Y/%m/%d", "%Y年%-m月%-d日"] } else { ["%Y%m", "%Y.%-m", "%Y/%m", "%Y年%-m月"] } {
                prop_assert_eq!(PartialDate::parse_cell(&day.0.format(form).to_string()).unwrap(), value);
            }
            prop_assert!(value.contains(day));
        }

        #[test]
        fn dates_sort_as_their_texts_do(a in "(19|20)[0-9]{2}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]))?", b in "(19|20)[0-9]{2}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]))?") {
            if let (Ok(x), Ok(y)) = (PartialDate::parse(&a), PartialDate::parse(&b)) {
                prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,14}", digits in "[0-9./年月日 -]{0,14}") {
            for text in [&text, &digits] {
                let _ = (PartialDate::parse(text), PartialDate::parse_cell(text), Date::parse_cell(text));
            }
        }
    }
}
