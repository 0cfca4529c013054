//! How much of what a file should hold by now it holds.

use chrono::Datelike;
use serde::Serialize;
use utoipa::ToSchema;

use crate::values::Date;

/// How complete a file is, counted in expected records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Completeness {
    /// Expected records that are there.
    #[schema(minimum = 0, maximum = 10_000)]
    pub present: usize,
    /// Records expected by now: a mentor for each role; since reporting one confirmed evaluation and one entry for each quarter
    /// that has ended, and one annual appraisal for each year that has ended.
    #[schema(minimum = 2, maximum = 10_000)]
    pub expected: usize,
    /// The share of the two, in whole percent, rounded down.
    #[schema(minimum = 0, maximum = 100, example = 92)]
    pub percent: usize,
}

/// What a file holds, as far as completeness asks.
#[derive(Debug, Clone, Default)]
pub struct Holdings {
    /// Roles with a mentor who does not need a replacement.
    pub mentor_roles: usize,
    /// Last days of the periods of annual appraisals.
    pub annual: Vec<Date>,
    /// Last days of the periods of all other evaluations.
    pub evaluations: Vec<Date>,
    /// Days of entries.
    pub entries: Vec<Date>,
}

/// A quarter of the calendar: of `Date`s, so of the programme's own time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Quarter {
    year: i32,
    number: u32,
}

impl Quarter {
    fn from_day(day: Date) -> Self {
        Self {
            year: day.0.year(),
            number: day.0.month0() / 3,
        }
    }

    fn next(self) -> Self {
        match self.number {
            3 => Self {
                year: self.year + 1,
                number: 0,
            },
            number => Self {
                number: number + 1,
                ..self
            },
        }
    }
}

/// The quarters that ended before a day, from the one in which the cadre reported; that one counts, however short.
fn ended_quarters(reported_on: Date, before: Date) -> impl Iterator<Item = Quarter> {
    let last = Quarter::from_day(before);
    std::iter::successors(Some(Quarter::from_day(reported_on)), |quarter| {
        Some(quarter.next())
    })
    .take_while(move |quarter| *quarter < last)
}

impl Completeness {
    /// Counts what should be there before `until`, the first day that no longer counts: today, or the day after the programme.
    pub fn new(reported_on: Date, until: Date, holdings: &Holdings) -> Self {
        let quarters: Vec<Quarter> = ended_quarters(reported_on, until).collect();
        let years = reported_on.0.year()..until.0.year();
        let covered = |days: &[Date]| {
            let is_there =
                |quarter: &&Quarter| days.iter().any(|day| Quarter::from_day(*day) == **quarter);
            quarters.iter().filter(is_there).count()
        };
        let appraised = years
            .clone()
            .filter(|year| holdings.annual.iter().any(|day| day.0.year() == *year))
            .count();
        let present = holdings.mentor_roles.min(2)
            + covered(&holdings.evaluations)
            + covered(&holdings.entries)
            + appraised;
        let expected = 2 + 2 * quarters.len() + years.count();
        Self {
            present,
            expected,
            percent: present * 100 / expected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn quarters_and_years_are_expected_once_they_have_ended() {
        let expected = |reported: &str, until: &str| {
            Completeness::new(day(reported), day(until), &Holdings::default()).expected
        };
        // On the last day of a quarter it has not ended.
        assert_eq!(expected("2023-07-03", "2023-09-30"), 2);
        assert_eq!(expected("2023-07-03", "2023-10-01"), 4);
        assert_eq!(expected("2021-08-26", "2021-12-31"), 4);
        // The year of reporting counts, however short.
        assert_eq!(expected("2021-08-26", "2022-01-01"), 2 + 2 * 2 + 1);
        assert_eq!(expected("2021-08-26", "2023-07-24"), 2 + 2 * 8 + 2);
    }

    #[test]
    fn what_is_there_counts_once_for_its_quarter() {
        let holdings = Holdings {
            mentor_roles: 2,
            annual: vec![day("2021-12-31")],
            evaluations: vec![day("2021-09-30"), day("2021-09-30"), day("2022-01-31")],
            entries: vec![day("2021-08-30"), day("2021-12-01"), day("2023-07-01")],
        };
        let found = Completeness::new(day("2021-08-26"), day("2022-07-24"), &holdings);
        // Quarters 2021-3 to 2022-2, and the year 2021.
        assert_eq!(
            (found.present, found.expected),
            (2 + 2 + 2 + 1, 2 + 4 + 4 + 1)
        );
        assert_eq!(found.percent, 63);
    }

    #[test]
    fn an_empty_first_day_expects_the_mentors_alone() {
        let found = Completeness::new(day("2023-07-03"), day("2023-07-03"), &Holdings::default());
        assert_eq!((found.present, found.expected, found.percent), (0, 2, 0));
    }
}
