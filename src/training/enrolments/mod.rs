//! Enrolments: who takes part in a training event, who waits, and what they are credited with.

pub mod api;
mod attendance;
mod bulk_store;
mod choosing;
mod choosing_store;
mod enrolling;
mod model;
mod past;
mod request;
mod response;
mod rules;
mod service;
pub mod store;
pub mod taking_part_api;
mod transitions;
mod waiting;

pub use bulk_store::{is_any_recorded, is_any_unrecorded, open_of};
pub use model::{Enrolment, EnrolmentResult, EnrolmentStatus, ONE_OF_EVENT};
pub use past::{PastEnrolment, take_over};
pub use response::EnrolmentResponse;
pub use service::{completed, of_cadre, read};
pub use transitions::{EnrolmentState, TakingPart, locked, locked_in, taking_part};
pub use waiting::{excuse, excuse_all, line, move_up};
