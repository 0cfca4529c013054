//! Transactions and those inside them, on both databases.

use std::num::NonZeroU32;

use diesel::connection::{AnsiTransactionManager as Ansi, TransactionManager};

use super::connect::DbConn;
use super::constraint;
use super::job::Mode;
use crate::error::Result;

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const PAGE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL plan_cache_mode = force_custom_plan";

/// Begins a transaction as its mode asks for.
pub(super) fn begin(conn: &mut DbConn, mode: Mode) -> Result<()> {
    let begun = match conn {
        DbConn::Sqlite(conn) => {
            let sql = match mode {
                Mode::Write | Mode::Alone | Mode::DryRun => "BEGIN IMMEDIATE",
                Mode::Snapshot | Mode::Page | Mode::Statement => "BEGIN DEFERRED",
            };
            Ansi::begin_transaction_sql(conn, sql)
        }
        DbConn::Postgres(conn) => {
            let sql = match mode {
                Mode::Write | Mode::Alone | Mode::DryRun => "BEGIN",
                Mode::Snapshot | Mode::Statement => SNAPSHOT,
                Mode::Page => PAGE,
            };
            Ansi::begin_transaction_sql(conn, sql)
        }
    };
    begun.map_err(constraint::meaning)
}

/// Begins one inside it.
pub(super) fn begin_nested(conn: &mut DbConn) -> Result<()> {
    DbConn::begin_transaction(conn).map_err(constraint::meaning)
}

/// Commits the innermost.
pub(super) fn commit(conn: &mut DbConn) -> Result<()> {
    DbConn::commit_transaction(conn).map_err(constraint::meaning)
}

/// How many transactions are open inside one another.
///
/// # Errors
/// When it cannot be told any more, so that the connection is of no use.
pub(super) fn depth(conn: &mut DbConn) -> Result<u32> {
    let status = DbConn::transaction_manager_status_mut(conn);
    let depth = status.transaction_depth().map_err(constraint::meaning)?;
    Ok(depth.map_or(0, NonZeroU32::get))
}

/// Undoes transactions, those too that work left open which ended in the middle, until so many are open.
pub(super) fn undo(conn: &mut DbConn, outside: u32) -> Result<()> {
    while depth(conn)? > outside {
        rollback(conn)?;
    }
    Ok(())
}

fn rollback(conn: &mut DbConn) -> Result<()> {
    DbConn::rollback_transaction(conn).map_err(constraint::meaning)
}
