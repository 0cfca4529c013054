//! The sums of a year, written in the transaction that credits hours.

use std::collections::{BTreeMap, HashMap};

use super::model::{Credited, YearSum};
use crate::db::Id;
use crate::training::enrolments::EnrolmentResult;
use crate::training::events::TrainingKind;
use crate::values::Date;

/// The sums by cadre and year: hours count for the year in which an event ends; days of an induction that was not failed, for
/// probation if it ended before that does (R04).
pub fn sums(credited: &[Credited], ends: &HashMap<Id, Date>) -> Vec<YearSum> {
    let mut sums: BTreeMap<(Id, i32), YearSum> = BTreeMap::new();
    for one in credited {
        let year = one.ends_on.year();
        let sum = sums.entry((one.cadre_id, year)).or_insert(YearSum {
            cadre_id: one.cadre_id,
            year,
            hours: 0,
            induction_days: 0,
        });
        sum.hours += one.hours;
        let in_probation = ends
            .get(&one.cadre_id)
            .is_some_and(|end| one.ends_on < *end);
        let counts = one.kind == TrainingKind::Induction && one.result != EnrolmentResult::Failed;
        if counts && in_probation {
            sum.induction_days += one.days;
        }
    }
    sums.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cadres::probation_end;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn r04_induction_counts_within_probation_alone_and_not_when_it_was_failed() {
        let cadre_id = Id::parse("01890000-0000-7000-8000-000000000001").unwrap();
        let end = probation_end(day("2023-03-01"), None);
        assert_eq!(end, day("2024-03-01"));
        let credited = |kind, result, ends_on| Credited {
            cadre_id,
            hours: 40,
            days: 6,
            result,
            kind,
            ends_on: day(ends_on),
        };
        let days = |kind, result, ends_on| {
            let sums = sums(
                &[credited(kind, result, ends_on)],
                &[(cadre_id, end)].into(),
            );
            (sums[0].year, sums[0].hours, sums[0].induction_days)
        };
        let (induction, passed) = (TrainingKind::Induction, EnrolmentResult::Passed);
        // The last day of probation is 29 February.
        assert_eq!(days(induction, passed, "2024-02-29"), (2024, 40, 6));
        assert_eq!(days(induction, passed, "2024-03-01"), (2024, 40, 0));
        let failed = EnrolmentResult::Failed;
        assert_eq!(days(induction, failed, "2023-09-01"), (2023, 40, 0));
        let none = EnrolmentResult::None;
        assert_eq!(days(induction, none, "2023-09-01"), (2023, 40, 6));
        assert_eq!(
            days(TrainingKind::Political, passed, "2023-09-01"),
            (2023, 40, 0)
        );
    }

    #[test]
    fn an_extended_probation_gives_more_time_for_induction() {
        assert_eq!(
            probation_end(day("2023-03-01"), Some(day("2024-05-06"))),
            day("2024-05-06")
        );
        assert_eq!(probation_end(day("2024-02-29"), None), day("2025-02-28"));
    }
}
