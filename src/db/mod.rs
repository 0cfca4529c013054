//! Two databases behind two doors.
//!
//! [`Db::read`] gives a snapshot, [`Db::write`] one transaction; nothing else in the crate opens either. Inside the closure
//! stands plain synchronous code on a [`DbConn`]: no clock, no network. Both doors lead to a few threads that each own a
//! connection and take work from a bounded queue, so no request waits for a lock on a pool and a full queue is known at once.

mod advisory;
mod columns;
mod connect;
pub mod constraint;
mod executor;
mod job;
pub mod migrations;
mod prepared;
mod row_by_row;
pub mod schema;
pub mod service_state;
pub mod statistics;
mod subtree;
mod transaction;
mod wanted;
mod worker;

pub use advisory::{advisory_key, advisory_lock, advisory_lock_shared, try_advisory_lock};
pub use columns::{Id, UtcTimestamp, sql_types};
pub use connect::{Backend, DatabaseUrl, DbConn, MultiBackend};
pub use constraint::{DuplicateKey, UniqueKey};
pub use executor::{BeforeCommit, Db, DbOptions};

pub(crate) use columns::text_column;
pub(crate) use connect::on_backend;
pub(crate) use row_by_row::row_by_row;
pub use subtree::Condition;
pub(crate) use subtree::{any_of, inside, one_of, unindexed, within};
pub use wanted::WantedOnly;

/// Rows that one statement reads or writes where there are many: SQLite takes 32,766 parameters, and a row has up to 33.
pub const ROWS_PER_STATEMENT: usize = 500;
