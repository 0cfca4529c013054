//! One record of every change, written in the same transaction as the change.
//!
//! [`record`] writes a row once; nothing updates or deletes it. The sealer then gives rows a gap-free position in the order
//! of their commits and a hash over the row and the seal before it (leaf hashes as in RFC 6962). What may have to be erased
//! one day (reasons, overrides) stands in a payload of its own; the row keeps only a salted digest of it.

mod api;
mod model;
mod overrides;
mod request;
mod sealer;
mod store;

use crate::http::Room;

pub use model::{Change, JournalEntryResponse, LatestChange, Override};
pub use overrides::{OverrideInput, apply_overrides};
pub use sealer::{Sealer, Verification, seal, verify};
pub use store::{
    created_by_caller, has_acted, has_happened, last_actor, latest, position, record, record_many,
};

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "journal",
        "One record of every change, sealed in the order of commits.",
    )],
    unique: &[model::ONE_SEAL],
    endpoints: &[api::ENDPOINTS],
    ..Room::EMPTY
};
