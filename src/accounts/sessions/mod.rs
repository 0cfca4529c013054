//! Sessions: signing in, staying signed in, and being signed out.
//!
//! Invariants: whoever signs in wrongly learns nothing of the account, by answer or by time; what fails counts in the
//! database, for every instance; a refresh token that is used after its successor was is a theft and ends its session.

mod activation;
mod api;
mod model;
mod networks_store;
mod rules;
mod service;
mod store;
mod tokens;

pub(super) use api::ENDPOINTS;

pub(super) use service::{end_all, forget_all, start_over};
