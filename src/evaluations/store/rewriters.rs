//! Queries of accounts that could write an evaluation again.

use diesel::prelude::*;

use crate::access::Role;
use crate::db::schema::{mentors, organizations, user_grants, users};
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::kinships::{Person, Records};
use crate::mentors::MentorStatus;
use crate::values::Date;

/// A user with a grant over a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The person.
    pub person: Records,
    /// The user.
    pub user_id: Id,
    /// Whether as an officer, not as a manager.
    pub is_officer: bool,
    /// How near the grant's unit is: the length of its path.
    pub nearness: usize,
}

/// The users who may write for a unit, the nearest first, officers before managers.
///
/// # Errors
/// When the database refuses.
pub fn staff_of(conn: &mut DbConn, path: &str, today: Date) -> Result<Vec<Staff>> {
    let above: Vec<&str> = path
        .match_indices('/')
        .filter_map(|(end, _)| path.get(..=end))
        .collect();
    let roles = [Role::UnitOfficer.as_str(), Role::ProgrammeManager.as_str()];
    // The user, the mentor and the cadre they are, the role, and the path of its unit.
    type Row = (Id, Option<Id>, Option<Id>, String, String);
    let rows: Vec<Row> = user_grants::table
        .inner_join(users::table.on(users::id.eq(user_grants::user_id)))
        .inner_join(
            organizations::table.on(user_grants::organization_id.eq(organizations::id.nullable())),
        )
        .filter(organizations::path.eq_any(above))
        .filter(user_grants::role.eq_any(roles))
        .filter(
            user_grants::valid_until
                .is_null()
                .or(user_grants::valid_until.assume_not_null().ge(today)),
        )
        .filter(users::disabled.eq(false))
        .select((
            users::id,
            users::mentor_id,
            users::cadre_id,
            user_grants::role,
            organizations::path,
        ))
        .load(conn)?;
    let mut staff: Vec<Staff> = rows
        .into_iter()
        .map(|(user_id, mentor_id, cadre_id, role, path)| Staff {
            person: Records::new([
                Some(Person::user(user_id)),
                mentor_id.map(Person::mentor),
                cadre_id.map(Person::cadre),
            ]),
            user_id,
            is_officer: role == Role::UnitOfficer.as_str(),
            nearness: path.len(),
        })
        .collect();
    staff.sort_by_key(|one| {
        (
            std::cmp::Reverse(one.nearness),
            !one.is_officer,
            one.user_id,
        )
    });
    Ok(staff)
}

/// Whether a user exists, and is not disabled.
///
/// # Errors
/// When the database refuses.
pub fn is_enabled(conn: &mut DbConn, user_id: Id) -> Result<Option<bool>> {
    let disabled = users::table.find(user_id).select(users::disabled);
    Ok(disabled
        .first::<bool>(conn)
        .optional()?
        .map(|disabled| !disabled))
}

/// The enabled account of a mentor who is not retired.
///
/// # Errors
/// When the database refuses.
pub fn account_of(conn: &mut DbConn, mentor_id: Id) -> Result<Option<Id>> {
    let account = users::table
        .inner_join(mentors::table.on(users::mentor_id.eq(mentors::id.nullable())))
        .filter(mentors::id.eq(mentor_id))
        .filter(mentors::status.ne(MentorStatus::Retired))
        .filter(users::disabled.eq(false))
        .order(users::id)
        .select(users::id);
    Ok(account.first(conn).optional()?)
}

/// Whether a mentor is retired.
///
/// # Errors
/// When the database refuses.
pub fn is_retired(conn: &mut DbConn, mentor_id: Id) -> Result<bool> {
    let status = mentors::table.find(mentor_id).select(mentors::status);
    let status: Option<MentorStatus> = status.first(conn).optional()?;
    Ok(status == Some(MentorStatus::Retired))
}
