//! Plans: what a cadre is to reach in a phase, from the template of its first day, and what they want of their career.
//!
//! Invariants: a cadre has one plan for each phase, made once, however often the day's job looks and on however many instances; a
//! unique index is the last word. Its days follow the day of reporting, suspension and an extended probation. The career plan is the cadre's own words. The unit a plan was
//! made in is never rewritten; the present one follows the cadre.

mod api;
mod completing;
mod completing_store;
mod days;
mod following_store;
mod gate;
mod goals;
mod leaving;
mod making;
mod making_store;
mod model;
mod past;
mod request;
mod response;
mod rules;
mod service;
mod shifts;
mod store;
mod transitions;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use completing::complete;
pub use days::follow_days;
pub use following_store::{follow_cadre, follow_organization};
pub use gate::{DecisionState, DecisionStatus, GateDecision, GateOutcome, GateRequirement};
pub use goals::{EvidenceType, GoalSource, GoalState, GoalStatus, PlanGoal, PlannedGoal};
pub use leaving::{exit, go_on};
pub use making::{make_all, make_beginning, make_some, remove_untouched};
pub use making_store::all;
pub use model::{Plan, PlanStatus};
pub use past::{PastPlan, due_days, take_over};
pub use response::PlanResponse;
pub use service::{of_phase, read};
pub use shifts::ShiftCause;
pub use transitions::PlanState;

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "plans",
        "What a cadre is to reach in each of the three years.",
    )],
    unique: &[model::ONE_OF_PHASE],
    endpoints: &[api::ENDPOINTS, goals::api::ENDPOINTS, gate::api::ENDPOINTS],
    resources: &[ReadableResource::new::<PlanResponse>(
        Permission::PlansRead,
        |conn, context, id| read(conn, context, id).map(drop),
    )],
    ..Room::EMPTY
};
