//! Figures: what the records of a subtree add up to.
//!
//! It reads across rooms and writes nothing. A caller who is an analyst and nothing more in that subtree sees no cell of fewer
//! than five persons, and none whose differences with others would tell one.

mod api;
mod model;
mod service;
mod store;
mod suppression;
mod tables;

use crate::http::Room;

pub use model::SummaryResponse;

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    endpoints: &[api::ENDPOINTS],
    ..Room::EMPTY
};
