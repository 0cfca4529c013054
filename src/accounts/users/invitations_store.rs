//! Queries of those who are to be invited.

use std::collections::HashSet;

use diesel::prelude::*;

use super::model::User;
use super::request::Invited;
use super::rules;
use crate::access::{Role, Subtree};
use crate::db::schema::{cadres, mentors, organizations, user_grants, users};
use crate::db::{Condition, DbConn, Id, MultiBackend, UtcTimestamp, any_of, inside};
use crate::error::Result;

/// Someone to invite: id and name, and the name of their unit.
pub type Person = (Id, String, String);

/// People of a subtree without an account.
///
/// # Errors
/// When the database refuses.
pub fn without_account(
    conn: &mut DbConn,
    invited: Invited,
    subtree: &Subtree,
    limit: i64,
) -> Result<Vec<Person>> {
    let people = match invited {
        Invited::Cadres => cadres::table
            .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
            .left_join(users::table.on(users::cadre_id.eq(cadres::id.nullable())))
            .filter(users::id.nullable().is_null())
            .filter(cadres::status.eq_any(["ACTIVE", "SUSPENDED"]))
            .filter(inside!(subtree))
            .order(cadres::id)
            .limit(limit)
            .select((cadres::id, cadres::name, organizations::name))
            .load(conn)?,
        Invited::Mentors => mentors::table
            .inner_join(organizations::table.on(organizations::id.eq(mentors::organization_id)))
            .left_join(users::table.on(users::mentor_id.eq(mentors::id.nullable())))
            .filter(users::id.nullable().is_null())
            .filter(mentors::status.eq_any(["APPOINTED", "SUSPENDED"]))
            .filter(inside!(subtree))
            .order(mentors::id)
            .limit(limit)
            .select((mentors::id, mentors::name, organizations::name))
            .load(conn)?,
    };
    Ok(people)
}

/// Invited people of a subtree who never chose a password: those whose code has expired, or all of them. Whoever holds any
/// other role than MENTOR and CADRE, or was reset, is left to the administrator.
///
/// # Errors
/// When the database refuses.
pub fn not_activated(
    conn: &mut DbConn,
    invited: Invited,
    subtree: &Subtree,
    expired_by: Option<UtcTimestamp>,
    limit: i64,
) -> Result<Vec<(User, Person)>> {
    let elsewhere = user_grants::table
        .filter(user_grants::user_id.eq(users::id))
        .filter(user_grants::role.ne_all([Role::Mentor, Role::Cadre]))
        .select(user_grants::user_id);
    let mut waiting = users::table
        .left_join(cadres::table.on(cadres::id.nullable().eq(users::cadre_id)))
        .left_join(mentors::table.on(mentors::id.nullable().eq(users::mentor_id)))
        .inner_join(
            organizations::table.on(organizations::id
                .nullable()
                .eq(cadres::organization_id.nullable())
                .or(organizations::id
                    .nullable()
                    .eq(mentors::organization_id.nullable()))),
        )
        .filter(users::password_hash.is_null())
        .filter(users::activated_at.is_null())
        .filter(users::reset_at.is_null())
        .filter(users::activation_failures.lt(rules::MAX_ACTIVATION_FAILURES))
        .filter(users::disabled.eq(false))
        .filter(inside!(subtree))
        .filter(diesel::dsl::not(diesel::dsl::exists(elsewhere)))
        .order(users::id)
        .limit(limit)
        .select((User::as_select(), organizations::name))
        .into_boxed::<MultiBackend>();
    waiting = match invited {
        Invited::Cadres => waiting.filter(users::cadre_id.is_not_null()),
        Invited::Mentors => waiting.filter(users::mentor_id.is_not_null()),
    };
    if let Some(moment) = expired_by {
        waiting = waiting.filter(users::activation_expires_at.le(moment));
    }
    let rows: Vec<(User, String)> = waiting.load(conn)?;
    let person = |(user, unit): (User, String)| {
        let id = match invited {
            Invited::Cadres => user.cadre_id,
            Invited::Mentors => user.mentor_id,
        };
        id.map(|id| {
            let person = (id, user.display_name.clone(), unit);
            (user, person)
        })
    };
    Ok(rows.into_iter().filter_map(person).collect())
}

/// Beginnings asked for in one statement.
const BEGINNINGS_PER_STATEMENT: usize = 100;

/// Usernames that are one of these, or one with a number behind it.
///
/// # Errors
/// When the database refuses.
pub fn usernames_like(conn: &mut DbConn, beginnings: &[&str]) -> Result<HashSet<String>> {
    let mut names = HashSet::new();
    for beginnings in beginnings.chunks(BEGINNINGS_PER_STATEMENT) {
        // `:` follows the digits, and no username has one.
        let ranges = beginnings.iter().map(|beginning| -> Condition<_> {
            let before = users::username.lt(format!("{beginning}:"));
            Box::new(users::username.ge((*beginning).to_owned()).and(before))
        });
        let found = users::table
            .filter(any_of(ranges))
            .select(users::username)
            .load::<String>(conn)?;
        names.extend(found);
    }
    Ok(names)
}
