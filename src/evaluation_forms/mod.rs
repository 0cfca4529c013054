//! Evaluation forms: what raters score, what they are asked, and how much each score and each rater weighs.
//!
//! Invariants: a form is the whole city's. What is published is never edited: it is followed by a new record that is valid from a
//! later day, so that the id of a form is its version. Of a day and kind there is one published form; a partial unique index holds it.
//! The four dimensions of the programme stand in every form; the weights of dimensions sum to 100, and so do those of raters.

mod answers;
mod api;
mod content;
mod model;
mod request;
mod response;
mod seed;
mod service;
mod store;
mod terms;
mod transitions;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use answers::{Answer, Answers};
pub use content::{
    Anchor, FormDimension, FormDimensions, FormQuestion, FormQuestions, FormRater, FormRaters,
    QuestionType,
};
pub use model::{EvaluationForm, EvaluationFormStatus};
pub use response::EvaluationFormResponse;
pub use seed::seed;
pub use service::read;
pub use store::{find, of_day};
pub use terms::{Dimension, EvaluationKind, EvaluatorRelation, kind_schema};

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "evaluation-forms",
        "What raters score and are asked, and how much each of them weighs.",
    )],
    unique: &[model::ONE_OF_DAY],
    endpoints: &[api::ENDPOINTS],
    resources: &[ReadableResource::new::<EvaluationFormResponse>(
        Permission::EvaluationFormsRead,
        |conn, context, id| read(conn, context, id).map(drop),
    )],
    ..Room::EMPTY
};
