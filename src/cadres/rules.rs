//! What follows from dates: phase (R30), probation (R01, R02), distance from home.

use super::model::{Cadre, CadreStatus, NonLocal, Phase};
use crate::codes::RegionCode;
use crate::rules::{self, Number};
use crate::values::Date;

/// What follows from a cadre's dates on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The year of the programme.
    pub phase: Phase,
    /// The first day of the next phase; none once the three years are over.
    pub phase_ends_on: Option<Date>,
    /// The first day off probation.
    pub probation_ends_on: Date,
    /// Whether still on probation.
    pub on_probation: bool,
}

/// A cadre's standing on a day.
pub fn standing(cadre: &Cadre, today: Date) -> Standing {
    let (phase, phase_ends_on) = phase_on(cadre.reported_on, today);
    let probation_ends_on = probation_ends_on(cadre);
    Standing {
        phase,
        phase_ends_on,
        probation_ends_on,
        on_probation: today < probation_ends_on
            && matches!(cadre.status, CadreStatus::Active | CadreStatus::Suspended),
    }
}

/// The phase of a day and the first day of the next one (R30). A day before reporting counts to the first.
pub fn phase_on(reported_on: Date, day: Date) -> (Phase, Option<Date>) {
    let table = rules::table();
    let months = i32::try_from(table.number(Number::PhaseMonths, day)).unwrap_or(12);
    let phases = [Phase::Seedling, Phase::Nurturing, Phase::Strengthening];
    let count = usize::try_from(table.number(Number::PhaseCount, day)).unwrap_or(phases.len());
    for (n, phase) in (1..).zip(phases.into_iter().take(count)) {
        let next = reported_on.plus_months(n * months);
        if day < next {
            return (phase, Some(next));
        }
    }
    (Phase::Graduated, None)
}

/// The days of reporting that are in a phase on a day: from (inclusive), before (exclusive).
pub fn reported_between(phase: Phase, today: Date) -> (Option<Date>, Option<Date>) {
    let table = rules::table();
    let months = i32::try_from(table.number(Number::PhaseMonths, today)).unwrap_or(12);
    // Someone is past year n when reported_on + n years <= today, that is reported_on <= the day n years before.
    let past = |years: i32| latest_reported_past(today, years * months);
    match phase {
        Phase::Seedling => (Some(past(1).plus_days(1)), None),
        Phase::Nurturing => (Some(past(2).plus_days(1)), Some(past(1).plus_days(1))),
        Phase::Strengthening => (Some(past(3).plus_days(1)), Some(past(2).plus_days(1))),
        Phase::Graduated => (None, Some(past(3).plus_days(1))),
    }
}

/// The latest day of reporting that is `months` ago or more; 29 February complicates both directions.
fn latest_reported_past(today: Date, months: i32) -> Date {
    let mut day = today.plus_months(-months);
    while day.plus_days(1).plus_months(months) <= today {
        day = day.plus_days(1);
    }
    while day.plus_months(months) > today {
        day = day.plus_days(-1);
    }
    day
}

/// R01: probation lasts from the day of reporting; R02: or until the latest extension.
fn probation_ends_on(cadre: &Cadre) -> Date {
    let months = rules::table().number(Number::ProbationMonths, cadre.reported_on);
    let regular = cadre
        .reported_on
        .plus_months(i32::try_from(months).unwrap_or(12));
    cadre
        .probation_extended_until
        .map_or(regular, |extended| extended.max(regular))
}

/// How far a registered residence lies from a unit; a city and its organs ask for the prefecture only.
pub fn distance_from_home(
    residence: Option<RegionCode>,
    division_code: Option<&str>,
    is_city: bool,
) -> Option<NonLocal> {
    let residence = residence?;
    let unit = division_code.filter(|code| code.len() >= 6)?;
    let same_prefecture = residence.prefecture() == &unit[..4];
    let same_county = residence.county() == &unit[..6];
    Some(match (same_prefecture, same_county || is_city) {
        (false, _) => NonLocal::Prefecture,
        (true, false) => NonLocal::County,
        (true, true) => NonLocal::None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn r30_a_phase_follows_the_day_of_reporting_not_the_calendar() {
        let reported = day("2021-08-26");
        assert_eq!(
            phase_on(reported, day("2022-08-25")),
            (Phase::Seedling, Some(day("2022-08-26")))
        );
        assert_eq!(
            phase_on(reported, day("2022-08-26")),
            (Phase::Nurturing, Some(day("2023-08-26")))
        );
        assert_eq!(
            phase_on(reported, day("2023-08-26")).0,
            Phase::Strengthening
        );
        assert_eq!(
            phase_on(reported, day("2024-08-26")),
            (Phase::Graduated, None)
        );
    }

    #[test]
    fn the_days_of_reporting_of_a_phase_are_those_that_compute_to_it() {
        for today in [
            "2023-07-24",
            "2024-02-28",
            "2024-02-29",
            "2025-02-28",
            "2025-03-01",
        ]
        .map(day)
        {
            for offset in 0..1600 {
                let reported = today.plus_days(-offset);
                let phase = phase_on(reported, today).0;
                for candidate in Phase::ALL {
                    let (from, before) = reported_between(*candidate, today);
                    let inside =
                        from.is_none_or(|d| reported >= d) && before.is_none_or(|d| reported < d);
                    assert_eq!(
                        inside,
                        *candidate == phase,
                        "{reported} on {today}: {candidate}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_city_organ_asks_for_the_prefecture_only() {
        let home = RegionCode::parse("511921").ok();
        assert_eq!(
            distance_from_home(home, Some("511902008"), false),
            Some(NonLocal::County)
        );
        assert_eq!(
            distance_from_home(home, Some("511900"), true),
            Some(NonLocal::None)
        );
        assert_eq!(
            distance_from_home(RegionCode::parse("621223").ok(), Some("511900"), true),
            Some(NonLocal::Prefecture)
        );
        assert_eq!(distance_from_home(None, Some("511900"), true), None);
    }
}
