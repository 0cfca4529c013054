//! Queries of growth files: what no single room answers.

use diesel::prelude::*;

use super::model::FileMentor;
use crate::access::Reach;
use crate::db::schema::{assignments, cadre_events, mentors, organizations};
use crate::db::{DbConn, Id, MultiBackend, within};
use crate::error::Result;
use crate::values::Date;

type Paired = diesel::dsl::InnerJoinQuerySource<
    diesel::dsl::InnerJoinQuerySource<
        assignments::table,
        mentors::table,
        diesel::dsl::Eq<mentors::id, assignments::mentor_id>,
    >,
    organizations::table,
    diesel::dsl::Eq<organizations::id, mentors::organization_id>,
>;

/// The pairs of a cadre that began, the latest first; with a reach only those of its units' time. A pair that was entered in
/// error is no part of the file.
///
/// # Errors
/// When the database refuses.
pub fn mentors_of(
    conn: &mut DbConn,
    cadre_id: Id,
    of_time_in: Option<&Reach>,
    since: Option<Date>,
) -> Result<Vec<FileMentor>> {
    let mut query = assignments::table
        .inner_join(mentors::table.on(mentors::id.eq(assignments::mentor_id)))
        .inner_join(organizations::table.on(organizations::id.eq(mentors::organization_id)))
        .filter(assignments::cadre_id.eq(cadre_id))
        .filter(assignments::status.eq_any(["ACTIVE", "COMPLETED", "REPLACED"]))
        .select((
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
        ))
        .order((assignments::starts_on.desc(), assignments::id.desc()))
        .into_boxed::<MultiBackend>();
    if let Some(reach) = of_time_in {
        query = query.filter(within!(Paired, assignments::organization_id, reach));
    }
    if let Some(day) = since {
        query = query.filter(
            assignments::ends_on
                .is_null()
                .or(assignments::ends_on.assume_not_null().ge(day)),
        );
    }
    Ok(query.load(conn)?)
}

/// The last day in the programme of someone who left or graduated.
///
/// # Errors
/// When the database refuses.
pub fn last_day(conn: &mut DbConn, cadre_id: Id) -> Result<Option<Date>> {
    let turns = cadre_events::table
        .filter(cadre_events::cadre_id.eq(cadre_id))
        .filter(cadre_events::kind.eq_any(["LEFT", "GRADUATED"]));
    Ok(turns
        .order((cadre_events::recorded_at.desc(), cadre_events::id.desc()))
        .select(cadre_events::occurred_on)
        .first(conn)
        .optional()?)
}
