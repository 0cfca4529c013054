//! What moves the last day of a plan beyond that of its phase: suspension within it, and a probation that is extended (R02).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::cadres::{self, Phase, Suspension};
use crate::error::Result;
use crate::values::{Date, text_enum};

text_enum! {
    /// Why the last day of a plan is later than that of its phase.
    pub enum ShiftCause {
        /// The cadre was suspended for these days of the phase.
        Suspended = "SUSPENDED",
        /// Probation ends these days later than by rule (R02).
        ProbationExtended = "PROBATION_EXTENDED",
    }
}

/// A cause, and by how many days it moves the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanShift {
    /// Why; more causes will come.
    #[schema(value_type = String, max_length = 32, example = "SUSPENDED", extensions(("x-code-set" = json!("plan-shift-cause"))))]
    pub cause: ShiftCause,
    /// By how many days.
    #[schema(minimum = 1)]
    pub days: i64,
}

/// What there is to know of a cadre to tell the days of their plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turns<'a> {
    /// The day of reporting.
    pub reported_on: Date,
    /// When suspension began, and when it ended.
    pub suspensions: &'a [Suspension],
    /// The first day off an extended probation.
    pub probation_extended_until: Option<Date>,
}

/// The days of a plan, before its gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDays {
    /// The first day of the phase.
    pub starts_on: Date,
    /// The last day of the phase, as its shifts have it.
    pub planned_ends_on: Date,
    /// What moves it.
    pub shifts: Vec<PlanShift>,
}

/// The days of a cadre's plan of a phase; none of what comes after the three years.
pub fn days_of(phase: Phase, turns: Turns<'_>) -> Option<PlanDays> {
    let (starts_on, last) = cadres::days_of(phase, turns.reported_on)?;
    let shifts = of_phase(phase, (starts_on, last), turns);
    Some(PlanDays {
        starts_on,
        planned_ends_on: last.plus_days(shifted_days(&shifts)),
        shifts,
    })
}

/// What moves the last day of a phase that lasts from a day to another.
fn of_phase(phase: Phase, (first, last): (Date, Date), turns: Turns<'_>) -> Vec<PlanShift> {
    let suspended = turns
        .suspensions
        .iter()
        .map(|suspension| days_within(suspension, (first, last)))
        .sum();
    let extended = match (phase, turns.probation_extended_until) {
        (Phase::Seedling, Some(until)) => {
            until.days_since(cadres::regular_probation_end(turns.reported_on))
        }
        _ => 0,
    };
    let causes = [
        (ShiftCause::Suspended, suspended),
        (ShiftCause::ProbationExtended, extended),
    ];
    let causes = causes.into_iter().filter(|(_, days)| *days > 0);
    causes
        .map(|(cause, days)| PlanShift { cause, days })
        .collect()
}

/// By how many days the last day is moved: leave that suspends may be the same that extends probation, so that the longer counts.
pub fn shifted_days(shifts: &[PlanShift]) -> i64 {
    shifts.iter().map(|shift| shift.days).max().unwrap_or(0)
}

/// The days of a suspension that is over which fall into a phase.
fn days_within(suspension: &Suspension, (first, last): (Date, Date)) -> i64 {
    let Some(resumed_on) = suspension.resumed_on else {
        return 0;
    };
    let (from, to) = (
        suspension.from.max(first),
        resumed_on.plus_days(-1).min(last),
    );
    (to.days_since(from) + 1).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn suspension(from: &str, resumed_on: Option<&str>) -> Suspension {
        Suspension {
            from: day(from),
            resumed_on: resumed_on.map(day),
        }
    }

    fn shifts(
        phase: Phase,
        suspensions: &[Suspension],
        until: Option<&str>,
    ) -> Vec<(&'static str, i64)> {
        let turns = Turns {
            suspensions,
            reported_on: day("2023-08-01"),
            probation_extended_until: until.map(day),
        };
        let days = (day("2023-08-01"), day("2024-07-31"));
        let found = of_phase(phase, days, turns).into_iter();
        found
            .map(|shift| (shift.cause.as_str(), shift.days))
            .collect()
    }

    #[test]
    fn suspension_counts_the_days_of_the_phase_once_it_is_over() {
        let nurturing =
            |from, resumed_on| shifts(Phase::Nurturing, &[suspension(from, resumed_on)], None);
        // February of a leap year.
        let february = nurturing("2024-02-01", Some("2024-03-01"));
        assert_eq!(february, [("SUSPENDED", 29)]);
        // Only what falls into the phase.
        assert_eq!(
            nurturing("2023-07-01", Some("2023-08-02")),
            [("SUSPENDED", 1)]
        );
        assert_eq!(
            nurturing("2024-07-31", Some("2024-09-01")),
            [("SUSPENDED", 1)]
        );
        assert_eq!(nurturing("2023-07-01", Some("2023-08-01")), []);
        assert_eq!(nurturing("2024-02-01", Some("2024-02-01")), []);
        assert_eq!(nurturing("2024-02-01", None), []);
    }

    #[test]
    fn r02_an_extended_probation_moves_the_first_year_alone() {
        let until = Some("2024-09-10");
        assert_eq!(
            shifts(Phase::Seedling, &[], until),
            [("PROBATION_EXTENDED", 40)]
        );
        assert_eq!(shifts(Phase::Nurturing, &[], until), []);
    }

    #[test]
    fn the_longer_of_two_causes_counts() {
        let suspended = [suspension("2024-02-01", Some("2024-03-01"))];
        let turns = Turns {
            suspensions: &suspended,
            reported_on: day("2023-08-01"),
            probation_extended_until: Some(day("2024-09-10")),
        };
        let both = days_of(Phase::Seedling, turns).unwrap();
        assert_eq!((both.shifts.len(), shifted_days(&both.shifts)), (2, 40));
        assert_eq!(both.planned_ends_on, day("2024-09-09"));
        assert_eq!(days_of(Phase::Graduated, turns), None);
        assert_eq!(shifted_days(&[]), 0);
    }
}
