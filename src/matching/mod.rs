//! Matching: mentors for a whole cohort at once, as well as can be, with a reason for every pair.
//!
//! A run reads the city in one snapshot (`world`), is solved on the blocking pool without a transaction (`plan`, [`solver`]),
//! and is kept as a draft that people review: pin, take away, exchange, solve again. Its score is advice: nothing becomes a pair
//! until a named person applies the run, in one transaction that checks every rule again and refuses the whole where the world
//! has changed. As many seats as can be are filled first; then the sum of named, weighted factors is the greatest there is, and
//! prices prove it. Equal inputs give equal plans, on every machine and both databases: whole numbers, ties by id.

mod api;
mod apply;
mod decide;
mod group;
mod hold;
mod list_store;
mod model;
#[cfg(test)]
mod oracle;
mod plan;
mod request;
mod response;
mod score;
mod service;
pub mod solver;
mod store;
mod world;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use response::RunResponse;
pub use service::read;

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "matching",
        "Mentors for a whole cohort at once: a proved plan, its review, its application.",
    )],
    unique: &[model::SEAT_KEY],
    endpoints: &[api::ENDPOINTS],
    resources: &[ReadableResource::new::<RunResponse>(
        Permission::MatchingRun,
        |conn, context, id| read(conn, context, id).map(drop),
    )],
    ..Room::EMPTY
};
