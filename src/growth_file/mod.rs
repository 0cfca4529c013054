//! The growth file: everything the programme knows of a cadre, in one read, as JSON or as a printable page.
//!
//! It reads across rooms and writes nothing. What a caller sees of each part is decided in the room the part comes from: a
//! file is the sum of what they could read there one by one, in one snapshot. A unit that the person has left sees the records
//! of its own time, and of the person name and present status.

mod api;
mod completeness;
mod model;
mod negotiation;
pub mod page;
mod request;
mod service;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use completeness::Completeness;
pub use model::{GrowthFile, GrowthFileResponse};

/// Mounts the room.
pub fn routes(config: &mut ServiceConfig) {
    config.service(api::get_growth_file);
}
