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

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use service::{end_all, forget_all, start_over};

/// Mounts the sessions.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(api::create_session)
        .service(api::refresh_session)
        .service(api::activate_user)
        .service(api::list_sessions)
        .service(api::delete_current_session)
        .service(api::delete_session)
        .service(api::update_my_password);
}
