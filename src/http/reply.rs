//! Replies as plain data, so that they can be made inside a transaction and kept under an idempotency key.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::{Deserialize, Serialize};

use crate::db::Id;
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
    /// What it tells of; never sent.
    pub resources: Option<Resources>,
}

/// Resources that a reply tells of: whoever gets it again must still read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// Their kind, as the journal names it.
    pub kind: String,
    /// Which.
    pub ids: Vec<Id>,
}

impl Reply {
    /// A JSON reply.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn json<T: Serialize + ?Sized>(status: u16, value: &T) -> Result<Self> {
        let body = serde_json::to_vec(value).map_err(Error::internal)?;
        let reply = Self::new("application/json", body);
        Ok(Self { status, ..reply })
    }

    /// A body of some media type.
    pub fn new(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type".to_owned(), media_type.to_owned())],
            body: body.into(),
            resources: None,
        }
    }

    /// A resource with its `ETag` and `Last-Modified`.
    ///
    /// # Errors
    /// As [`Reply::json`].
    pub fn resource<T: Serialize + Versioned + ?Sized>(status: u16, value: &T) -> Result<Self> {
        let reply = Self::json(status, value)?.about(T::KIND, vec![value.id()]);
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
            resources: None,
        }
    }

    /// Names what the reply tells of.
    #[must_use]
    pub fn about(mut self, kind: &str, ids: Vec<Id>) -> Self {
        self.resources = Some(Resources {
            kind: kind.to_owned(),
            ids,
        });
        self
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
    /// Its kind, as the journal names it.
    const KIND: &'static str;
    /// Its id.
    fn id(&self) -> Id;
    /// Its version.
    fn version(&self) -> i64;
    /// When it last changed.
    fn updated_at(&self) -> crate::db::UtcTimestamp;
}

/// Implements [`Versioned`] for replies that have the three members, or for those around one that has.
macro_rules! versioned {
    ($type:ty, $member:ident: $inner:ty) => {
        impl crate::http::Versioned for $type {
            const KIND: &'static str = <$inner as crate::http::Versioned>::KIND;

            fn id(&self) -> crate::db::Id {
                self.$member.id()
            }

            fn version(&self) -> i64 {
                self.$member.version()
            }

            fn updated_at(&self) -> crate::db::UtcTimestamp {
                self.$member.updated_at()
            }
        }
    };
    ($type:ty, $kind:literal) => {
        impl crate::http::Versioned for $type {
            const KIND: &'static str = $kind;

            fn id(&self) -> crate::db::Id {
                self.id
            }

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
