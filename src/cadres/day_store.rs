//! Queries of the cadres for whom a day changes something.

use diesel::prelude::*;

use super::model::{Cadre, CadreStatus};
use super::rules::standing;
use crate::db::schema::cadres;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::values::Date;

/// Cadres in the programme who reported between two days.
///
/// # Errors
/// When the database refuses.
pub fn reported_between(conn: &mut DbConn, from: Date, to: Date) -> Result<Vec<(Id, Date)>> {
    let rows = cadres::table
        .filter(cadres::reported_on.between(from, to))
        .filter(cadres::status.eq_any([CadreStatus::Active, CadreStatus::Suspended]))
        .order(cadres::id)
        .select((cadres::id, cadres::reported_on));
    Ok(rows.load(conn)?)
}

/// Cadres whose last day on probation was `before`.
///
/// # Errors
/// When the database refuses.
pub fn off_probation(conn: &mut DbConn, before: Date, day: Date) -> Result<Vec<Id>> {
    let around = day.plus_months(-12);
    let regular = cadres::reported_on.between(around.plus_days(-1), around.plus_days(1));
    let extended = cadres::probation_extended_until.assume_not_null().eq(day);
    let rows: Vec<Cadre> = cadres::table
        .filter(regular.or(extended))
        .order(cadres::id)
        .select(Cadre::as_select())
        .load(conn)?;
    let turned =
        |cadre: &Cadre| standing(cadre, before).on_probation && !standing(cadre, day).on_probation;
    Ok(rows
        .iter()
        .filter(|cadre| turned(cadre))
        .map(|cadre| cadre.id)
        .collect())
}
