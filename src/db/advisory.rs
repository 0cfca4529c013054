//! Locks of PostgreSQL that are of no row, held until the transaction ends. SQLite has one writer and needs none.

use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Bool};

use super::DbConn;
use crate::error::Result;

/// Waits until nobody else holds the lock.
///
/// # Errors
/// When the database refuses.
pub fn advisory_lock(tx: &mut DbConn, number: i64) -> Result<()> {
    wait(tx, "SELECT pg_advisory_xact_lock($1)", number)
}

/// Waits until nobody holds the lock but others who share it.
///
/// # Errors
/// When the database refuses.
pub fn advisory_lock_shared(tx: &mut DbConn, number: i64) -> Result<()> {
    wait(tx, "SELECT pg_advisory_xact_lock_shared($1)", number)
}

/// Takes the lock if nobody else holds it; whether it is held now.
///
/// # Errors
/// When the database refuses.
pub fn try_advisory_lock(tx: &mut DbConn, number: i64) -> Result<bool> {
    let DbConn::Postgres(tx) = tx else {
        return Ok(true);
    };
    let lock = diesel::dsl::sql::<Bool>("pg_try_advisory_xact_lock(")
        .bind::<BigInt, _>(number)
        .sql(")");
    Ok(diesel::select(lock).get_result(tx)?)
}

fn wait(tx: &mut DbConn, statement: &str, number: i64) -> Result<()> {
    if let DbConn::Postgres(tx) = tx {
        diesel::sql_query(statement)
            .bind::<BigInt, _>(number)
            .execute(tx)?;
    }
    Ok(())
}

/// The number of a lock that is named by content, such as an account and its key. Two names may share a number: then one waits for
/// the other without need.
pub fn advisory_key(parts: &[&[u8]]) -> i64 {
    let digest = crate::vault::sha256(parts);
    digest[..8]
        .iter()
        .fold(0_i64, |number, byte| (number << 8) | i64::from(*byte))
}
