//! People and units from files.
//!
//! A file is read into rows of typed cells, each with its findings; the reading is pure. What a row means for what is stored
//! is decided from there, with all findings known before anything is written, and written the way its room writes. A row
//! whose findings are errors is never written; a file that was taken in changes nothing when it is taken in again.

mod api;
mod cadre_decider;
mod cadre_intake;
pub mod cells;
mod command;
mod intake;
mod mentor_intake;
pub mod mentor_rows;
mod organization_intake;
mod organization_rows;
mod parts;
mod report;
mod request;
pub mod roster;
pub mod units;

use crate::http::Room;

pub use cadre_intake::CadreIntake;
pub use command::{Resource, import};
pub use intake::take_flawless;
pub use organization_intake::OrganizationIntake;
pub use report::{ImportReport, RowStatus};
pub use request::{ImportMode, ImportTerms};

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    endpoints: &[api::ENDPOINTS],
    ..Room::EMPTY
};
