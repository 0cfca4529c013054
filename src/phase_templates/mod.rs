//! Phase templates: what the programme expects of a cadre's year – its theme, its targets, its goals.
//!
//! Invariants: the city's templates name no unit and have the theme; a county's add goals to them and never take any away. What is
//! published is never edited: it is followed by a new record that is valid from a later day. Of a day and phase there is one
//! published template of the city and one of each county, the latest that is valid by then; partial unique indexes hold it.

mod api;
mod goals;
mod model;
mod of_day;
mod request;
mod response;
mod scope;
mod seed;
mod service;
mod store;
mod transitions;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use goals::{TemplateGoal, TemplateGoals};
pub use model::{PhaseTemplate, PhaseTemplateStatus};
pub use of_day::TemplatesOfDay;
pub use response::PhaseTemplateResponse;
pub use seed::seed;
pub use service::read;
pub use store::find;

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "phase-templates",
        "What the programme expects of each of the three years.",
    )],
    unique: &[model::ONE_OF_CITY, model::ONE_OF_COUNTY],
    endpoints: &[api::ENDPOINTS],
    resources: &[ReadableResource::new::<PhaseTemplateResponse>(
        Permission::PhaseTemplatesRead,
        |conn, context, id| read(conn, context, id).map(drop),
    )],
    ..Room::EMPTY
};
