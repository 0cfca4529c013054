//! One connection type for both databases, chosen by the scheme of the URL.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};

use crate::error::{Error, Result, Unavailable};

/// A connection to either database. PostgreSQL comes first because SQLite takes any path for a file.
#[derive(diesel::MultiConnection)]
pub enum DbConn {
    /// PostgreSQL 15 or later.
    Postgres(PgConnection),
    /// The SQLite that is built into the binary.
    Sqlite(SqliteConnection),
}

/// Runs one statement per backend: the escape for what `MultiConnection` leaves out (upsert, batch insert).
///
/// `on_backend!(conn, |c| diesel::insert_into(t).values(&rows).execute(c))`
macro_rules! on_backend {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            crate::db::DbConn::Postgres($c) => $body,
            crate::db::DbConn::Sqlite($c) => $body,
        }
    };
}

pub(crate) use on_backend;

/// Which database a URL names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file, one process.
    Sqlite,
    /// A server, many instances.
    Postgres,
}

/// A database URL whose scheme is known.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    /// The database it names.
    pub backend: Backend,
    target: String,
}

impl std::fmt::Debug for DatabaseUrl {
    /// Never the target: it may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DatabaseUrl({:?})", self.backend)
    }
}

impl DatabaseUrl {
    /// Reads `sqlite://path` or `postgres://…`; anything else is refused with the mend.
    ///
    /// # Errors
    /// A sentence that names what is accepted.
    pub fn parse(url: &str) -> std::result::Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() {
                return Err("has no path; write for example sqlite://var/xinmiao.db".to_owned());
            }
            // Each thread has a connection of its own: a database in memory would be another one for each.
            if path.starts_with(":memory:") || path.starts_with("file:") {
                return Err(
                    "must name a file; write for example sqlite://var/xinmiao.db".to_owned(),
                );
            }
            return Ok(Self {
                backend: Backend::Sqlite,
                target: path.to_owned(),
            });
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self {
                backend: Backend::Postgres,
                target: url.to_owned(),
            });
        }
        let scheme = url
            .split("://")
            .next()
            .filter(|_| url.contains("://"))
            .unwrap_or("none");
        Err(format!(
            "has the scheme {scheme}; use sqlite://PATH or postgres://USER@HOST/NAME"
        ))
    }

    /// The file of a SQLite database.
    pub fn file(&self) -> Option<&std::path::Path> {
        (self.backend == Backend::Sqlite).then(|| std::path::Path::new(&self.target))
    }

    /// Opens a connection with the settings every connection must have.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached.
    pub fn connect(&self) -> Result<DbConn> {
        let unreachable = |error: diesel::ConnectionError| {
            tracing::warn!(error = %error, "database connection failed");
            Error::Unavailable(Unavailable::DatabaseUnreachable)
        };
        match self.backend {
            Backend::Sqlite => {
                let mut conn = SqliteConnection::establish(&self.target).map_err(unreachable)?;
                conn.batch_execute(SQLITE_SETTINGS)?;
                Ok(DbConn::Sqlite(conn))
            }
            Backend::Postgres => {
                let mut conn = PgConnection::establish(&self.target).map_err(unreachable)?;
                conn.batch_execute(POSTGRES_SETTINGS)?;
                Ok(DbConn::Postgres(conn))
            }
        }
    }
}

/// `busy_timeout` comes first: setting WAL while another connection opens fails otherwise. FULL: an acknowledged write
/// survives a power cut.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA mmap_size = 268435456;";

/// The page costs say that the data of a city lies in memory: beside the cost of looking at a row that of fetching one by an index is
/// small. With the defaults, which expect a disk, PostgreSQL reads whole tables and whole indexes to spare a few hundred fetches.
const POSTGRES_SETTINGS: &str = "SET TIME ZONE 'UTC'; SET statement_timeout = '30s'; SET lock_timeout = '10s'; \
     SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning; SET seq_page_cost = 0.1; SET random_page_cost = 0.1;";
