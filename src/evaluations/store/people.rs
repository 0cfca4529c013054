//! Queries of the people an evaluation is about and by: the pair.

use diesel::prelude::*;

use crate::db::schema::{assignments, mentors};
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::values::Date;

/// A time in which a mentor was paired with a cadre.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Pair {
    /// In which role.
    pub role: String,
    /// First day.
    pub starts_on: Date,
    /// Last day; none while it lasts.
    pub ends_on: Option<Date>,
    /// The mentor's name.
    pub mentor_name: String,
}

/// The times in which a mentor was paired with a cadre, the latest first.
///
/// # Errors
/// When the database refuses.
pub fn pairs(conn: &mut DbConn, cadre_id: Id, mentor_id: Id) -> Result<Vec<Pair>> {
    let pairs = assignments::table
        .inner_join(mentors::table.on(mentors::id.eq(assignments::mentor_id)))
        .filter(assignments::cadre_id.eq(cadre_id))
        .filter(assignments::mentor_id.eq(mentor_id))
        .filter(assignments::status.eq_any(["ACTIVE", "COMPLETED", "REPLACED"]))
        .order(assignments::starts_on.desc())
        .select((
            assignments::role,
            assignments::starts_on,
            assignments::ends_on,
            mentors::name,
        ));
    Ok(pairs.load(conn)?)
}

/// The mentors who were paired with a cadre in a role on a day.
///
/// # Errors
/// When the database refuses.
pub fn paired_on(conn: &mut DbConn, cadre_id: Id, role: &str, day: Date) -> Result<Vec<Id>> {
    let paired = assignments::table
        .filter(assignments::cadre_id.eq(cadre_id))
        .filter(assignments::role.eq(role))
        .filter(assignments::status.eq_any(["ACTIVE", "COMPLETED", "REPLACED"]))
        .filter(assignments::starts_on.le(day))
        .filter(
            assignments::ends_on
                .is_null()
                .or(assignments::ends_on.assume_not_null().ge(day)),
        )
        .select(assignments::mentor_id)
        .distinct();
    Ok(paired.load(conn)?)
}
