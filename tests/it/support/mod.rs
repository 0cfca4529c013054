//! What every test shares: the application with a database of its own, callers by role, a small city.

mod app;
mod caller;
mod city;
mod client;
mod database;
pub mod mentoring;
mod people;
mod statements;

pub use app::{TODAY, TestApp};
pub use caller::Who;
pub use city::Unit;
pub use client::{Answer, Client};
pub use database::{ChangedColumns, TestDatabase, copy_rows, new_id, no_bytes, on_postgres};
pub use people::MentorSeed;
pub use statements::{forget_statements, run_on, statements_on, watch_statements};
