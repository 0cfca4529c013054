//! Growth entries: the dated facts of a growth file — what a cadre took part in, how the organisation helped, what came of it.
//!
//! Invariants: an entry is dated from the day of reporting to today, and carries the unit and the phase of that day for ever.
//! Who writes it decides its source. It is never rewritten or removed: whoever verifies it is not its author nor its subject,
//! the cadre may dispute what others wrote, and a mistake is corrected by an entry of the same source that supersedes it. What the service
//! began from another record is a draft, counts for nothing, and takes the source of whoever completes it.

mod api;
mod completing;
mod evidence;
mod following_store;
mod model;
mod request;
mod response;
mod rules;
mod service;
pub mod store;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use completing::{BegunEntry, begin_entry};
pub use evidence::{Evidence, EvidenceList, HttpsLink};
pub use following_store::{follow_cadre, follow_organization, require_no_verifier};
pub use model::{EntryKind, EntrySource, EntryStatus, GrowthEntry, GrowthEntryRecord};
pub use request::CreateGrowthEntry;
pub use response::GrowthEntryResponse;
pub use service::{PastEntry, load, read};

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "growth-entries",
        "What a cadre took part in, with whose support and what outcome.",
    )],
    endpoints: &[api::ENDPOINTS],
    resources: &[ReadableResource::new::<GrowthEntryResponse>(
        Permission::GrowthRead,
        |conn, context, id| read(conn, context, id).map(drop),
    )],
    ..Room::EMPTY
};
