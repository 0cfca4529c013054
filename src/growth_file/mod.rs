//! The growth file: everything the programme knows of a cadre, in one read, as JSON or as a printable page.
//!
//! It reads across rooms and writes nothing. What a caller sees of each part is decided in the room the part comes from: a
//! file is the sum of what they could read there one by one, in one snapshot. A unit that the person has left sees the records
//! of its own time, and of the person name and present status.

mod api;
mod completeness;
mod model;
mod negotiation;
pub mod page;
mod request;
mod service;
mod store;

use crate::http::Room;

pub use completeness::Completeness;
pub use model::{GrowthFile, GrowthFileResponse};

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "growth-file",
        "The whole file of one cadre, and summaries of units.",
    )],
    endpoints: &[api::ENDPOINTS],
    ..Room::EMPTY
};
