//! Feedback: what those who took part think of an event. The host reads sums of it, three answers at a time.

pub mod api;
mod request;
mod response;
mod service;
mod store;

pub use response::Feedback;
pub use store::NUMBER_OF_EVENT;
