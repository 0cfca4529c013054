//! Exchanges: postings of several people that begin and end together, from the units that send to the units that receive, and back.

pub mod api;
mod changing;
mod direction;
mod making;
mod model;
mod request;
mod response;
mod service;
pub mod store;
mod transitions;

pub use changing::follow_legs;
pub use direction::ExchangeDirection;
pub use model::{Exchange, ExchangeStatus};
pub use response::ExchangeResponse;
pub use service::read;
