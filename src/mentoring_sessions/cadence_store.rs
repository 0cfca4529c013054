//! The last talks of pairs.

use diesel::dsl::max;
use diesel::prelude::*;

use super::model::SessionKind;
use crate::db::schema::mentoring_sessions;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::values::Date;

/// The last day of each kind of talk that some pairs had, from the index alone.
///
/// # Errors
/// When the database refuses.
pub fn last_days(
    conn: &mut DbConn,
    assignment_ids: &[Id],
) -> Result<Vec<(Id, SessionKind, Option<Date>)>> {
    let last = mentoring_sessions::table
        .filter(mentoring_sessions::assignment_id.eq_any(assignment_ids.to_vec()))
        .group_by((mentoring_sessions::assignment_id, mentoring_sessions::kind))
        .select((
            mentoring_sessions::assignment_id,
            mentoring_sessions::kind,
            max(mentoring_sessions::occurred_on),
        ));
    Ok(last.load(conn)?)
}
