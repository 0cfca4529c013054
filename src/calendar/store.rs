//! Queries of the calendar.

use diesel::prelude::*;

use crate::cadres::{self, Cadre};
use crate::db::schema::{absences, cadres as cadre_rows};
use crate::db::{DbConn, Id, service_state};
use crate::error::{Error, Result};
use crate::values::Date;

/// The name of the mark.
const MARK: &str = "calendar-day";

/// The last day that was made up.
///
/// # Errors
/// When the database refuses.
pub fn last_day(conn: &mut DbConn) -> Result<Option<Date>> {
    let text = service_state::lock(conn, MARK)?;
    text.map(|text| {
        Date::parse(&text).map_err(|_| Error::internal("the calendar's mark is no day"))
    })
    .transpose()
}

/// Moves the mark.
///
/// # Errors
/// When the database refuses.
pub fn set_last_day(tx: &mut DbConn, day: Date) -> Result<()> {
    service_state::set(tx, MARK, &day.to_string())
}

/// Cadres in the programme who reported between two days.
///
/// # Errors
/// When the database refuses.
pub fn reported_between(conn: &mut DbConn, from: Date, to: Date) -> Result<Vec<(Id, Date)>> {
    let rows = cadre_rows::table
        .filter(cadre_rows::reported_on.between(from, to))
        .filter(cadre_rows::status.eq_any(["ACTIVE", "SUSPENDED"]))
        .order(cadre_rows::id)
        .select((cadre_rows::id, cadre_rows::reported_on));
    Ok(rows.load(conn)?)
}

/// Cadres whose last day on probation was `before`.
///
/// # Errors
/// When the database refuses.
pub fn off_probation(conn: &mut DbConn, before: Date, day: Date) -> Result<Vec<Id>> {
    let around = day.plus_months(-12);
    let regular = cadre_rows::reported_on.between(around.plus_days(-1), around.plus_days(1));
    let extended = cadre_rows::probation_extended_until
        .assume_not_null()
        .eq(day);
    let rows: Vec<Cadre> = cadre_rows::table
        .filter(regular.or(extended))
        .order(cadre_rows::id)
        .select(Cadre::as_select())
        .load(conn)?;
    let turned = |cadre: &Cadre| {
        cadres::standing(cadre, before).on_probation && !cadres::standing(cadre, day).on_probation
    };
    Ok(rows
        .iter()
        .filter(|cadre| turned(cadre))
        .map(|cadre| cadre.id)
        .collect())
}

/// Cadres who were on leave on exactly one of two days.
///
/// # Errors
/// When the database refuses.
pub fn leave_turning(conn: &mut DbConn, before: Date, day: Date) -> Result<Vec<Id>> {
    let touched = absences::starts_on
        .eq(day)
        .or(absences::ends_on.assume_not_null().eq(before));
    let mut ids: Vec<Id> = absences::table
        .filter(touched)
        .select(absences::cadre_id)
        .load(conn)?;
    ids.sort();
    ids.dedup();
    let mut turning = Vec::new();
    for id in ids {
        if crate::absences::covers(conn, id, before)? != crate::absences::covers(conn, id, day)? {
            turning.push(id);
        }
    }
    Ok(turning)
}
