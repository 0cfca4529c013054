//! Counters of how far the raters of each unit have come in a round.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::model::Progress;
use crate::db::schema::{rater_forms, round_progress};
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT};
use crate::error::Result;

/// A row of the counters.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = round_progress)]
struct Counted {
    round_id: Id,
    organization_id: Id,
    expected: i32,
    draft: i32,
    submitted: i32,
    confirmed: i32,
    missed: i32,
}

/// Holds the counters that evaluations will change, in the order in which all do, so that two who change many never wait for each
/// other; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn hold(tx: &mut DbConn, evaluation_ids: &[Id]) -> Result<()> {
    let DbConn::Postgres(conn) = tx else {
        return Ok(());
    };
    let counted = rater_forms::table
        .filter(rater_forms::evaluation_id.eq_any(evaluation_ids))
        .filter(rater_forms::round_id.eq(round_progress::round_id))
        .filter(rater_forms::organization_id.eq(round_progress::organization_id))
        .select(rater_forms::id);
    let rows = round_progress::table
        .filter(diesel::dsl::exists(counted))
        .order((round_progress::round_id, round_progress::organization_id))
        .select(round_progress::expected);
    rows.for_update().load::<i32>(conn)?;
    Ok(())
}

/// Rows whose figures are added to those that are there; a macro because the two databases take another type of it.
macro_rules! upsert {
    ($rows:expr) => {
        diesel::insert_into(round_progress::table)
            .values($rows)
            .on_conflict((round_progress::round_id, round_progress::organization_id))
            .do_update()
            .set((
                round_progress::expected
                    .eq(round_progress::expected + excluded(round_progress::expected)),
                round_progress::draft.eq(round_progress::draft + excluded(round_progress::draft)),
                round_progress::submitted
                    .eq(round_progress::submitted + excluded(round_progress::submitted)),
                round_progress::confirmed
                    .eq(round_progress::confirmed + excluded(round_progress::confirmed)),
                round_progress::missed
                    .eq(round_progress::missed + excluded(round_progress::missed)),
            ))
    };
}

/// Adds to the counters of rounds and units, in one order, so that two who do it never wait for each other.
///
/// # Errors
/// When the database refuses.
pub fn add(tx: &mut DbConn, counted: &BTreeMap<(Id, Id), Progress>) -> Result<()> {
    let rows: Vec<Counted> = counted
        .iter()
        .map(|((round_id, organization_id), progress)| Counted {
            round_id: *round_id,
            organization_id: *organization_id,
            expected: progress.expected,
            draft: progress.draft,
            submitted: progress.submitted,
            confirmed: progress.confirmed,
            missed: progress.missed,
        })
        .collect();
    match tx {
        DbConn::Postgres(conn) => {
            for rows in rows.chunks(ROWS_PER_STATEMENT) {
                upsert!(rows).execute(conn)?;
            }
        }
        // Of several rows SQLite takes one at a time.
        DbConn::Sqlite(conn) => {
            for row in &rows {
                upsert!(row).execute(conn)?;
            }
        }
    }
    Ok(())
}
