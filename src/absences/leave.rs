//! How many working days of sick and personal leave fall into a time: what R02 asks of probation and R12 of a year.

use super::leave_store;
use super::model::Absence;
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::values::Date;

/// The working days of an absence from a day up to, without, another. What the absence says of its working days holds where it
/// lies within; of a part of it, no more than its days from Monday to Friday. One without an end lasts until today.
fn days_within(absence: &Absence, from: Date, end: Date, today: Date) -> i64 {
    let last = absence.ends_on.unwrap_or(today).max(absence.starts_on);
    let (begins, ends) = (absence.starts_on.max(from), last.plus_days(1).min(end));
    let weekdays = begins.working_days_until(ends);
    let is_within = absence.starts_on >= from && last < end;
    match absence.working_days.map(i64::from) {
        Some(said) if is_within => said,
        Some(said) => said.min(weekdays),
        None => weekdays,
    }
}

/// The working days of a cadre's sick and personal leave from a day up to, without, another.
///
/// # Errors
/// When the database refuses.
pub fn leave_days(
    conn: &mut DbConn,
    cadre_id: Id,
    (from, end): (Date, Date),
    today: Date,
) -> Result<i64> {
    let absences = leave_store::counted(conn, cadre_id, end)?;
    let days = absences
        .iter()
        .map(|absence| days_within(absence, from, end, today));
    Ok(days.sum())
}

/// Counts the leave in a cadre's probation anew, and journals a shortfall that changed.
///
/// # Errors
/// When the database refuses.
pub fn recount(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    let Some(mut cadre) = cadres::store::find(tx, cadre_id)? else {
        return Ok(());
    };
    let end = cadres::standing(&cadre, context.today).probation_ends_on;
    let days = leave_days(tx, cadre_id, (cadre.reported_on, end), context.today)?;
    let days = i32::try_from(days).unwrap_or(i32::MAX);
    if days == cadre.probation_leave_days {
        return Ok(());
    }
    let before = cadres::probation_shortfall(&cadre);
    cadres::store::set_probation_leave(tx, cadre_id, days)?;
    cadre.probation_leave_days = days;
    if cadres::probation_shortfall(&cadre) == before {
        return Ok(());
    }
    cadres::derived_changed(tx, context, cadre_id, &["probationShortfallDays"])
}

/// Counts anew for those whose leave has no end yet, as each day adds to it.
///
/// # Errors
/// When the database refuses.
pub fn recount_open(tx: &mut DbConn, context: &Context) -> Result<()> {
    for cadre_id in leave_store::with_open_leave(tx)? {
        recount(tx, context, cadre_id)?;
    }
    Ok(())
}

/// Counts for everyone who has leave, once after the upgrade that began to count; how many were counted.
///
/// # Errors
/// When the database refuses.
pub fn renew(tx: &mut DbConn, context: &Context) -> Result<usize> {
    if !leave_store::claim_first_count(tx)? {
        return Ok(0);
    }
    let ids = leave_store::with_leave(tx)?;
    for id in &ids {
        recount(tx, context, *id)?;
    }
    Ok(ids.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::absences::AbsenceKind;
    use crate::db::UtcTimestamp;

    #[test]
    fn leave_counts_with_the_days_that_fall_into_the_time() {
        let day = |text: &str| Date::parse(text).unwrap();
        let absence = |from: &str, to: Option<&str>, working_days| Absence {
            id: Id(uuid::Uuid::nil()),
            version: 1,
            created_at: UtcTimestamp::parse("2023-07-24T00:00:00Z").unwrap(),
            updated_at: UtcTimestamp::parse("2023-07-24T00:00:00Z").unwrap(),
            created_by: None,
            cadre_id: Id(uuid::Uuid::nil()),
            kind: AbsenceKind::Sick,
            starts_on: day(from),
            ends_on: to.map(day),
            working_days,
        };
        let (from, end) = (day("2022-08-26"), day("2023-08-26"));
        for (absence, expected) in [
            (absence("2023-07-03", Some("2023-07-16"), None), 10),
            (absence("2023-07-03", Some("2023-07-16"), Some(8)), 8),
            // Before, after, and across each end.
            (absence("2022-08-01", Some("2022-08-25"), Some(19)), 0),
            (absence("2023-08-26", Some("2023-09-10"), None), 0),
            (absence("2022-08-22", Some("2022-08-29"), Some(6)), 2),
            (absence("2023-08-24", Some("2023-08-30"), None), 2),
            // Without an end it lasts until today, and one planned for later is a day long at least.
            (absence("2023-07-17", None, None), 6),
            (absence("2023-07-31", None, None), 1),
        ] {
            let days = days_within(&absence, from, end, day("2023-07-24"));
            assert_eq!(days, expected, "{absence:?}");
        }
    }
}
