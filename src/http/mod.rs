//! What every endpoint shares: reading requests, writing replies, and the one place where errors become problems.

mod body;
mod envelope;
mod guard;
pub mod health;
mod idempotency;
mod input;
mod integer;
mod kept;
mod language;
mod limited;
mod messages;
pub mod openapi;
mod outcome;
pub mod pages;
mod path;
pub mod problem;
mod query;
mod reply;
mod room;
mod routes;
mod state;
pub mod unparsed;
mod visible;

pub use crate::values::Patch;
pub use body::{
    BodyDigest, CsvBody, FormBody, JsonBody, OptionalBody, VisitorBody, canonical, parse_json,
};
pub use envelope::{RequestId, envelope};
pub use guard::{Authorized, Caller, Visitor};
pub use idempotency::Keyed;
pub use input::{PatchOf, Patchable, members, read_only};
pub use integer::{Integer, RowVersion};
pub use language::Language;
pub use limited::Limited;
pub use messages::MESSAGES;
pub use outcome::Outcome;
pub use path::{ExternalPath, PathId, PathName, id_segment, text_segment};
pub use query::{Filters, Flag, NoFilters, OneOf, QueryOf, RawQuery, Whole, decode, parameters};
pub(crate) use reply::versioned;
pub use reply::{Reply, Resources, Versioned, etag};
pub use room::{Endpoints, Operation, ReadableResource, Room};
pub use routes::{Routes, refuse};
pub use state::{AppParts, AppState, State};
pub use visible::Visible;

/// What is served of the service itself.
pub const ROOM: Room = Room {
    tags: &[(
        "service",
        "Whether the service lives, what it is, its document and its keys.",
    )],
    unique: &[],
    endpoints: &[openapi::ENDPOINTS],
    root_endpoints: &[
        health::ENDPOINTS,
        pages::ROOT_ENDPOINTS,
        pages::PROBLEM_ENDPOINTS,
        pages::REFERENCE_ENDPOINTS,
    ],
    resources: &[],
};
