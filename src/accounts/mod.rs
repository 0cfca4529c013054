//! Who may sign in, and the keys that sign what they get.

mod cutoffs;
mod following;
mod me;
mod sessions;
pub mod signing_keys;
mod users;
mod watch;

use utoipa_actix_web::service_config::ServiceConfig;

pub use cutoffs::end_tokens;
pub use following::follow;
pub use watch::{reload, watch};

/// Mounts the room under `/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(me::get_me);
    config.configure(sessions::routes);
    config.configure(users::routes);
}
