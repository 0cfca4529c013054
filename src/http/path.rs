//! Path segments.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::db::Id;
use crate::error::Error;

/// The `{id}` of a path; what is no UUID names nothing, so it is not found.
#[derive(Debug, Clone, Copy)]
pub struct PathId(pub Id);

impl FromRequest for PathId {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            request
                .match_info()
                .get("id")
                .and_then(|text| Id::parse(text).ok())
                .map(Self)
                .ok_or(Error::NotFound),
        )
    }
}
