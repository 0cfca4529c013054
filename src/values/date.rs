//! A day of the programme's calendar.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::error::Fault;

/// A day is read from requests, and from JSON that the service itself stored.
macro_rules! stored_and_sent {
    ($type:ty) => {
        super::travels_as_string!($type);

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&text).map_err(|_| serde::de::Error::custom("not a day"))
            }
        }
    };
}

/// A calendar day, `YYYY-MM-DD`, from the founding of the state that keeps these records (1 October 1949) to the end of 2099.
#[derive(
    Debug,
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
#[diesel(sql_type = diesel::sql_types::Date)]
pub struct Date(pub NaiveDate);

impl Date {
    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// `date-invalid` for anything else, and for days that do not exist or lie outside 1949-10-01 to 2099-12-31.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let is_of_records =
            |day: &NaiveDate| (day.year(), day.month()) >= (1949, 10) && day.year() <= 2099;
        day(text)
            .filter(is_of_records)
            .map(Self)
            .ok_or_else(|| Fault::new("date-invalid"))
    }

    /// The day, if it lies within 1900–2199: of births too, which may be earlier than what a record says.
    pub fn new(day: NaiveDate) -> Option<Self> {
        (1900..=2199).contains(&day.year()).then_some(Self(day))
    }

    /// The same day `months` later (or earlier); 29 February becomes 28 February where there is none.
    pub fn plus_months(self, months: i32) -> Self {
        let step = chrono::Months::new(months.unsigned_abs());
        let moved = if months < 0 {
            self.0.checked_sub_months(step)
        } else {
            self.0.checked_add_months(step)
        };
        Self(moved.unwrap_or(self.0))
    }

    /// Whether it is a day of work: Monday to Friday. Public holidays and the days worked instead of them are not known here.
    pub fn is_working_day(self) -> bool {
        self.0.weekday().number_from_monday() <= 5
    }

    /// The day before which `days` days of work have passed.
    pub fn plus_working_days(self, days: i64) -> Self {
        let mut day = self;
        let mut left = days;
        while left > 0 {
            left -= i64::from(day.is_working_day());
            day = day.plus_days(1);
        }
        day
    }

    /// How many days of work there are from this day up to, without, another.
    pub fn working_days_until(self, end: Self) -> i64 {
        let days = (end.0 - self.0).num_days().max(0);
        let rest = (0..days % 7).filter(|n| self.plus_days(*n).is_working_day());
        let rest = i64::try_from(rest.count()).unwrap_or_default();
        days / 7 * 5 + rest
    }

    /// How many days after another day this one is; fewer than none for one before it.
    pub fn days_since(self, other: Self) -> i64 {
        self.0.signed_duration_since(other.0).num_days()
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The first and the last day of a calendar year; none for years that have no dates here.
    pub fn days_of_year(year: i32) -> Option<(Self, Self)> {
        let first = Self::new(NaiveDate::from_ymd_opt(year, 1, 1)?)?;
        let last = Self::new(NaiveDate::from_ymd_opt(year, 12, 31)?)?;
        Some((first, last))
    }

    /// `days` later (or earlier).
    pub fn plus_days(self, days: i64) -> Self {
        Self(
            self.0
                .checked_add_signed(chrono::Duration::days(days))
                .unwrap_or(self.0),
        )
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

stored_and_sent!(Date);

impl utoipa::PartialSchema for Date {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        described("^(1949-1[0-2]|(19[5-9]|20[0-9])[0-9]-(0[1-9]|1[0-2]))-(0[1-9]|[12][0-9]|3[01])$")
    }
}

impl utoipa::ToSchema for Date {}

/// A day that a list is cut at, from 1900 to 2199: wider than the days of records, for "everything since" and "until now".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateBound(pub Date);

impl DateBound {
    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// `date-invalid` for anything else, and for days that do not exist or lie outside 1900–2199.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        day(text)
            .and_then(Date::new)
            .map(Self)
            .ok_or_else(|| Fault::new("date-invalid"))
    }
}

impl fmt::Display for DateBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

stored_and_sent!(DateBound);

impl utoipa::PartialSchema for DateBound {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        described("^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
    }
}

impl utoipa::ToSchema for DateBound {}

/// An existing day in exactly this form.
fn day(text: &str) -> Option<NaiveDate> {
    let has_form = text.len() == 10 && text.is_ascii();
    let read = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    has_form.then(read).flatten()
}

fn described(pattern: &str) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
            utoipa::openapi::KnownFormat::Date,
        )))
        .pattern(Some(pattern))
        .min_length(Some(10))
        .max_length(Some(10))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_exactly() {
        assert_eq!(Date::parse("2023-07-24").unwrap().to_string(), "2023-07-24");
        for bad in [
            "2023-7-24",
            "2023-02-30",
            "20230724",
            "+023-01-01",
            "1900-01-01",
            "1949-09-30",
            "2100-01-01",
            "2199-12-31",
            "2023-07-24T00:00:00Z",
            "",
        ] {
            assert_eq!(Date::parse(bad).unwrap_err().code, "date-invalid", "{bad}");
        }
    }

    #[test]
    fn weekends_are_no_days_of_work() {
        let day = |text| Date::parse(text).unwrap();
        // A Monday.
        let monday = day("2023-07-24");
        assert_eq!(monday.working_days_until(monday), 0);
        assert_eq!(monday.working_days_until(day("2023-07-31")), 5);
        assert_eq!(monday.working_days_until(day("2023-08-02")), 7);
        assert_eq!(day("2023-07-29").working_days_until(day("2023-07-31")), 0);
        assert_eq!(monday.plus_working_days(5).to_string(), "2023-07-29");
        assert_eq!(monday.plus_working_days(6).to_string(), "2023-08-01");
        for length in 0..40 {
            let end = monday.plus_days(3).plus_working_days(length);
            assert_eq!(monday.plus_days(3).working_days_until(end), length);
        }
    }

    #[test]
    fn a_year_after_the_leap_day_is_28_february() {
        assert_eq!(
            Date::parse("2024-02-29")
                .unwrap()
                .plus_months(12)
                .to_string(),
            "2025-02-28"
        );
    }
}
