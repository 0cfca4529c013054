//! The migrations of both databases, embedded in the binary.

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::DbConn;
use crate::error::{Error, Result};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Two instances that start together migrate once: the lock's key spells "xinmiao" on a telephone.
const LOCK: &str = "SELECT pg_advisory_lock(9466426)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(9466426)";

/// Applies what is pending and returns how many were applied.
///
/// # Errors
/// When a migration fails; what it had done is undone.
pub fn run(conn: &mut DbConn) -> Result<usize> {
    match conn {
        DbConn::Postgres(conn) => {
            conn.batch_execute(LOCK)?;
            let applied = conn
                .run_pending_migrations(POSTGRES)
                .map(|v| v.len())
                .map_err(Error::internal);
            conn.batch_execute(UNLOCK)?;
            applied
        }
        DbConn::Sqlite(conn) => conn
            .run_pending_migrations(SQLITE)
            .map(|v| v.len())
            .map_err(Error::internal),
    }
}

/// Undoes every migration; for the test that proves the pairs.
///
/// # Errors
/// When a `down.sql` fails.
pub fn revert_all(conn: &mut DbConn) -> Result<()> {
    match conn {
        DbConn::Postgres(conn) => conn
            .revert_all_migrations(POSTGRES)
            .map(drop)
            .map_err(Error::internal),
        DbConn::Sqlite(conn) => conn
            .revert_all_migrations(SQLITE)
            .map(drop)
            .map_err(Error::internal),
    }
}

/// How many migrations wait to be applied. Only reads, so that a replica can be asked.
///
/// # Errors
/// When the database cannot answer, or was never migrated.
pub fn pending(conn: &mut DbConn) -> Result<usize> {
    let applied: i64 = __diesel_schema_migrations::table.count().get_result(conn)?;
    let known = match conn {
        DbConn::Postgres(_) => count::<Pg>(&POSTGRES)?,
        DbConn::Sqlite(_) => count::<Sqlite>(&SQLITE)?,
    };
    Ok(known.saturating_sub(usize::try_from(applied).map_err(Error::internal)?))
}

fn count<DB: Backend>(embedded: &EmbeddedMigrations) -> Result<usize> {
    let migrations = MigrationSource::<DB>::migrations(embedded).map_err(Error::internal)?;
    Ok(migrations.len())
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}
