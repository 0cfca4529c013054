//! Statements that read or change the shape of the tree.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::super::model::{Organization, OrganizationKind};
use crate::access::Subtree;
use crate::db::schema::organizations;
use crate::db::{DbConn, Id, advisory_lock, advisory_lock_shared, inside};
use crate::error::{Error, Result};

/// Key of the lock that guards the shape of the tree on PostgreSQL; SQLite has one writer.
const TREE_LOCK: i64 = 0x6f72_675f_7472_6565;

/// Keeps the shape of the tree as it is until the transaction ends; others may do so too.
///
/// # Errors
/// When the database refuses.
pub fn hold_tree(tx: &mut DbConn) -> Result<()> {
    advisory_lock_shared(tx, TREE_LOCK)
}

/// Lets nobody else read the shape of the tree for a change, or change it, until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_tree(tx: &mut DbConn) -> Result<()> {
    advisory_lock(tx, TREE_LOCK)
}

/// The units that a path leads through, the last one included, from the root.
///
/// # Errors
/// When the database refuses.
pub fn line(conn: &mut DbConn, path: &str) -> Result<Vec<Organization>> {
    let paths: Vec<&str> = path
        .match_indices('/')
        .filter_map(|(end, _)| path.get(..=end))
        .collect();
    let units = organizations::table
        .filter(organizations::path.eq_any(paths))
        .order(organizations::path)
        .select(Organization::as_select());
    Ok(units.load(conn)?)
}

/// The units of some subtrees.
///
/// # Errors
/// When the database refuses.
pub fn within(conn: &mut DbConn, subtrees: &[Subtree]) -> Result<Vec<Id>> {
    let mut ids = Vec::new();
    for subtree in subtrees {
        let found = organizations::table
            .filter(inside!(subtree))
            .select(organizations::id);
        ids.extend(found.load::<Id>(conn)?);
    }
    Ok(ids)
}

/// Where a unit lies.
///
/// # Errors
/// When the database refuses.
pub fn path(conn: &mut DbConn, id: Id) -> Result<Option<String>> {
    let found = organizations::table.find(id).select(organizations::path);
    Ok(found.first(conn).optional()?)
}

/// Where the units lie that are under no other: the cities.
///
/// # Errors
/// When the database refuses.
pub fn root_paths(conn: &mut DbConn) -> Result<Vec<String>> {
    let roots = organizations::table
        .filter(organizations::kind.eq(OrganizationKind::City))
        .select(organizations::path);
    Ok(roots.load(conn)?)
}

/// The units directly under one.
///
/// # Errors
/// When the database refuses.
pub fn children(conn: &mut DbConn, id: Id) -> Result<Vec<Organization>> {
    let children = organizations::table
        .filter(organizations::parent_id.eq(id))
        .order(organizations::id.asc())
        .select(Organization::as_select())
        .load(conn)?;
    Ok(children)
}

/// The kinds of the units directly under one.
///
/// # Errors
/// When the database refuses.
pub fn kinds_under(conn: &mut DbConn, id: Id) -> Result<Vec<OrganizationKind>> {
    let kinds = organizations::table
        .filter(organizations::parent_id.eq(id))
        .select(organizations::kind)
        .distinct()
        .load(conn)?;
    Ok(kinds)
}

/// The units directly under one, with their kinds.
///
/// # Errors
/// When the database refuses.
pub fn children_with_kinds(conn: &mut DbConn, id: Id) -> Result<Vec<(Id, OrganizationKind)>> {
    let children = organizations::table
        .filter(organizations::parent_id.eq(id))
        .select((organizations::id, organizations::kind));
    Ok(children.load(conn)?)
}

/// Gives all below a unit that lies elsewhere now their new paths.
///
/// # Errors
/// When the database refuses.
pub fn rewrite_paths(tx: &mut DbConn, former: &Subtree, path: &str) -> Result<()> {
    let below = organizations::table.filter(inside!(former));
    let kept = i32::try_from(former.path.len() + 1).map_err(Error::internal)?;
    let moved = diesel::dsl::sql::<Text>("")
        .bind::<Text, _>(path.to_owned())
        .sql(" || substr(path, ")
        .bind::<Integer, _>(kept)
        .sql(")");
    diesel::update(below)
        .set(organizations::path.eq(moved))
        .execute(tx)?;
    Ok(())
}
