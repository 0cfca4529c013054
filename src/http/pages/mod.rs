//! Pages for people and programs that look around: what the service is, what a problem means, the reference.

mod problem;
mod reference;
mod root;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the pages.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(root::get_service)
        .service(problem::get_problem)
        .service(reference::get_reference)
        .service(reference::get_reference_file);
}

/// Text as it stands in HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
