//! Pages for people and programs that look around: what the service is, what a problem means, the reference.

mod problem;
mod reference;
mod root;

pub use problem::ENDPOINTS as PROBLEM_ENDPOINTS;
pub use reference::ENDPOINTS as REFERENCE_ENDPOINTS;
pub use root::ENDPOINTS as ROOT_ENDPOINTS;

/// Text as it stands in HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
