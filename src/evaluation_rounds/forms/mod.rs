//! Forms that rounds issued, as a list: to raters their own, to units those about their cadres.

pub mod api;
mod request;
mod response;
mod service;
mod store;
