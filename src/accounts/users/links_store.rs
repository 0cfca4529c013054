//! Queries of who an account is: its name, its units, and the mentor and the cadre it links.

use diesel::prelude::*;

use crate::db::schema::{organizations, user_grants, users};
use crate::db::{DbConn, Id, MultiBackend};
use crate::error::Result;

/// An account, and the mentor and the cadre that it links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Link {
    /// The user.
    pub user_id: Id,
    /// The mentor they are.
    pub mentor_id: Option<Id>,
    /// The cadre they are.
    pub cadre_id: Option<Id>,
}

/// By what the account of a person is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkedBy {
    /// The account itself.
    User(Id),
    /// The mentor it links.
    Mentor(Id),
    /// The cadre it links.
    Cadre(Id),
}

type Columns = (users::id, users::mentor_id, users::cadre_id);
const COLUMNS: Columns = (users::id, users::mentor_id, users::cadre_id);

/// The account of a person.
///
/// # Errors
/// When the database refuses.
pub fn find_link(conn: &mut DbConn, by: LinkedBy) -> Result<Option<Link>> {
    let accounts = users::table.into_boxed::<MultiBackend>();
    let accounts = match by {
        LinkedBy::User(id) => accounts.filter(users::id.eq(id)),
        LinkedBy::Mentor(id) => accounts.filter(users::mentor_id.eq(id)),
        LinkedBy::Cadre(id) => accounts.filter(users::cadre_id.eq(id)),
    };
    Ok(accounts.select(COLUMNS).first(conn).optional()?)
}

/// The accounts that have an id or link a record of it.
///
/// # Errors
/// When the database refuses.
pub fn links_naming(conn: &mut DbConn, id: Id) -> Result<Vec<Link>> {
    let named = users::id
        .eq(id)
        .or(users::mentor_id.eq(id))
        .or(users::cadre_id.eq(id));
    Ok(users::table.filter(named).select(COLUMNS).load(conn)?)
}

/// Every account that links a mentor with a cadre, and some others.
///
/// # Errors
/// When the database refuses.
pub fn links_of_both(conn: &mut DbConn, others: &[Id]) -> Result<Vec<Link>> {
    let both = users::mentor_id
        .is_not_null()
        .and(users::cadre_id.is_not_null());
    let links = users::table
        .filter(both.or(users::id.eq_any(others.to_vec())))
        .order(users::id)
        .select(COLUMNS);
    Ok(links.load(conn)?)
}

/// Users with their names.
///
/// # Errors
/// When the database refuses.
pub fn names(conn: &mut DbConn, ids: &[Id]) -> Result<Vec<(Id, String)>> {
    let rows = users::table
        .filter(users::id.eq_any(ids.to_vec()))
        .select((users::id, users::display_name));
    Ok(rows.load(conn)?)
}

/// The units of users' grants with their paths, in the order of the grants.
///
/// # Errors
/// When the database refuses.
pub fn units_of(conn: &mut DbConn, ids: &[Id]) -> Result<Vec<(Id, Id, String)>> {
    let granted = user_grants::organization_id.assume_not_null();
    let rows = user_grants::table
        .inner_join(organizations::table.on(organizations::id.eq(granted)))
        .filter(user_grants::user_id.eq_any(ids.to_vec()))
        .order((user_grants::user_id, user_grants::position))
        .select((user_grants::user_id, organizations::id, organizations::path));
    Ok(rows.load(conn)?)
}
