//! Rounds of evaluation: a quarter or a year of a unit and all below it, opened and closed in one call.
//!
//! Invariants: of a unit, kind and period there is one round (`evaluation_rounds_once`). An open one has issued a form to every rater of
//! everyone in the programme, for which `issued_on` is the day: the day's job issues what is lacking, also what a process that ended in the
//! middle left. The forms and their counters belong to [`evaluations::issued`](crate::evaluations::issued).

mod api;
mod day;
mod forms;
mod model;
mod progress;
mod progress_store;
mod request;
mod response;
mod schedules;
mod scope;
mod service;
mod store;
mod transitions;
mod verbs_api;

use self::schedules::response::EvaluationScheduleResponse;
use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use day::keep;
pub use model::{EvaluationRound, RoundStatus};
pub use response::EvaluationRoundResponse;
pub use schedules::begin_schedule;
pub use schedules::model::{EvaluationSchedule, ScheduleStatus};
pub use service::read;

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "evaluation-rounds",
        "Terms of appraisal: who is to rate whom, until when, and how far they have come.",
    )],
    unique: &[model::ONCE, schedules::model::IN_FORCE],
    endpoints: &[
        api::ENDPOINTS,
        verbs_api::ENDPOINTS,
        forms::api::ENDPOINTS,
        schedules::api::ENDPOINTS,
    ],
    resources: &[
        ReadableResource::new::<EvaluationRoundResponse>(
            Permission::EvaluationRoundsRead,
            |conn, context, id| read(conn, context, id).map(drop),
        ),
        ReadableResource::new::<EvaluationScheduleResponse>(
            Permission::EvaluationRoundsRead,
            |conn, context, id| schedules::service::read(conn, context, id).map(drop),
        ),
    ],
    ..Room::EMPTY
};
