//! What follows from dates: phase (R30), probation (R01, R02), distance from home.

use super::model::{Cadre, CadreStatus, NonLocal, Phase};
use crate::codes::RegionCode;
use crate::rules::{self, Number, Words};
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
    let count =
        usize::try_from(table.number(Number::PhaseCount, day)).unwrap_or(Phase::YEARS.len());
    for (n, phase) in (1..).zip(Phase::YEARS.into_iter().take(count)) {
        let next = reported_on.plus_months(n * months);
        if day < next {
            return (phase, Some(next));
        }
    }
    (Phase::Graduated, None)
}

/// The first and the last day of a phase (R30); none of what comes after the three years.
pub fn days_of(phase: Phase, reported_on: Date) -> Option<(Date, Date)> {
    if phase == Phase::Graduated {
        return None;
    }
    let years = phase.years_before();
    let months = rules::table().number(Number::PhaseMonths, reported_on);
    let months = i32::try_from(months).unwrap_or(12);
    let starts_on = reported_on.plus_months(years * months);
    let next = reported_on.plus_months((years + 1) * months);
    Some((starts_on, next.plus_days(-1)))
}

/// Days of reporting whose phase may begin on a day, the first and the last: those who reported on 29 February have their day on the
/// 28th of other years.
pub fn reported_for(phase: Phase, day: Date) -> (Date, Date) {
    let months = rules::table().number(Number::PhaseMonths, day);
    let around = day.plus_months(-phase.years_before() * i32::try_from(months).unwrap_or(12));
    (around.plus_days(-1), around.plus_days(1))
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

/// R01: the first day off a probation that is not extended.
pub fn regular_probation_end(reported_on: Date) -> Date {
    let months = rules::table().number(Number::ProbationMonths, reported_on);
    reported_on.plus_months(i32::try_from(months).unwrap_or(12))
}

/// R02: the working days of leave in probation beyond those that do no harm.
pub fn probation_shortfall(cadre: &Cadre) -> i32 {
    let harmless = rules::table().number(Number::LeaveWorkingDays, cadre.reported_on);
    let harmless = i32::try_from(harmless).unwrap_or(i32::MAX);
    (cadre.probation_leave_days - harmless).max(0)
}

/// R02: the first day off a probation that is extended by exactly the shortfall, in working days after its regular end.
pub fn probation_made_up_on(cadre: &Cadre) -> Option<Date> {
    let shortfall = probation_shortfall(cadre);
    (shortfall > 0)
        .then(|| regular_probation_end(cadre.reported_on).plus_working_days(i64::from(shortfall)))
}

/// Longest extension without a limit of its own, in months from the day of reporting.
const LONGEST_PROBATION: i32 = 120;

/// Why probation cannot be extended until a day for a reason (R02); for leave no longer than the absences on file bear out.
pub fn extension_violation(
    cadre: &Cadre,
    until: Date,
    reason: &str,
    today: Date,
) -> Option<&'static str> {
    let table = rules::table();
    let months = |key| i32::try_from(table.number(key, cadre.reported_on)).unwrap_or(i32::MAX);
    let unlimited = table.words(Words::UnlimitedExtensionReasons, cadre.reported_on);
    let is_limited = !unlimited.iter().any(|word| word == reason);
    let latest = if is_limited {
        months(Number::MaxExtensionMonths)
    } else {
        LONGEST_PROBATION
    };
    if today >= probation_ends_on(cadre) {
        Some("PROBATION_ENDED")
    } else if until > cadre.reported_on.plus_months(latest) {
        Some("EXTENSION_TOO_LONG")
    } else if reason == "LEAVE" && probation_made_up_on(cadre).is_none_or(|made_up| until > made_up)
    {
        Some("LEAVE_NOT_ON_FILE")
    } else {
        None
    }
}

/// R01: probation lasts from the day of reporting; R02: or until the latest extension.
fn probation_ends_on(cadre: &Cadre) -> Date {
    probation_end(cadre.reported_on, cadre.probation_extended_until)
}

/// The first day off probation: that of rule, or the one to which it was extended.
pub fn probation_end(reported_on: Date, extended_until: Option<Date>) -> Date {
    let regular = regular_probation_end(reported_on);
    extended_until.map_or(regular, |extended| extended.max(regular))
}

/// How far a registered residence lies from a unit; a city and its organs ask for the prefecture only.
pub fn distance_from_home(
    residence: Option<RegionCode>,
    division_code: Option<&str>,
    is_city: bool,
) -> Option<NonLocal> {
    let residence = residence?;
    let organization = division_code.filter(|code| code.len() >= 6)?;
    let same_prefecture = residence.prefecture() == &organization[..4];
    let same_county = residence.county() == &organization[..6];
    Some(match (same_prefecture, same_county || is_city) {
        (false, _) => NonLocal::Prefecture,
        (true, false) => NonLocal::County,
        (true, true) => NonLocal::None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cadres::model::Mentoring;
    use crate::db::{Id, UtcTimestamp};
    use crate::rules::tests::with;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    /// Someone who reported on 2022-08-26 and was on leave for so many working days.
    fn recruit(probation_leave_days: i32) -> Cadre {
        let moment = UtcTimestamp::parse("2022-08-26T00:00:00Z").unwrap();
        Cadre {
            id: Id(uuid::Uuid::nil()),
            version: 1,
            created_at: moment,
            updated_at: moment,
            created_by: None,
            name: "李雨瑶".to_owned(),
            sex: None,
            birth_date: None,
            ethnicity: None,
            political_status: None,
            identity_masked: None,
            phone_encrypted: None,
            native_place: None,
            household_registration: None,
            education_level: None,
            degree: None,
            school: None,
            major: None,
            organization_id: Id(uuid::Uuid::nil()),
            post_title: None,
            post_category: None,
            rank: None,
            recruitment_channel: None,
            reported_on: day("2022-08-26"),
            status: CadreStatus::Active,
            probation_extended_until: None,
            political_mentor_id: None,
            professional_mentor_id: None,
            mentoring: Mentoring::None,
            non_local: None,
            external_ids: "{}".to_owned(),
            probation_leave_days,
        }
    }

    #[test]
    fn r02_leave_beyond_forty_working_days_extends_probation_by_exactly_the_shortfall() {
        assert_eq!(probation_shortfall(&recruit(40)), 0);
        assert_eq!(probation_made_up_on(&recruit(40)), None);
        let long = recruit(45);
        assert_eq!(probation_shortfall(&long), 5);
        // Probation ends on Saturday 26 August; five working days later the first day off it is Saturday 2 September.
        assert_eq!(probation_made_up_on(&long), Some(day("2023-09-02")));
        let today = day("2023-07-24");
        let broken =
            |until: &str, reason: &str| extension_violation(&long, day(until), reason, today);
        assert_eq!(broken("2023-09-02", "LEAVE"), None);
        assert_eq!(broken("2023-09-03", "LEAVE"), Some("LEAVE_NOT_ON_FILE"));
        assert_eq!(broken("2024-02-27", "LEAVE"), Some("EXTENSION_TOO_LONG"));
        for unlimited in ["MATERNITY", "SANCTION", "OPEN_CASE"] {
            assert_eq!(broken("2024-06-01", unlimited), None, "{unlimited}");
        }
        let ended = extension_violation(&long, day("2023-09-02"), "MATERNITY", day("2023-08-26"));
        assert_eq!(ended, Some("PROBATION_ENDED"));
    }

    #[test]
    fn every_key_of_the_rule_table_that_is_used_here_changes_what_happens() {
        let today = day("2023-07-24");
        let end = || standing(&recruit(0), today).probation_ends_on;
        assert_eq!(end(), day("2023-08-26"));
        let changed = with(("R01", "probation_months"), "18", end);
        assert_eq!(changed, day("2024-02-26"));
        let shortfall = || probation_shortfall(&recruit(45));
        assert_eq!(shortfall(), 5);
        assert_eq!(with(("R02", "leave_working_days"), "30", shortfall), 15);
        let broken = |until: &'static str, reason: &'static str| {
            move || extension_violation(&recruit(400), day(until), reason, today)
        };
        let leave = broken("2024-03-01", "LEAVE");
        assert_eq!(leave(), Some("EXTENSION_TOO_LONG"));
        assert_eq!(with(("R02", "max_extension_months"), "24", leave), None);
        let case = broken("2024-03-01", "OPEN_CASE");
        assert_eq!(case(), None);
        let changed = with(("R02", "unlimited_extension_reasons"), "MATERNITY", case);
        assert_eq!(changed, Some("EXTENSION_TOO_LONG"));
        let phase = || phase_on(day("2022-08-26"), today);
        assert_eq!(phase(), (Phase::Seedling, Some(day("2023-08-26"))));
        let changed = with(("R30", "phase_months"), "6", phase);
        assert_eq!(changed, (Phase::Nurturing, Some(day("2023-08-26"))));
        let last = || phase_on(day("2020-08-26"), today).0;
        assert_eq!(last(), Phase::Strengthening);
        let changed = with(("R30", "phase_count"), "2", last);
        assert_eq!(changed, Phase::Graduated);
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
