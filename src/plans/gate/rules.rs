//! The days and the results that the gate goes by.

use crate::rules::{self, Number, Words};
use crate::values::Date;

/// The first day of the gate of a plan that ends on a day.
pub fn opens_on(ends_on: Date) -> Date {
    ends_on.plus_days(-rules::table().number(Number::GateOpensDays, ends_on))
}

/// The last day to which a phase can be extended.
pub fn latest_extension(planned_ends_on: Date) -> Date {
    let months = rules::table().number(Number::GateExtensionMonths, planned_ends_on);
    planned_ends_on.plus_months(i32::try_from(months).unwrap_or(0))
}

/// Whether a decision that holds since a day can be reversed today.
pub fn is_reversible(since: Date, today: Date) -> bool {
    today <= since.plus_days(rules::table().number(Number::GateReversalDays, since))
}

/// Whether the cadre can object today to a decision that holds since a day.
pub fn may_object(since: Date, today: Date) -> bool {
    today <= since.plus_days(rules::table().number(Number::GateObjectionDays, since))
}

/// R03: whether a result of probation lets pass a first year that began on a day.
pub fn is_qualified(starts_on: Date, result: Option<&str>) -> bool {
    let passing = rules::table().words(Words::PassingProbationResults, starts_on);
    result.is_some_and(|result| passing.iter().any(|word| word == result))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::with;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn sixty_days_and_half_a_year_over_a_leap_year() {
        assert_eq!(opens_on(day("2023-03-31")), day("2023-01-30"));
        assert_eq!(opens_on(day("2024-03-31")), day("2024-01-31"));
        assert_eq!(latest_extension(day("2023-08-29")), day("2024-02-29"));
        assert_eq!(latest_extension(day("2022-08-31")), day("2023-02-28"));
    }

    #[test]
    fn r03_a_first_year_is_passed_with_a_qualified_probation_alone() {
        let qualified = |starts_on, result| is_qualified(day(starts_on), result);
        assert!(qualified("2022-08-26", Some("QUALIFIED")));
        assert!(!qualified("2022-08-26", Some("UNQUALIFIED")));
        assert!(!qualified("2022-08-26", None));
        assert!(!qualified("2024-02-29", None));
    }

    #[test]
    fn every_key_of_the_rule_table_that_is_used_here_changes_what_happens() {
        let on = day("2023-07-24");
        let opens = || opens_on(on);
        let key = ("GATE", "opens_days_before_end");
        assert_eq!(with(key, "7", opens), day("2023-07-17"));
        let extended = || latest_extension(on);
        let key = ("GATE", "extension_months");
        assert_eq!(with(key, "2", extended), day("2023-09-24"));
        let reversible = || is_reversible(on, on.plus_days(10));
        let key = ("GATE", "reversal_days");
        assert!(reversible() && !with(key, "9", reversible));
        let objects = || may_object(on, on.plus_days(10));
        assert!(objects() && !with(("GATE", "objection_days"), "9", objects));
        let passes = || is_qualified(on, Some("UNQUALIFIED"));
        let key = ("R03", "passing_results");
        assert!(!passes() && with(key, "QUALIFIED;UNQUALIFIED", passes));
    }
}
