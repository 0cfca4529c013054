//! Queries of the calendar.

use diesel::prelude::*;

use crate::cadres::{self, Cadre};
use crate::db::schema::{absences, cadres as cadre_rows, service_state};
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::values::Date;

/// The name of the mark.
const MARK: &str = "calendar-day";

/// The last day that was made up.
///
/// # Errors
/// When the database refuses.
pub fn last_day(conn: &mut DbConn) -> Result<Option<Date>> {
    if let DbConn::Postgres(conn) = conn {
        service_state::table
            .find(MARK)
            .select(service_state::name)
            .for_update()
            .first::<String>(conn)
            .optional()?;
    }
    let text: Option<String> = service_state::table
        .find(MARK)
        .select(service_state::value)
        .first(conn)
        .optional()?;
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
    let moved = diesel::update(service_state::table.find(MARK))
        .set(service_state::value.eq(day.to_string()))
        .execute(tx)?;
    if moved == 0 {
        diesel::insert_into(service_state::table)
            .values((
                service_state::name.eq(MARK),
                service_state::value.eq(day.to_string()),
            ))
            .execute(tx)?;
    }
    Ok(())
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
