//! Mentors: members of a unit's leadership or middle level who guide newly recruited cadres.
//!
//! Invariants: a mentor is qualified for one or both roles; unit and status change only by verbs. Seats are counted in the
//! mentor's own row: `active_mentees` moves by conditional updates in the transactions of `assignments`, and a check of the
//! table is the last word, so no number of simultaneous requests takes a seat twice. A leave is a suspension with an end:
//! its pairs stay. Officers also see the appointed mentors of their county and of the city's organs, without phone.

mod api;
mod draft;
mod following;
mod listed;
mod model;
mod organization_store;
mod page_store;
mod reference;
mod request;
mod response;
mod scope;
pub mod sealed_store;
mod seats;
mod service;
pub mod store;
mod transition_api;
mod transition_request;
mod transitions;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use following::follow;
pub use listed::{ListedMentor, MentorChange, load, write_listed};
pub use model::{Mentor, MentorRecord, MentorRole, MentorStatus, PositionLevel};
pub use page_store::{appointed, names_seen};
pub use reference::{MentorChoice, resolve_visible};
pub use request::{CreateMentor, Expertise, MAX_EXPERTISE, MAX_SEATS, MentorInput, MentorRoles};
pub use response::MentorResponse;
pub use seats::{free_seat, take_seat};
pub use service::{require_reachable, upsert, visible};
pub use transitions::{MentorState, begin_and_end_leaves};

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "mentors",
        "Mentors, what they are qualified for, and their seats.",
    )],
    endpoints: &[api::ENDPOINTS, transition_api::ENDPOINTS],
    // Replies show all that their unit sees, so that it must be the caller's: others, such as the unit someone has left, see less.
    resources: &[ReadableResource::new::<MentorResponse>(
        Permission::MentorsRead,
        require_reachable,
    )],
    ..Room::EMPTY
};
