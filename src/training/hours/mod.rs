//! Hours: what a cadre was credited with in a calendar year, against the duty of that year (R22), and the days of induction that
//! probation asks for (R04).

pub mod api;
mod duty;
mod model;
mod request;
mod response;
mod service;
mod store;
mod sums;
mod sums_store;

pub use response::{HoursOfYear, Induction};
pub use service::{TrainingYears, years_of};
pub use sums_store::{recount, recount_one};
