//! Queries of pairs.

use diesel::prelude::*;

use super::model::{
    Assignment, AssignmentRecord, AssignmentStatus, DISTINCT_MENTORS, ReplacementReason,
};
use crate::access::Subtree;
use crate::db::schema::{assignments, cadres, mentors, organizations};
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, inside, on_backend};
use crate::error::{Error, Result};
use crate::listing::EveryMember;
use crate::mentors::MentorRole;
use crate::values::Date;

diesel::alias!(organizations as present: PresentOrganization);

/// The status as a condition that no index is searched by: the pairs of one cadre, mentor or unit are few, those of one status
/// many, and SQLite may take the index of statuses where it has no statistics of a young table.
macro_rules! status {
    () => {
        crate::db::unindexed(assignments::status, assignments::status)
    };
}

/// What a reply shows, in one statement: of the members that are asked for, what they need, and always what decides who sees the
/// row. A macro because the joined query has no type one could write down.
macro_rules! records {
    ($fields:expr) => {{
        let fields = $fields;
        assignments::table
            .inner_join(cadres::table.on(cadres::id.eq(assignments::cadre_id)))
            .inner_join(mentors::table.on(mentors::id.eq(assignments::mentor_id)))
            .inner_join(organizations::table.on(organizations::id.eq(assignments::organization_id)))
            .inner_join(
                crate::assignments::store::present.on(crate::assignments::store::present
                    .field(organizations::id)
                    .eq(assignments::present_organization_id)),
            )
            .select((
                crate::assignments::model::columns!(fields),
                (
                    fields.column(&["cadreName"], cadres::name),
                    cadres::political_mentor_id,
                    cadres::professional_mentor_id,
                ),
                fields.column(&["mentorName"], mentors::name),
                (
                    fields.column(&["organizationName"], organizations::name),
                    organizations::path,
                ),
                crate::assignments::store::present.field(organizations::path),
            ))
    }};
}

pub(super) use {records, status};

/// The statuses of pairs that are or were in effect.
const IN_EFFECT: [AssignmentStatus; 3] = [
    AssignmentStatus::Active,
    AssignmentStatus::Completed,
    AssignmentStatus::Replaced,
];

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Assignment>> {
    let found = assignments::table.find(id).select(Assignment::as_select());
    Ok(found.first(conn).optional()?)
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<AssignmentRecord>> {
    let found = records!(EveryMember).filter(assignments::id.eq(id));
    Ok(found.first::<AssignmentRecord>(conn).optional()?)
}

/// All pairs of a cadre, the first one first.
///
/// # Errors
/// When the database refuses.
pub fn of_cadre(conn: &mut DbConn, cadre_id: Id) -> Result<Vec<Assignment>> {
    let assignments = assignments::table
        .filter(assignments::cadre_id.eq(cadre_id))
        .order((assignments::starts_on, assignments::id))
        .select(Assignment::as_select());
    Ok(assignments.load(conn)?)
}

/// The pair of a cadre and a mentor that was or is in effect on a day, or that ended up to `grace` days before it.
///
/// # Errors
/// When the database refuses.
pub fn of_cadre_on(
    conn: &mut DbConn,
    cadre_id: Id,
    mentor_id: Id,
    day: Date,
    grace: i64,
) -> Result<Vec<Assignment>> {
    let assignments = assignments::table
        .filter(assignments::cadre_id.eq(cadre_id))
        .filter(assignments::mentor_id.eq(mentor_id))
        .filter(status!().eq_any(IN_EFFECT))
        .filter(assignments::starts_on.le(day))
        .filter(
            assignments::ends_on.is_null().or(assignments::ends_on
                .assume_not_null()
                .ge(day.plus_days(-grace))),
        )
        .order((assignments::starts_on, assignments::id))
        .select(Assignment::as_select());
    Ok(assignments.load(conn)?)
}

/// Every pair.
///
/// # Errors
/// When the database refuses.
pub fn all(conn: &mut DbConn) -> Result<Vec<Assignment>> {
    Ok(assignments::table
        .select(Assignment::as_select())
        .load(conn)?)
}

/// The pairs of a mentor with some cadres that are or were in effect, the first one first.
///
/// # Errors
/// When the database refuses.
pub fn of_mentor_with(
    conn: &mut DbConn,
    mentor_id: Id,
    cadre_ids: &[Id],
) -> Result<Vec<Assignment>> {
    let assignments = assignments::table
        .filter(assignments::cadre_id.eq_any(cadre_ids.to_vec()))
        .filter(assignments::mentor_id.eq(mentor_id))
        .filter(status!().eq_any(IN_EFFECT))
        .order((assignments::starts_on, assignments::id))
        .select(Assignment::as_select());
    Ok(assignments.load(conn)?)
}

/// The active pairs of a cadre.
///
/// # Errors
/// When the database refuses.
pub fn active_of_cadre(conn: &mut DbConn, cadre_id: Id) -> Result<Vec<Assignment>> {
    let assignments = assignments::table
        .filter(assignments::cadre_id.eq(cadre_id))
        .filter(status!().eq(AssignmentStatus::Active))
        .order(assignments::id)
        .select(Assignment::as_select());
    Ok(assignments.load(conn)?)
}

/// The live pairs of a cadre: those in effect and those proposed.
///
/// # Errors
/// When the database refuses.
pub fn live_of_cadre(conn: &mut DbConn, cadre_id: Id) -> Result<Vec<Assignment>> {
    let live = [AssignmentStatus::Active, AssignmentStatus::Proposed];
    let assignments = assignments::table
        .filter(assignments::cadre_id.eq(cadre_id))
        .filter(status!().eq_any(live))
        .order(assignments::id)
        .select(Assignment::as_select());
    Ok(assignments.load(conn)?)
}

/// The active pairs of a mentor, by cadre.
///
/// # Errors
/// When the database refuses.
pub fn active_of_mentor(conn: &mut DbConn, mentor_id: Id) -> Result<Vec<Assignment>> {
    let assignments = assignments::table
        .filter(assignments::mentor_id.eq(mentor_id))
        .filter(status!().eq(AssignmentStatus::Active))
        .order((assignments::cadre_id, assignments::id))
        .select(Assignment::as_select());
    Ok(assignments.load(conn)?)
}

/// The active pairs of which one side belongs to a subtree now, by cadre.
///
/// # Errors
/// When the database refuses.
pub fn active_within(conn: &mut DbConn, subtree: &Subtree) -> Result<Vec<Assignment>> {
    let organizations = || {
        organizations::table
            .filter(inside!(subtree))
            .select(organizations::id)
    };
    let there = mentors::table
        .filter(mentors::organization_id.eq_any(organizations()))
        .select(mentors::id);
    let assignments = assignments::table
        .filter(status!().eq(AssignmentStatus::Active))
        .filter(
            assignments::present_organization_id
                .eq_any(organizations())
                .or(assignments::mentor_id.eq_any(there)),
        )
        .order((assignments::cadre_id, assignments::id))
        .select(Assignment::as_select());
    Ok(assignments.load(conn)?)
}

/// The pair that replaced another.
///
/// # Errors
/// When the database refuses.
pub fn successor(conn: &mut DbConn, id: Id, cadre_id: Id) -> Result<Option<Assignment>> {
    let assignments = assignments::table
        .filter(assignments::cadre_id.eq(cadre_id))
        .filter(assignments::replaces_id.eq(id))
        .filter(assignments::status.ne(AssignmentStatus::Proposed))
        .order(assignments::id.desc())
        .select(Assignment::as_select());
    Ok(assignments.first(conn).optional()?)
}

/// The proposals to replace a pair.
///
/// # Errors
/// When the database refuses.
pub fn proposed_successors(conn: &mut DbConn, id: Id, cadre_id: Id) -> Result<Vec<Assignment>> {
    let assignments = assignments::table
        .filter(assignments::cadre_id.eq(cadre_id))
        .filter(assignments::replaces_id.eq(id))
        .filter(status!().eq(AssignmentStatus::Proposed))
        .order(assignments::id)
        .select(Assignment::as_select());
    Ok(assignments.load(conn)?)
}

/// Writes a new row.
///
/// # Errors
/// `Duplicate` for a second live pair in the role, `RuleViolation` for the same mentor in both roles.
pub fn insert(tx: &mut DbConn, row: &Assignment) -> Result<()> {
    let inserted = diesel::insert_into(assignments::table)
        .values(row)
        .execute(tx);
    inserted.map_err(refused)?;
    Ok(())
}

/// Writes many new rows, those that are replaced before those that replace them.
///
/// # Errors
/// As [`insert`].
pub fn insert_many(tx: &mut DbConn, rows: &[Assignment]) -> Result<()> {
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        let inserted = on_backend!(tx, |c| diesel::insert_into(assignments::table)
            .values(rows)
            .execute(c));
        inserted.map_err(refused)?;
    }
    Ok(())
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first; as [`insert`].
pub fn update(tx: &mut DbConn, row: &Assignment, version: i64) -> Result<()> {
    let former = assignments::table
        .find(row.id)
        .filter(assignments::version.eq(version));
    match diesel::update(former).set(row).execute(tx) {
        Ok(1) => Ok(()),
        Ok(_) => Err(Error::StaleVersion(None)),
        Err(error) => Err(refused(error)),
    }
}

/// Writes whether a pair needs another mentor, which follows from other records and raises no version.
///
/// # Errors
/// When the database refuses.
pub fn set_needs_replacement(
    tx: &mut DbConn,
    id: Id,
    needs: Option<(Date, ReplacementReason)>,
) -> Result<()> {
    diesel::update(assignments::table.find(id))
        .set((
            assignments::needs_replacement_since.eq(needs.map(|(since, _)| since)),
            assignments::needs_replacement_reason.eq(needs.map(|(_, reason)| reason)),
        ))
        .execute(tx)?;
    Ok(())
}

/// Writes which unit the cadre of these pairs belongs to now.
///
/// # Errors
/// When the database refuses.
pub fn set_present_organization(tx: &mut DbConn, cadre_id: Id, organization_id: Id) -> Result<()> {
    diesel::update(assignments::table.filter(assignments::cadre_id.eq(cadre_id)))
        .set(assignments::present_organization_id.eq(organization_id))
        .execute(tx)?;
    Ok(())
}

/// Lets records follow a unit that was merged into another.
///
/// # Errors
/// When the database refuses.
pub fn move_present_organization(tx: &mut DbConn, from: Id, into: Id) -> Result<()> {
    let there = assignments::table.filter(assignments::present_organization_id.eq(from));
    diesel::update(there)
        .set(assignments::present_organization_id.eq(into))
        .execute(tx)?;
    Ok(())
}

/// The meaning of a broken index: of two that come at once the second one loses here.
fn refused(error: diesel::result::Error) -> Error {
    match Error::from(error) {
        Error::Duplicate(key, _) if key.is(DISTINCT_MENTORS) => Error::rule("R29", "SAME_MENTOR"),
        other => other,
    }
}

/// The first pair in a role, of those given.
pub fn in_role(assignments: &[Assignment], role: MentorRole) -> Option<&Assignment> {
    assignments
        .iter()
        .find(|assignment| assignment.role == role)
}
