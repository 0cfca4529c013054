//! Who may sign in, and the keys that sign what they get.
//!
//! Users are people, clients are other systems; both get access tokens that carry what they are granted, so that no request
//! asks these tables. What changes a grant ends the tokens that carry it, here at once and on every instance within seconds.
//! Nothing secret is kept but as a hash or a digest, and nothing secret is shown twice.

mod clients;
pub mod command;
mod discovery;
mod following;
mod me;
mod revocations;
pub mod seed;
mod sessions;
pub mod setup;
pub mod signing_keys;
mod users;
mod watch;

use crate::http::Room;

pub use clients::store::sources as client_sources;
pub use following::{follow_mentor, follow_organization, grants_at};
pub use revocations::end_tokens;
pub use users::links_store;
pub use users::{USERNAME_KEY, Username};
pub use watch::{reload, watch};

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[
        (
            "clients",
            "Accounts of other systems, and how they get their tokens.",
        ),
        (
            "sessions",
            "Signing in, staying signed in, and what the caller may do.",
        ),
        ("setup", "The first administrator of a new installation."),
        (
            "users",
            "Accounts of people: their grants, invitations and activation.",
        ),
    ],
    unique: &[
        users::USERNAME_KEY,
        users::MENTOR_KEY,
        users::CADRE_KEY,
        clients::NAME_KEY,
    ],
    endpoints: &[
        me::ENDPOINTS,
        sessions::ENDPOINTS,
        users::ENDPOINTS,
        clients::ENDPOINTS,
        setup::ENDPOINTS,
    ],
    root_endpoints: &[
        discovery::ENDPOINTS,
        clients::TOKEN_ENDPOINTS,
        setup::PAGE_ENDPOINTS,
    ],
    resources: &[],
};
