//! Queries of the guess budget.

use std::collections::HashSet;

use diesel::dsl::{count_star, min};
use diesel::prelude::*;

use crate::db::schema::guesses;
use crate::db::{
    DbConn, Id, ROWS_PER_STATEMENT, UtcTimestamp, advisory_key, advisory_lock, on_backend,
};
use crate::error::Result;

/// The number of the row that says when it was last journaled that the account went beyond its budget; no tag is empty.
const EXCEEDED: &[u8] = &[];

/// A number that is counted.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = guesses, treat_none_as_default_value = false)]
pub struct Counted {
    /// Whose.
    pub account_id: Id,
    /// The number's tag.
    pub number: Vec<u8>,
    /// The tag of its first digits.
    pub prefix: Vec<u8>,
    /// When it was first submitted.
    pub submitted_at: UtcTimestamp,
    /// Whether it is the number of somebody out of the account's reach.
    pub collided: bool,
}

/// Lets nobody else count for an account before the transaction ends; SQLite has one writer.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, account_id: Id) -> Result<()> {
    advisory_lock(tx, advisory_key(&[b"guesses", account_id.0.as_bytes()]))
}

/// Numbers of these prefixes that an account submitted since a moment.
///
/// # Errors
/// When the database refuses.
pub fn of_prefixes(
    conn: &mut DbConn,
    account_id: Id,
    prefixes: &HashSet<&Vec<u8>>,
    since: UtcTimestamp,
) -> Result<Vec<Counted>> {
    let prefixes: Vec<&Vec<u8>> = prefixes.iter().copied().collect();
    let mut found = Vec::new();
    for prefixes in prefixes.chunks(ROWS_PER_STATEMENT) {
        let rows = guesses::table
            .filter(guesses::account_id.eq(account_id))
            .filter(guesses::prefix.eq_any(prefixes.to_vec()))
            .filter(guesses::submitted_at.gt(since))
            .select(Counted::as_select());
        found.extend(rows.load(conn)?);
    }
    Ok(found)
}

/// How many numbers an account submitted since a moment, and when the first: all, or those of people out of its reach.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    account_id: Id,
    since: UtcTimestamp,
    only_collided: bool,
) -> Result<(usize, Option<UtcTimestamp>)> {
    let mut submitted = guesses::table
        .filter(guesses::account_id.eq(account_id))
        .filter(guesses::submitted_at.gt(since))
        .into_boxed();
    if only_collided {
        submitted = submitted.filter(guesses::collided);
    }
    let (count, first): (i64, Option<UtcTimestamp>) = submitted
        .select((count_star(), min(guesses::submitted_at)))
        .first(conn)?;
    Ok((usize::try_from(count).unwrap_or(usize::MAX), first))
}

/// Counts numbers; those counted before `since` are forgotten in passing.
///
/// # Errors
/// When the database refuses.
pub fn insert(
    tx: &mut DbConn,
    account_id: Id,
    rows: &[Counted],
    since: UtcTimestamp,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let old = guesses::table
        .filter(guesses::account_id.eq(account_id))
        .filter(guesses::submitted_at.le(since));
    diesel::delete(old).execute(tx)?;
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(guesses::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Counts numbers no longer.
///
/// # Errors
/// When the database refuses.
pub fn forget(tx: &mut DbConn, account_id: Id, numbers: &[&Vec<u8>]) -> Result<()> {
    for numbers in numbers.chunks(ROWS_PER_STATEMENT) {
        let rows = guesses::table
            .filter(guesses::account_id.eq(account_id))
            .filter(guesses::number.eq_any(numbers.to_vec()));
        diesel::delete(rows).execute(tx)?;
    }
    Ok(())
}

/// Notes that an account went beyond its budget; whether that was last noted before `since`.
///
/// # Errors
/// When the database refuses.
pub fn note_exceeded(
    tx: &mut DbConn,
    account_id: Id,
    now: UtcTimestamp,
    since: UtcTimestamp,
) -> Result<bool> {
    lock(tx, account_id)?;
    let row = guesses::table.find((account_id, EXCEEDED));
    let noted: Option<UtcTimestamp> = row.select(guesses::submitted_at).first(tx).optional()?;
    if noted.is_some_and(|noted| noted > since) {
        return Ok(false);
    }
    diesel::delete(row).execute(tx)?;
    diesel::insert_into(guesses::table)
        .values(Counted {
            account_id,
            number: EXCEEDED.to_vec(),
            prefix: EXCEEDED.to_vec(),
            submitted_at: now,
            collided: false,
        })
        .execute(tx)?;
    Ok(true)
}
