//! Path segments.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::query::percent_decode;
use crate::db::Id;
use crate::error::{Error, FieldErrors};
use crate::external_ids::{ExternalId, Source};

/// The text of a path's parameter, percent-decoded exactly once. The router's own reading leaves `%2F`, `%2B` and `%25` encoded,
/// so the segment is taken from the address as it was sent.
///
/// # Errors
/// `NotFound` for a parameter that the route does not have.
pub fn text_segment(request: &HttpRequest, name: &str) -> Result<String, Error> {
    let pattern = request.match_pattern().ok_or(Error::NotFound)?;
    let is_named = |segment: &str| {
        segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            == Some(name)
    };
    let place = pattern.split('/').position(is_named);
    place
        .and_then(|place| request.uri().path().split('/').nth(place))
        .and_then(percent_decode)
        .ok_or(Error::NotFound)
}

/// The `{name}` of a path.
#[derive(Debug, Clone)]
pub struct PathName(pub String);

impl FromRequest for PathName {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(text_segment(request, "name").map(Self))
    }
}

/// An id in a path; what is no UUID names nothing, so it is not found.
///
/// # Errors
/// `NotFound`.
pub fn id_segment(request: &HttpRequest, name: &str) -> Result<Id, Error> {
    let text = request.match_info().get(name).ok_or(Error::NotFound)?;
    Id::parse(text).map_err(|_| Error::NotFound)
}

/// The `{id}` of a path.
#[derive(Debug, Clone, Copy)]
pub struct PathId(pub Id);

impl FromRequest for PathId {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(id_segment(request, "id").map(Self))
    }
}

/// The two segments of `by-external-id/{source}/{externalId}`.
#[derive(Debug, Clone)]
pub struct ExternalPath {
    /// The system that gave the id.
    pub source: Source,
    /// The id there.
    pub external_id: ExternalId,
}

impl FromRequest for ExternalPath {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            let source = text_segment(request, "source")?;
            let external_id = text_segment(request, "externalId")?;
            let mut errors = FieldErrors::default();
            let source = errors.collect("/source", Source::parse(&source));
            let external_id = errors.collect("/externalId", ExternalId::parse(&external_id));
            errors.into_result()?;
            source
                .zip(external_id)
                .map(|(source, external_id)| Self {
                    source,
                    external_id,
                })
                .ok_or(Error::NotFound)
        };
        ready(read())
    }
}
