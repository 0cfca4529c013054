//! Figures: what the records of a subtree add up to.
//!
//! It reads across rooms and writes nothing. A caller who is an analyst and nothing more in that subtree sees no cell of fewer
//! than five persons, and none whose differences with others would tell one.

mod api;
mod model;
mod service;
mod store;
mod suppression;
mod tables;

use utoipa_actix_web::service_config::ServiceConfig;

pub use model::SummaryResponse;

/// Mounts the room.
pub fn routes(config: &mut ServiceConfig) {
    config.service(api::get_organization_summary);
}
