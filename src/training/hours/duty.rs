//! The duty of a year (R22) and of probation (R04), from days alone.

use crate::rules::{self, Number};
use crate::values::Date;

/// Days, the first and the last.
pub type Days = (Date, Date);

/// The duty of a calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// The first and the last day of the year in the programme; none when there is none.
    pub days: Option<Days>,
    /// Days of them on leave of a month or more.
    pub leave_days: i64,
    /// Hours.
    pub hours: i32,
}

impl Duty {
    /// That of a year without a day in the programme.
    pub const NONE: Self = Self {
        days: None,
        leave_days: 0,
        hours: 0,
    };
}

/// The duty of a calendar year for someone who is in the programme between two days: the hours of a whole year, in the part that the
/// days in the programme are of the year, without those of leave that lasts long enough. Half an hour counts up.
pub fn duty(year: Days, programme: Days, leave: &[Days]) -> Duty {
    let Some(days) = overlap(year, programme) else {
        return Duty::NONE;
    };
    let table = rules::table();
    let months = table.number(Number::TrainingLeaveMonths, year.1);
    let months = i32::try_from(months).unwrap_or(i32::MAX);
    let is_long = |(from, to): &&Days| to.plus_days(1) >= from.plus_months(months);
    let long: Vec<Days> = leave.iter().filter(is_long).copied().collect();
    let leave_days = covered(days, &long);
    let of_year = table.number(Number::TrainingAnnualHours, year.1);
    let (counted, whole) = (length(days) - leave_days, length(year));
    let hours = (2 * of_year * counted + whole) / (2 * whole);
    Duty {
        days: Some(days),
        leave_days,
        hours: i32::try_from(hours).unwrap_or(i32::MAX),
    }
}

/// R04: the days of induction that someone needs who reported on a day.
pub fn induction_days(reported_on: Date) -> i32 {
    let days = rules::table().number(Number::InductionDays, reported_on);
    i32::try_from(days).unwrap_or(i32::MAX)
}

fn length((from, to): Days) -> i64 {
    to.days_since(from) + 1
}

fn overlap(a: Days, b: Days) -> Option<Days> {
    let both = (a.0.max(b.0), a.1.min(b.1));
    (both.0 <= both.1).then_some(both)
}

/// How many of some days lie in any of these times, each counted once.
fn covered(days: Days, times: &[Days]) -> i64 {
    let mut within: Vec<Days> = times
        .iter()
        .filter_map(|time| overlap(days, *time))
        .collect();
    within.sort_unstable();
    let (mut sum, mut next) = (0, days.0);
    for (from, to) in within {
        let from = from.max(next);
        if from <= to {
            sum += length((from, to));
            next = to.plus_days(1);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::with;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn days(from: &str, to: &str) -> Days {
        (day(from), day(to))
    }

    fn of(year: i32, programme: Days, leave: &[Days]) -> Duty {
        duty(Date::days_of_year(year).unwrap(), programme, leave)
    }

    const ALWAYS: (&str, &str) = ("2019-01-01", "2029-12-31");

    #[test]
    fn r22_a_whole_year_asks_for_ninety_hours_a_leap_year_too() {
        let always = days(ALWAYS.0, ALWAYS.1);
        assert_eq!(of(2023, always, &[]).hours, 90);
        assert_eq!(of(2024, always, &[]).hours, 90);
    }

    #[test]
    fn r22_the_first_and_the_last_year_ask_for_their_part_half_an_hour_counts_up() {
        // 184 of 365 days: 45.37; 184 of 366: 45.25.
        assert_eq!(of(2023, days("2023-07-01", "2026-06-30"), &[]).hours, 45);
        assert_eq!(of(2024, days("2024-07-01", "2027-06-30"), &[]).hours, 45);
        // 181 of 365 days: 44.63; 182 of 366: 44.75.
        assert_eq!(of(2023, days("2020-07-01", "2023-06-30"), &[]).hours, 45);
        assert_eq!(of(2024, days("2021-07-01", "2024-06-30"), &[]).hours, 45);
        // 29 February is a day of the duty: 60 of 366 days are 14.75, 59 of 365 are 14.55.
        assert_eq!(of(2024, days("2021-03-01", "2024-02-29"), &[]).hours, 15);
        // 2 of 365 days: 0.49; 3: 0.74.
        assert_eq!(of(2023, days("2023-12-30", "2026-12-29"), &[]).hours, 0);
        assert_eq!(of(2023, days("2023-12-29", "2026-12-28"), &[]).hours, 1);
        let none = of(2022, days("2023-12-29", "2026-12-28"), &[]);
        assert_eq!((none.days, none.hours), (None, 0));
    }

    #[test]
    fn r22_leave_of_a_month_lessens_the_duty_a_day_less_does_not() {
        let always = days(ALWAYS.0, ALWAYS.1);
        let on_leave = |year, from, to| {
            let duty = of(year, always, &[days(from, to)]);
            (duty.leave_days, duty.hours)
        };
        assert_eq!(on_leave(2023, "2023-03-01", "2023-03-30"), (0, 90));
        // 334 of 365 days: 82.36.
        assert_eq!(on_leave(2023, "2023-03-01", "2023-03-31"), (31, 82));
        // February is a month with 29 days in a leap year.
        assert_eq!(on_leave(2024, "2024-02-01", "2024-02-28"), (0, 90));
        assert_eq!(on_leave(2024, "2024-02-01", "2024-02-29"), (29, 83));
        assert_eq!(on_leave(2023, "2023-02-01", "2023-02-28"), (28, 83));
        // Leave over the new year is judged whole, and its days count in their years.
        assert_eq!(on_leave(2023, "2023-12-20", "2024-01-25"), (12, 87));
        assert_eq!(on_leave(2024, "2023-12-20", "2024-01-25"), (25, 84));
        assert_eq!(on_leave(2023, "2022-06-01", "2024-05-31"), (365, 0));
    }

    #[test]
    fn a_day_on_leave_for_two_causes_counts_once() {
        let leave = [
            days("2023-03-01", "2023-04-30"),
            days("2023-04-01", "2023-05-31"),
            days("2023-04-10", "2023-05-10"),
        ];
        let duty = of(2023, days(ALWAYS.0, ALWAYS.1), &leave);
        assert_eq!(duty.leave_days, 92);
    }

    #[test]
    fn every_key_of_the_rule_table_that_is_used_here_changes_what_happens() {
        let always = days(ALWAYS.0, ALWAYS.1);
        let hours = || of(2023, always, &[]).hours;
        assert_eq!(with(("R22", "annual_hours"), "110", hours), 110);
        let leave = || of(2023, always, &[days("2023-03-01", "2023-03-31")]).leave_days;
        assert_eq!(with(("R22", "leave_months"), "2", leave), 0);
        let induction = || induction_days(day("2023-07-24"));
        assert_eq!(induction(), 12);
        assert_eq!(with(("R04", "induction_days"), "15", induction), 15);
    }
}
