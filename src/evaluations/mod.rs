//! Evaluations: what unit, mentors and cadre say of a cadre's work over a period.
//!
//! Invariants: of a rater there is one live form for a cadre, kind and period (`evaluations_one_live`). Unit and phase are
//! those of the last day of the period. What is confirmed never changes; an upheld objection calls for another form, which
//! takes the place of the first when it is confirmed in turn. Nobody evaluates or decides about themselves or their kin, and
//! who decides has not written (R17, R18); persons are compared, not records.
//!
//! A form is accepted for some days after its period, later only when a manager reopened it for that rater (`reopening`). Who
//! reads an evaluation, and who could still write one and so reads no other, is said once, in `store::readable`: every list,
//! count and series passes through it, and the journal asks [`withheld`]. Who can read another's form writes none
//! (`writer::timing`).

mod answering;
mod api;
mod confirmation;
mod decision;
mod decision_api;
mod draft;
mod file;
pub mod issued;
mod model;
mod objection;
mod reopening;
mod request;
mod response;
mod rewriter;
mod rules;
mod service;
pub mod store;
mod trail;
mod withdrawal;
mod writer;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use file::{Imported, WITHHELD_KINDS, take_over, withheld};
pub use model::{
    Dimension, Evaluation, EvaluationKind, EvaluationRecord, EvaluationStatus, EvaluatorRelation,
    Objection, ObjectionStatus, Score,
};
pub use request::AnswerOutcome;
pub use response::{EvaluationResponse, Hundredths, ObjectionResponse};
pub use service::{read, read_or_written};
pub use store::reading::confirmed_of;
pub use store::{ProbationResult, probation_result};
pub use store::{follow_cadre, follow_organization, require_no_evaluator};
pub use withdrawal::cancel_open;

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "evaluations",
        "Evaluations by mentors, unit and cadre: draft, submission, confirmation, objection.",
    )],
    unique: &[model::ONE_LIVE, model::ONE_REOPENING, issued::ONCE],
    endpoints: &[api::ENDPOINTS, decision_api::ENDPOINTS],
    resources: &[ReadableResource::new::<EvaluationResponse>(
        Permission::EvaluationsRead,
        |conn, context, id| read_or_written(conn, context, id).map(drop),
    )],
    ..Room::EMPTY
};
