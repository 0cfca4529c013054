//! Assignments: pairs of a mentor and a cadre, one political and one professional, with their history.
//!
//! Invariants: a cadre has at most one live pair per role, proposed or active, with different mentors; a proposal to replace the
//! active one names it and may stand beside it. A mentor has no more active pairs than seats; partial unique indexes and the seat counter are the last word, whatever the number of simultaneous requests. Locks are
//! taken in one order: the cadre's row, then mentors' rows by id. Unit and phase are those of `startsOn` and never rewritten.
//! Replacing a mentor keeps the old pair. This room alone writes the mentor columns of cadres, and journals what follows
//! from them. A pair whose mentor is lost stays active, needs a replacement and does not count as mentoring.

mod activation;
mod api;
mod bulk;
mod derived;
mod draft;
mod endings;
mod list_store;
mod load;
mod model;
mod positions;
mod request;
mod response;
mod rules;
mod service;
mod store;
mod transition_api;
mod transitions;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use bulk::{Manner, Wanted, carry_out};
pub use derived::{follow_cadre, follow_organization, review_mentor};
pub use endings::end_all;
pub use list_store::{MenteeSort, mentees, total_mentees};
pub use load::{Pairing, load};
pub use model::{
    Assignment, AssignmentRecord, AssignmentStatus, EndReason, PairingStyle, ReplacementReason,
};
pub use response::AssignmentResponse;
pub use service::read;
pub use store::{all, find, of_cadre, of_cadre_on, of_mentor_with};
pub use transitions::AssignmentState;

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "assignments",
        "Who mentors whom: proposal, activation, completion, replacement.",
    )],
    unique: &[
        model::ONE_LIVE,
        model::ONE_PROPOSED,
        model::DISTINCT_MENTORS,
    ],
    endpoints: &[api::ENDPOINTS, transition_api::ENDPOINTS],
    resources: &[ReadableResource::new::<AssignmentResponse>(
        Permission::AssignmentsRead,
        |conn, context, id| read(conn, context, id).map(drop),
    )],
    ..Room::EMPTY
};
