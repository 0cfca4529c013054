//! Training: events of a host, who takes part in them, and the hours that count towards the yearly duty.
//!
//! Invariants: an event never has more seats taken than it has; who comes later waits, in order, and moves up by itself until the event
//! begins. Both counts stand in the event's row, whose lock every enrolment takes. What a cadre is credited with in a year is a sum of
//! the enrolments, written in the transaction that credits them. What one person thinks of an event is read by nobody else.

mod enrolments;
mod events;
mod feedback;
mod following_store;
mod hours;
mod leaving;
mod reach;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use enrolments::{
    Enrolment, EnrolmentResponse, EnrolmentResult, EnrolmentState, EnrolmentStatus, PastEnrolment,
    TakingPart, completed, of_cadre, read, take_over,
};
pub use events::{
    PastEvent, TrainingEvent, TrainingEventResponse, TrainingEventStatus, TrainingKind, hold,
    journal_beginning,
};
pub use following_store::{follow_cadre, follow_organization};
pub use hours::{HoursOfYear, Induction, TrainingYears, recount_one, years_of};
pub use leaving::excuse_leaver;

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[
        (
            "training-events",
            "What a host offers, to whom, with how many seats.",
        ),
        (
            "enrolments",
            "Who takes part in a training event, and what they are credited with.",
        ),
        (
            "training-hours",
            "Hours of training against the yearly duty, and the days of induction.",
        ),
    ],
    unique: &[enrolments::ONE_OF_EVENT, feedback::NUMBER_OF_EVENT],
    endpoints: &[
        events::api::ENDPOINTS,
        enrolments::api::ENDPOINTS,
        enrolments::taking_part_api::ENDPOINTS,
        feedback::api::ENDPOINTS,
        hours::api::ENDPOINTS,
    ],
    resources: &[
        ReadableResource::new::<TrainingEventResponse>(
            Permission::TrainingRead,
            |conn, context, id| events::read(conn, context, id).map(drop),
        ),
        ReadableResource::new::<EnrolmentResponse>(
            Permission::TrainingRead,
            |conn, context, id| enrolments::read(conn, context, id).map(drop),
        ),
    ],
    ..Room::EMPTY
};
