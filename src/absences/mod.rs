//! Absences of cadres: leave that R02 and R12 read, and that `onLeave` shows.
//!
//! Kinds say why in the coarsest words the rules need; nothing medical is kept.

mod api;
mod leave;
mod leave_store;
mod model;
mod service;
mod store;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use leave::{leave_days, recount, recount_open, renew};
pub use leave_store::{leave_turning, spells_of};
pub use model::{AbsenceKind, AbsenceResponse};
pub use service::{delete_all, read};
pub use store::covers;

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[("absences", "Leave and other absences of cadres.")],
    endpoints: &[api::ENDPOINTS],
    resources: &[ReadableResource::new::<AbsenceResponse>(
        Permission::CadresRead,
        |conn, context, id| read(conn, context, id).map(drop),
    )],
    ..Room::EMPTY
};
