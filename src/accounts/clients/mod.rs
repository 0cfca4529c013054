//! Clients: other systems, such as the HR portal of a county, with scopes and a subtree of their own.
//!
//! Invariants: a client has the scopes it was registered with and no others; its secret is shown once and kept as a digest.

mod api;
mod model;
mod service;
pub(super) mod store;
mod token_api;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use model::{Client, SCOPES, Scope, normalize};
pub(super) use service::{digest, move_all, record};
pub(super) use store::{find_by_name, insert, set_secret};

/// Mounts the clients.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(api::list_clients)
        .service(api::create_client)
        .service(api::get_client)
        .service(api::update_client)
        .service(api::delete_client)
        .service(api::rotate_client);
}

/// Mounts what lies outside `/v1`.
pub(super) fn token_routes(config: &mut ServiceConfig) {
    config.service(token_api::create_token);
}
