//! Postings: practice at one of the three fronts, with a host, for some months.
//!
//! Invariants, which the database holds: no two postings of one person that are to begin or to end have a planned day in common; nobody
//! was, or is, in two on one day, but that on which one ended. The unit and the phase are those of the first day for ever. The day begins what is planned for it and
//! reminds; it ends nothing. On probation nobody is lent or seconded to another unit (R05), unless a manager says why. The side that
//! sends keeps a posting; the host's side sees it, and the person as a guest, until some days after its end, and tells what came of it.
//! The legs of an exchange are postings that begin and end together.

mod api;
mod appraisal;
mod appraisal_store;
mod day;
mod day_store;
mod draft;
mod exchanges;
mod following_store;
mod growth;
mod guest_store;
mod guests;
mod leaving;
mod model;
mod past;
mod request;
mod response;
mod rules;
mod service;
mod steps;
mod store;
mod transition_api;
mod transitions;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use appraisal::{appraising_host, appraising_hosts};
pub use day::begin_and_remind;
pub use exchanges::{Exchange, ExchangeDirection, ExchangeResponse, ExchangeStatus};
pub use following_store::{follow_cadre, follow_organization};
pub use guests::{appraisal_confirmed, is_guest};
pub use leaving::end_all;
pub use model::{
    PLANNED_APART, Posting, PostingArrangement, PostingFront, PostingRating, PostingStatus,
    SPENT_APART,
};
pub use past::{PastPosting, take_over};
pub use response::PostingResponse;
pub use service::{is_finished, of_cadre, read};

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[
        (
            "postings",
            "Practice at the three fronts, with a host, for some months.",
        ),
        (
            "exchanges",
            "Postings of several people, from the units that send to those that receive and back.",
        ),
    ],
    endpoints: &[
        api::ENDPOINTS,
        transition_api::ENDPOINTS,
        exchanges::api::ENDPOINTS,
    ],
    resources: &[
        ReadableResource::new::<PostingResponse>(Permission::PostingsRead, |conn, context, id| {
            read(conn, context, id).map(drop)
        }),
        ReadableResource::new::<ExchangeResponse>(Permission::PostingsRead, |conn, context, id| {
            exchanges::read(conn, context, id).map(drop)
        }),
    ],
    ..Room::EMPTY
};
