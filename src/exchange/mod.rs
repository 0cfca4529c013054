//! People and units from files.
//!
//! A file is read into rows of typed cells, each with its findings; the reading is pure. What a row means for what is stored,
//! and whether it is written, is decided from there.

pub mod cells;
pub mod roster;
pub mod units;
