//! Users: natural persons with an account, and what they are granted.
//!
//! Invariants: one user is one person, so a mentor or cadre is linked to one user at most; ADMINISTRATOR and AUDITOR combine
//! with nothing; nobody grants wider than their own subtree or to themselves. A user's version grows with what an
//! administrator changes, not with signing in.

mod activation;
mod api;
mod invitations;
mod invitations_store;
pub mod links_store;
mod model;
mod request;
mod response;
mod rules;

pub(super) use api::ENDPOINTS;
pub(super) mod service;
pub(super) mod store;

pub(super) use activation::digest as activation_digest;
pub use model::{CADRE_KEY, MENTOR_KEY, PlacedGrant, USERNAME_KEY, User, UserGrant, Username};
pub(super) use response::{GrantResponse, UserResponse};
pub(super) use rules::{MAX_ACTIVATION_FAILURES, needs_place};
pub(super) use service::{move_grants, names};
