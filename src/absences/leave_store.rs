//! Queries of the leave that the rules count.

use diesel::prelude::*;

use super::model::{Absence, AbsenceKind};
use super::store::covers;
use crate::db::schema::absences;
use crate::db::{DbConn, Id, service_state};
use crate::error::Result;
use crate::values::Date;

/// The kinds that the rules count.
const COUNTED: [AbsenceKind; 2] = [AbsenceKind::Sick, AbsenceKind::Personal];

/// A cadre's leave that began before a day.
///
/// # Errors
/// When the database refuses.
pub fn counted(conn: &mut DbConn, cadre_id: Id, before: Date) -> Result<Vec<Absence>> {
    let counted = absences::table
        .filter(absences::cadre_id.eq(cadre_id))
        .filter(absences::kind.eq_any(COUNTED))
        .filter(absences::starts_on.lt(before))
        .select(Absence::as_select());
    Ok(counted.load(conn)?)
}

/// A time away, of whatever kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Spell {
    /// Who.
    pub cadre_id: Id,
    /// The first day.
    pub starts_on: Date,
    /// The last day, when known.
    pub ends_on: Option<Date>,
}

/// The times that some cadres were away.
///
/// # Errors
/// When the database refuses.
pub fn spells_of(conn: &mut DbConn, cadre_ids: &[Id]) -> Result<Vec<Spell>> {
    let spells = absences::table
        .filter(absences::cadre_id.eq_any(cadre_ids.to_vec()))
        .select((absences::cadre_id, absences::starts_on, absences::ends_on));
    Ok(spells.load(conn)?)
}

/// The cadres whose leave has no end yet.
///
/// # Errors
/// When the database refuses.
pub fn with_open_leave(conn: &mut DbConn) -> Result<Vec<Id>> {
    let open = absences::table
        .filter(absences::ends_on.is_null())
        .filter(absences::kind.eq_any(COUNTED))
        .select(absences::cadre_id)
        .distinct();
    Ok(open.load(conn)?)
}

/// The cadres who have any leave.
///
/// # Errors
/// When the database refuses.
pub fn with_leave(conn: &mut DbConn) -> Result<Vec<Id>> {
    let all = absences::table
        .filter(absences::kind.eq_any(COUNTED))
        .select(absences::cadre_id)
        .distinct();
    Ok(all.load(conn)?)
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
        if covers(conn, id, before)? != covers(conn, id, day)? {
            turning.push(id);
        }
    }
    Ok(turning)
}

/// The row of `service_state` that says that leave was counted for everyone who was there before it was counted.
const MARK: &str = "probation-leave-counted";

/// Sets the mark; `true` for the one who set it first.
///
/// # Errors
/// When the database refuses.
pub fn claim_first_count(tx: &mut DbConn) -> Result<bool> {
    service_state::claim(tx, MARK, "1")
}
