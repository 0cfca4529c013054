//! Statements that read or change the shape of the tree.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::super::model::{Organization, OrganizationKind};
use crate::access::Subtree;
use crate::db::schema::{clients, organizations, token_cutoffs, user_grants};
use crate::db::{DbConn, Id, UtcTimestamp, on_backend};
use crate::error::{Error, Result};

/// Key of the lock that guards the shape of the tree on PostgreSQL; SQLite has one writer.
const TREE_LOCK: i64 = 0x6f72_675f_7472_6565;

/// Keeps the shape of the tree as it is until the transaction ends; others may do so too.
///
/// # Errors
/// When the database refuses.
pub fn hold_tree(tx: &mut DbConn) -> Result<()> {
    advisory_lock(tx, "SELECT pg_advisory_xact_lock_shared($1)")
}

/// Lets nobody else read the shape of the tree for a change, or change it, until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_tree(tx: &mut DbConn) -> Result<()> {
    advisory_lock(tx, "SELECT pg_advisory_xact_lock($1)")
}

fn advisory_lock(tx: &mut DbConn, statement: &str) -> Result<()> {
    if let DbConn::Postgres(tx) = tx {
        diesel::sql_query(statement)
            .bind::<diesel::sql_types::BigInt, _>(TREE_LOCK)
            .execute(tx)?;
    }
    Ok(())
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

/// Gives all below a unit that lies elsewhere now their new paths.
///
/// # Errors
/// When the database refuses.
pub fn rewrite_paths(tx: &mut DbConn, former: &Subtree, path: &str) -> Result<()> {
    let (from, to) = former.range();
    let below = organizations::table
        .filter(organizations::path.ge(from))
        .filter(organizations::path.lt(to));
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

/// Ends the access tokens that carry the path of a unit in the subtree: of people with grants there, and of clients.
///
/// # Errors
/// When the database refuses.
pub fn end_tokens(tx: &mut DbConn, subtree: &Subtree, now: UtcTimestamp) -> Result<()> {
    let (from, to) = subtree.range();
    let units = || {
        organizations::table
            .filter(organizations::path.ge(from.clone()))
            .filter(organizations::path.lt(to.clone()))
            .select(organizations::id.nullable())
    };
    let mut subjects: Vec<Id> = user_grants::table
        .filter(user_grants::organization_id.eq_any(units()))
        .select(user_grants::user_id)
        .distinct()
        .load(tx)?;
    let their_clients: Vec<Id> = clients::table
        .filter(clients::organization_id.nullable().eq_any(units()))
        .select(clients::id)
        .load(tx)?;
    subjects.extend(their_clients);
    for subject in subjects {
        let cutoff = (
            token_cutoffs::subject_id.eq(subject),
            token_cutoffs::not_before.eq(now),
            token_cutoffs::recorded_at.eq(now),
        );
        on_backend!(tx, |c| diesel::insert_into(token_cutoffs::table)
            .values(cutoff)
            .on_conflict(token_cutoffs::subject_id)
            .do_update()
            .set((
                token_cutoffs::not_before.eq(now),
                token_cutoffs::recorded_at.eq(now),
            ))
            .execute(c))?;
    }
    Ok(())
}
