//! Replies as plain data, so that they can be made inside a transaction and kept under an idempotency key.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;

use crate::error::{Error, Result};

/// A reply that is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Headers other than those every reply has.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A JSON reply.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn json<T: Serialize + ?Sized>(status: u16, value: &T) -> Result<Self> {
        let body = serde_json::to_vec(value).map_err(Error::internal)?;
        Ok(Self {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body,
        })
    }

    /// A resource with its `ETag` and `Last-Modified`.
    ///
    /// # Errors
    /// As [`Reply::json`].
    pub fn resource<T: Serialize + Versioned + ?Sized>(status: u16, value: &T) -> Result<Self> {
        let reply = Self::json(status, value)?;
        let tag = etag(value.version(), &reply.body);
        let modified = value
            .updated_at()
            .to_datetime()
            .format("%a, %d %b %Y %H:%M:%S GMT")
            .to_string();
        Ok(reply
            .with_header("etag", tag)
            .with_header("last-modified", modified))
    }

    /// A resource that was just made: 201 with its address.
    ///
    /// # Errors
    /// As [`Reply::json`].
    pub fn created<T: Serialize + Versioned + ?Sized>(location: &str, value: &T) -> Result<Self> {
        Ok(Self::resource(201, value)?.with_header("location", location.to_owned()))
    }

    /// A composed read: an `ETag` over the representation, no version of its own.
    ///
    /// # Errors
    /// As [`Reply::json`].
    pub fn composed<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        let reply = Self::json(200, value)?;
        let tag = etag(0, &reply.body);
        Ok(reply.with_header("etag", tag))
    }

    /// Done, with nothing to say.
    pub fn no_content() -> Self {
        Self {
            status: 204,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Forbids every cache to keep the reply: it holds a secret or personal data in full.
    #[must_use]
    pub fn no_store(self) -> Self {
        self.with_header("cache-control", "no-store")
    }
}

/// A resource with a version.
pub trait Versioned {
    /// Its version.
    fn version(&self) -> i64;
    /// When it last changed.
    fn updated_at(&self) -> crate::db::UtcTimestamp;
}

/// Implements [`Versioned`] for replies that have the two members.
macro_rules! versioned {
    ($type:ty) => {
        impl crate::http::Versioned for $type {
            fn version(&self) -> i64 {
                self.version
            }

            fn updated_at(&self) -> crate::db::UtcTimestamp {
                self.updated_at
            }
        }
    };
}

pub(crate) use versioned;

/// `"<version>.<digest of the representation>"`: the part before the point is what `If-Match` compares.
pub fn etag(version: i64, representation: &[u8]) -> String {
    let digest = crate::vault::sha256(&[representation]);
    format!("\"{version}.{}\"", crate::vault::hex(&digest[..9]))
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::new(
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        );
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                response.headers_mut().insert(name, value);
            }
        }
        response.set_body(BoxBody::new(self.body))
    }
}
