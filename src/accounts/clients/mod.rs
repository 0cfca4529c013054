//! Clients: other systems, such as the HR portal of a county, with scopes and a subtree of their own.
//!
//! Invariants: a client has the scopes it was registered with and no others; its secret is shown once and kept as a digest.

mod api;
mod model;
mod service;
pub(super) mod store;
mod token_api;

pub(super) use api::ENDPOINTS;
pub(super) use token_api::ENDPOINTS as TOKEN_ENDPOINTS;

pub(super) use model::{Client, NAME_KEY, SCOPES, Scope, normalize};
pub(super) use service::{digest, move_all, record};
pub(super) use store::{find_by_name, insert, set_secret};
