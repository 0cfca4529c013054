//! Kinships: who is kin to whom, as declared by the persons themselves or by an officer.
//!
//! A declaration ends nothing. A pair or evaluation between kin of an avoidance class (R17, R18) can't move on while the
//! declaration stands; [`blocks`] answers that for every room. Persons are compared, not records: the mentor, the cadre and the
//! user that one account links are one person. A declaration is read by the staff of either side's unit and by the one who
//! made it, and by no client.

mod api;
mod avoidance;
mod model;
mod person;
mod records;
mod service;
mod store;

use crate::access::Permission;
use crate::http::{ReadableResource, Room};

pub use avoidance::{barred_pairs, bars, bars_records, blocks, same_person};
pub use model::{CreateKinship, KinshipResponse, Person, PersonType};
pub use person::{is_behind, records};
pub use records::Records;
pub use service::read;
pub use store::require_none;

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[("kinships", "Declared kinship, for the rules of avoidance.")],
    unique: &[model::PAIR_KEY],
    endpoints: &[api::ENDPOINTS],
    resources: &[ReadableResource::new::<KinshipResponse>(
        Permission::KinshipsDeclare,
        |conn, context, id| read(conn, context, id).map(drop),
    )],
    ..Room::EMPTY
};
