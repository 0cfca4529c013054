//! Queries of growth files: what no single room answers.

use diesel::prelude::*;

use super::model::FileMentor;
use crate::db::schema::{assignments, mentors, organizations};
use crate::db::{DbConn, Id, MultiBackend};
use crate::error::Result;
use crate::values::Date;

diesel::alias!(organizations as unit_then: UnitThen);

/// The pairs of a cadre that began, the latest first, each with the path of the cadre's unit on its first day. A pair that was
/// entered in error is no part of the file.
///
/// # Errors
/// When the database refuses.
pub fn mentors_of(
    conn: &mut DbConn,
    cadre_id: Id,
    since: Option<Date>,
) -> Result<Vec<(FileMentor, String)>> {
    let mut query = assignments::table
        .inner_join(mentors::table.on(mentors::id.eq(assignments::mentor_id)))
        .inner_join(organizations::table.on(organizations::id.eq(mentors::organization_id)))
        .inner_join(
            unit_then.on(unit_then
                .field(organizations::id)
                .eq(assignments::organization_id)),
        )
        .filter(assignments::cadre_id.eq(cadre_id))
        .filter(assignments::status.eq_any(["ACTIVE", "COMPLETED", "REPLACED"]))
        .select((
            (
                assignments::id,
                assignments::mentor_id,
                mentors::name,
                organizations::name,
                mentors::post_title,
                assignments::role,
                assignments::pairing_style,
                assignments::status,
                assignments::starts_on,
                assignments::ends_on,
                assignments::end_reason,
                assignments::needs_replacement_since.is_not_null(),
            ),
            unit_then.field(organizations::path),
        ))
        .order((assignments::starts_on.desc(), assignments::id.desc()))
        .into_boxed::<MultiBackend>();
    if let Some(day) = since {
        query = query.filter(
            assignments::ends_on
                .is_null()
                .or(assignments::ends_on.assume_not_null().ge(day)),
        );
    }
    Ok(query.load(conn)?)
}
