//! Who may sign in, and the keys that sign what they get.
//!
//! Users are people, clients are other systems; both get access tokens that carry what they are granted, so that no request
//! asks these tables. What changes a grant ends the tokens that carry it, here at once and on every instance within seconds.
//! Nothing secret is kept but as a hash or a digest, and nothing secret is shown twice.

mod clients;
pub mod command;
mod cutoffs;
mod discovery;
mod following;
mod me;
pub mod seed;
mod sessions;
pub mod setup;
pub mod signing_keys;
mod users;
mod watch;

use utoipa_actix_web::service_config::ServiceConfig;

pub use cutoffs::end_tokens;
pub use following::{follow_mentor, follow_organization, grants_at};
pub use users::Username;
pub use watch::{reload, watch};

/// Mounts the room under `/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(me::get_me);
    config.configure(sessions::routes);
    config.configure(users::routes);
    config.configure(clients::routes);
    config.configure(setup::routes);
}

/// Mounts what lies outside `/v1`: the keys, the metadata, the clients' tokens, the page of the first start.
pub fn root_routes(config: &mut ServiceConfig) {
    config
        .service(discovery::get_jwks)
        .service(discovery::get_authorization_server)
        .service(discovery::get_protected_resource);
    config.configure(clients::token_routes);
    config.configure(setup::page_routes);
}
