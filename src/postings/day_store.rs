//! Queries of the day that begins postings.

use diesel::prelude::*;

use super::model::{Posting, PostingStatus};
use crate::cadres::Cadre;
use crate::context::Context;
use crate::db::schema::{cadres, postings};
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, unindexed};
use crate::error::Result;
use crate::values::Date;

/// A posting that is to begin, and of whom.
#[derive(Debug, Clone)]
pub struct Due {
    /// The posting.
    pub posting: Posting,
    /// The cadre.
    pub cadre: Cadre,
    /// Whether the cadre is not back from another posting.
    pub is_away: bool,
}

/// What is planned to begin on the day or before it, and not to end before it, locked.
///
/// # Errors
/// When the database refuses.
pub fn lock_due(tx: &mut DbConn, day: Date) -> Result<Vec<Due>> {
    macro_rules! due {
        () => {
            postings::table
                .filter(postings::status.eq(PostingStatus::Planned))
                .filter(unindexed(postings::planned_starts_on, postings::planned_starts_on).le(day))
                .filter(unindexed(postings::planned_ends_on, postings::planned_ends_on).ge(day))
                .order(postings::id)
        };
    }
    if let DbConn::Postgres(conn) = tx {
        let rows = due!().select(postings::id);
        rows.for_update().load::<Id>(conn)?;
    }
    let rows = due!().inner_join(cadres::table.on(cadres::id.eq(postings::cadre_id)));
    let rows: Vec<(Posting, Cadre)> = rows
        .select((Posting::as_select(), Cadre::as_select()))
        .load(tx)?;
    let mut away: Vec<Id> = Vec::new();
    for some in rows.chunks(ROWS_PER_STATEMENT) {
        let ids: Vec<Id> = some.iter().map(|(_, cadre)| cadre.id).collect();
        let active = postings::table
            .filter(postings::cadre_id.eq_any(ids))
            .filter(unindexed(postings::status, postings::status).eq(PostingStatus::Active))
            .select(postings::cadre_id);
        away.extend(active.load::<Id>(tx)?);
    }
    let due = |(posting, cadre): (Posting, Cadre)| Due {
        is_away: away.contains(&cadre.id),
        posting,
        cadre,
    };
    Ok(rows.into_iter().map(due).collect())
}

/// Begins postings that are locked, as they are planned.
///
/// # Errors
/// When the database refuses.
pub fn begin(tx: &mut DbConn, context: &Context, rows: &[Posting], day: Date) -> Result<()> {
    for some in rows.chunks(ROWS_PER_STATEMENT) {
        let ids: Vec<Id> = some.iter().map(|row| row.id).collect();
        diesel::update(postings::table.filter(postings::id.eq_any(ids)))
            .set((
                postings::status.eq(PostingStatus::Active),
                postings::starts_on.eq(day),
                postings::version.eq(postings::version + 1),
                postings::updated_at.eq(context.now),
            ))
            .execute(tx)?;
    }
    Ok(())
}

/// The postings that run and are planned to end on a day soon; and those that should have begun, or ended, the day before.
///
/// # Errors
/// When the database refuses.
pub fn to_remind(conn: &mut DbConn, day: Date, soon: Date) -> Result<(Vec<Posting>, Vec<Posting>)> {
    let before = day.plus_days(-1);
    let status = || unindexed(postings::status, postings::status);
    let ends = postings::table
        .filter(postings::planned_ends_on.eq_any([soon, before]))
        .filter(status().eq(PostingStatus::Active))
        .order(postings::id)
        .select(Posting::as_select());
    let (ending, mut overdue): (Vec<Posting>, Vec<Posting>) = ends
        .load(conn)?
        .into_iter()
        .partition(|row: &Posting| row.planned_ends_on == soon);
    let late = postings::table
        .filter(postings::planned_starts_on.eq(before))
        .filter(status().eq(PostingStatus::Planned))
        .order(postings::id)
        .select(Posting::as_select());
    overdue.extend(late.load::<Posting>(conn)?);
    Ok((ending, overdue))
}
