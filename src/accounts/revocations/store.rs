//! Queries of the epochs.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::access::Subtree;
use crate::db::schema::{clients, organizations, token_cutoffs, user_grants};
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, UtcTimestamp, inside, on_backend};
use crate::error::Result;

/// Begins a new epoch for each subject, never before the one it had.
pub(super) fn raise(
    tx: &mut DbConn,
    subjects: &[Id],
    now: UtcTimestamp,
) -> Result<Vec<(Id, UtcTimestamp)>> {
    let mut epochs = Vec::with_capacity(subjects.len());
    for subjects in subjects.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<_> = subjects
            .iter()
            .map(|subject| {
                (
                    token_cutoffs::subject_id.eq(*subject),
                    token_cutoffs::not_before.eq(now),
                    token_cutoffs::recorded_at.eq(now),
                )
            })
            .collect();
        let later = diesel::dsl::sql::<BigInt>(
            "CASE WHEN token_cutoffs.not_before >= excluded.not_before \
             THEN token_cutoffs.not_before + 1 ELSE excluded.not_before END",
        );
        let raised: Vec<(Id, UtcTimestamp)> =
            on_backend!(tx, |c| diesel::insert_into(token_cutoffs::table)
                .values(rows)
                .on_conflict(token_cutoffs::subject_id)
                .do_update()
                .set((
                    token_cutoffs::not_before.eq(later),
                    token_cutoffs::recorded_at.eq(now),
                ))
                .returning((token_cutoffs::subject_id, token_cutoffs::not_before))
                .get_results(c))?;
        epochs.extend(raised);
    }
    Ok(epochs)
}

/// The epoch of a subject.
///
/// # Errors
/// When the database refuses.
pub fn epoch(conn: &mut DbConn, subject: Id) -> Result<UtcTimestamp> {
    let epoch = token_cutoffs::table
        .find(subject)
        .select(token_cutoffs::not_before)
        .first(conn)
        .optional()?;
    Ok(epoch.unwrap_or(UtcTimestamp(0)))
}

/// Epochs that were recorded at or after a moment, each with when it was.
///
/// # Errors
/// When the database refuses.
pub fn recorded_since(
    conn: &mut DbConn,
    moment: UtcTimestamp,
) -> Result<Vec<(Id, UtcTimestamp, UtcTimestamp)>> {
    let recorded = token_cutoffs::table
        .filter(token_cutoffs::recorded_at.ge(moment))
        .select((
            token_cutoffs::subject_id,
            token_cutoffs::not_before,
            token_cutoffs::recorded_at,
        ))
        .load(conn)?;
    Ok(recorded)
}

/// Removes epochs recorded before a moment: every token they voided has expired.
///
/// # Errors
/// When the database refuses.
pub fn sweep(tx: &mut DbConn, moment: UtcTimestamp) -> Result<usize> {
    let old = token_cutoffs::table.filter(token_cutoffs::recorded_at.lt(moment));
    Ok(diesel::delete(old).execute(tx)?)
}

/// Users with a grant at an organization of the subtree, and the clients placed there.
pub(super) fn granted_within(conn: &mut DbConn, subtree: &Subtree) -> Result<Vec<Id>> {
    let inside = || {
        organizations::table
            .filter(inside!(subtree))
            .select(organizations::id)
    };
    let mut subjects: Vec<Id> = user_grants::table
        .filter(user_grants::organization_id.eq_any(inside().nullable()))
        .select(user_grants::user_id)
        .load(conn)?;
    let placed: Vec<Id> = clients::table
        .filter(clients::organization_id.eq_any(inside()))
        .select(clients::id)
        .load(conn)?;
    subjects.extend(placed);
    Ok(subjects)
}
