//! Schedules: rounds that are made by themselves, a quarter's or a year's at its beginning.
//!
//! Invariants: a unit has one schedule of a kind in force (`evaluation_schedules_in_force`). `next_from` is the first day of the period
//! whose round is made next, and moves in the transaction that makes it: each is made once, also for days on which nothing ran, and what
//! people remove is not made again. Days that are changed hold for rounds that are not made yet.

pub mod api;
mod making;
pub mod model;
mod period;
mod request;
pub mod response;
pub mod service;
mod store;
mod transitions;

pub use making::{begin_schedule, make_next};
