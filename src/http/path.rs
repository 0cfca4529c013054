//! Path segments.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::db::Id;
use crate::error::{Error, FieldErrors};
use crate::external_ids::{ExternalId, Source};

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
        let segment = |name| request.match_info().get(name).ok_or(Error::NotFound);
        let read = || {
            let source = segment("source")?;
            let external_id = segment("externalId")?;
            let mut errors = FieldErrors::default();
            let source = errors.collect("/source", Source::parse(source));
            let external_id = errors.collect("/externalId", ExternalId::parse(external_id));
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
