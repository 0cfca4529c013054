//! Grouped queries over a subtree.

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::access::Subtree;
use crate::cadres::{CadreStatus, Mentoring};
use crate::db::schema::{cadres, mentors, organizations};
use crate::db::{DbConn, inside};
use crate::error::Result;
use crate::mentors::MentorStatus;
use crate::values::Date;

/// Cadres alike in what the figures ask for: day of reporting, status, mentors; and how many.
pub type CadreGroup = (Date, CadreStatus, Mentoring, i64);

/// Cadres of a subtree. Phases follow from the day of reporting, so that one pass answers for any day and rule table.
///
/// # Errors
/// When the database refuses.
pub fn cadres_of(conn: &mut DbConn, subtree: &Subtree) -> Result<Vec<CadreGroup>> {
    Ok(cadres::table
        .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
        .filter(inside!(subtree))
        .group_by((cadres::reported_on, cadres::status, cadres::mentoring))
        .select((
            cadres::reported_on,
            cadres::status,
            cadres::mentoring,
            count_star(),
        ))
        .load(conn)?)
}

/// Mentors alike in what the figures ask for: status, roles, seats, seats taken; and how many.
#[derive(Debug, Clone, Queryable)]
pub struct MentorGroup {
    /// Status.
    pub status: MentorStatus,
    /// Whether they may be a political mentor.
    pub political: bool,
    /// Whether they may be a professional mentor.
    pub professional: bool,
    /// Seats of each.
    pub max_mentees: i32,
    /// Seats taken of each.
    pub active_mentees: i32,
    /// How many mentors.
    pub count: i64,
}

/// Mentors of a subtree.
///
/// # Errors
/// When the database refuses.
pub fn mentors_of(conn: &mut DbConn, subtree: &Subtree) -> Result<Vec<MentorGroup>> {
    Ok(mentors::table
        .inner_join(organizations::table.on(organizations::id.eq(mentors::organization_id)))
        .filter(inside!(subtree))
        .group_by((
            mentors::status,
            mentors::political,
            mentors::professional,
            mentors::max_mentees,
            mentors::active_mentees,
        ))
        .select((
            mentors::status,
            mentors::political,
            mentors::professional,
            mentors::max_mentees,
            mentors::active_mentees,
            count_star(),
        ))
        .load(conn)?)
}
