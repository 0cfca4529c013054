//! Cadres: the newly recruited people of the programme, for the three years after they report.
//!
//! Invariants: an identity number belongs to one person for ever, present or former; it is stored encrypted and found by a
//! keyed digest. Phase, probation and what follows from them are computed from the day of reporting, never stored. Unit and
//! status change only by the verbs of a career, each of which leaves its trace in the person's posts and events. The two
//! mentor columns and `mentoring` are written by `assignments` alone.
//!
//! This is the room the others are modelled on: `api → service → rules, store → model`.

mod api;
mod career;
mod career_request;
pub mod career_store;
pub mod day_store;
mod draft;
mod enrolment;
pub mod enrolment_store;
mod file_store;
mod following;
pub mod guesses;
mod guesses_store;
mod identity;
mod model;
mod organization_store;
mod reference;
mod request;
mod response;
mod reveal;
mod rules;
pub mod sealed_store;
mod service;
pub mod store;
mod transition_api;
mod transitions;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use career_store::Suspension;
pub use enrolment::{Enrolment, enrol, is_news};
pub(crate) use file_store::ways_to_file;
pub use following::follow;
pub use model::{Cadre, CadreRecord, CadreStatus, Mentoring, NonLocal, Phase, PostCategory};
pub use reference::{CadreChoice, lock_named, resolve};
pub use request::{CadreInput, CreateCadre};
pub use response::CadreResponse;
pub use reveal::note_collision;
pub use rules::{
    Standing, days_of, phase_on, probation_end, probation_shortfall, regular_probation_end,
    reported_between, reported_for, standing,
};
pub use service::{
    amend, check_amendment, derived_changed, reachable, read, require_reachable, upsert,
};

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "cadres",
        "Newly recruited cadres and the turns of their careers.",
    )],
    unique: &[model::IDENTITY_KEY, model::PRESENT_IDENTITY_KEY],
    endpoints: &[api::ENDPOINTS, transition_api::ENDPOINTS],
    // Replies show all that their unit sees, so that it must be the caller's: others, such as the unit someone has left, see less.
    resources: &[ReadableResource::new::<CadreResponse>(
        Permission::CadresRead,
        require_reachable,
    )],
    ..Room::EMPTY
};
