//! Absences of cadres: leave that R02 and R12 read, and that `onLeave` shows.
//!
//! Kinds say why in the coarsest words the rules need; nothing medical is kept.

mod api;
mod leave;
mod leave_store;
mod model;
mod service;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use leave::{leave_days, recount, recount_open, renew};
pub use model::{AbsenceKind, AbsenceResponse};
pub use service::{delete_all, read};
pub use store::covers;

/// Mounts the room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(api::list_absences)
        .service(api::create_absence)
        .service(api::get_absence)
        .service(api::update_absence)
        .service(api::delete_absence);
}
