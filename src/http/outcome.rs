//! What a write came to, and the reply it makes.

use serde::Serialize;

use super::reply::{Reply, Versioned};
use crate::error::Result;

/// What a write came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// A new resource.
    Created(T),
    /// A changed one.
    Updated(T),
    /// Nothing was written: the content is the same.
    Unchanged(T),
}

impl<T> Outcome<T> {
    /// The resource, whatever was done.
    pub fn into_inner(self) -> T {
        match self {
            Self::Created(resource) | Self::Updated(resource) | Self::Unchanged(resource) => {
                resource
            }
        }
    }

    /// Whether anything was written.
    pub const fn is_written(&self) -> bool {
        !matches!(self, Self::Unchanged(_))
    }
}

impl<T: Serialize + Versioned> Outcome<T> {
    /// 201 with the address of a new resource in its collection (`/v1/cadres`), 200 for one that was there.
    ///
    /// # Errors
    /// As [`Reply::json`].
    pub fn into_reply(self, collection: &str) -> Result<Reply> {
        match self {
            Self::Created(resource) => {
                Reply::created(&format!("{collection}/{}", resource.id()), &resource)
            }
            Self::Updated(resource) | Self::Unchanged(resource) => Reply::resource(200, &resource),
        }
    }
}
