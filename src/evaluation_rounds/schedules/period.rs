//! Periods of the calendar: quarters and years.

use chrono::Datelike;

use crate::error::{Error, Result};
use crate::evaluation_forms::EvaluationKind;
use crate::values::Date;

/// Months in a period of a kind: ordinary appraisal is by the quarter (R15), annual by the year. None of kinds without a calendar.
pub const fn months(kind: EvaluationKind) -> Option<u8> {
    match kind {
        EvaluationKind::Ordinary => Some(3),
        EvaluationKind::Annual => Some(12),
        EvaluationKind::MentorReview | EvaluationKind::Probation | EvaluationKind::Phase => None,
    }
}

/// The first and the last day of the period that a day lies in.
///
/// # Errors
/// For a kind without a calendar, and for days that no calendar here has.
pub fn containing(kind: EvaluationKind, day: Date) -> Result<(Date, Date)> {
    let months = months(kind).ok_or_else(|| Error::internal("a kind without a calendar"))?;
    let months = u32::from(months);
    let first_month = day.0.month0() / months * months + 1;
    let first = day
        .0
        .with_day(1)
        .and_then(|day| day.with_month(first_month));
    let first = first
        .and_then(Date::new)
        .ok_or_else(|| Error::internal("no such period"))?;
    let next = first.plus_months(i32::try_from(months).map_err(Error::internal)?);
    Ok((first, next.plus_days(-1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r15_a_day_lies_in_its_quarter_or_its_year() {
        let day = |text: &str| Date::parse(text).unwrap();
        let quarters = [
            ("2023-01-01", "2023-01-01", "2023-03-31"),
            ("2024-02-29", "2024-01-01", "2024-03-31"),
            ("2023-06-30", "2023-04-01", "2023-06-30"),
            ("2023-07-31", "2023-07-01", "2023-09-30"),
            ("2023-12-31", "2023-10-01", "2023-12-31"),
        ];
        for (on, first, last) in quarters {
            let found = containing(EvaluationKind::Ordinary, day(on)).unwrap();
            assert_eq!(found, (day(first), day(last)), "{on}");
        }
        let year = containing(EvaluationKind::Annual, day("2023-07-31")).unwrap();
        assert_eq!(year, (day("2023-01-01"), day("2023-12-31")));
        assert!(containing(EvaluationKind::Phase, day("2023-07-31")).is_err());
    }
}
