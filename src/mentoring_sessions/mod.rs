//! Mentoring sessions: talks of mentor and cadre, what was agreed in them, and how often they are due.
//!
//! Invariants: a talk is one of a pair, on a day on which the pair was in effect, recorded by one of the two, and by them up to 30 days after
//! the pair ended. A pair has a talk of a kind once a day, unless it is said that it had another; what both record is one talk, which the
//! second confirms. What was said and agreed is sealed at rest. Of a confidential talk the pair alone reads it, no successor of the mentor;
//! others learn that it was held, and two of them, a manager and a second person, may open it together. A talk with a group has a row for
//! each cadre, in the file of each.

mod api;
mod cadence;
mod cadence_api;
mod cadence_store;
mod follow_up_api;
mod follow_up_store;
mod follow_ups;
mod following_store;
mod mentees;
mod model;
mod pair;
mod past;
mod recording;
mod repeating;
mod request;
mod response;
mod reveal;
mod reveal_store;
mod rules;
mod service;
mod store;
mod words;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use following_store::{follow_cadre, follow_organization};
pub use model::{NewFollowUp, PairMember, SessionKind};
pub use past::{PastSession, take_over};
pub use response::{FollowUpResponse, MentoringSessionResponse};
pub use reveal::RevealStatus;
pub use service::{of_cadre, read};

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "mentoring-sessions",
        "Talks of mentor and cadre, and what was agreed in them.",
    )],
    unique: &[model::ONCE],
    endpoints: &[
        api::ENDPOINTS,
        cadence_api::ENDPOINTS,
        follow_up_api::ENDPOINTS,
    ],
    resources: &[
        ReadableResource::new::<MentoringSessionResponse>(
            Permission::SessionsRead,
            |conn, context, id| read(conn, context, id).map(drop),
        ),
        ReadableResource::new::<FollowUpResponse>(Permission::SessionsRead, |conn, context, id| {
            follow_ups::read(conn, context, id).map(drop)
        }),
    ],
    ..Room::EMPTY
};
