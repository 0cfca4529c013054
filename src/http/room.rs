//! What the platform must know of a room, said by the room itself.
//!
//! A room exports one [`Room`]; `app` collects them. Which permission an operation asks for and how many statements it may run
//! stand beside its handler: the guard in the handler's signature decides, and tests hold both to what the handler does.

use utoipa_actix_web::service_config::ServiceConfig;

use super::reply::Versioned;
use crate::access::Permission;
use crate::context::Context;
use crate::db::{DbConn, Id, UniqueKey};
use crate::error::Result;

/// A room, as the platform sees it.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// The tags of its operations, each with a sentence for the document.
    pub tags: &'static [(&'static str, &'static str)],
    /// What must be unique of its rows, besides their ids.
    pub unique: &'static [UniqueKey],
    /// Its endpoints under `/v1`, by the file of their handlers.
    pub endpoints: &'static [Endpoints],
    /// Its endpoints that stand elsewhere.
    pub root_endpoints: &'static [Endpoints],
    /// What keyed requests answer with: a kept reply is given again to those alone who read its resources still.
    pub resources: &'static [ReadableResource],
}

impl Room {
    /// A room that serves nothing, to be filled in.
    pub const EMPTY: Self = Self {
        tags: &[],
        unique: &[],
        endpoints: &[],
        root_endpoints: &[],
        resources: &[],
    };

    /// All its operations.
    pub fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        let endpoints = self.endpoints.iter().chain(self.root_endpoints);
        endpoints.flat_map(|endpoints| endpoints.operations)
    }
}

/// A kind of resource, and how its room reads one.
#[derive(Debug, Clone, Copy)]
pub struct ReadableResource {
    /// Its kind, as the journal names it.
    pub kind: &'static str,
    /// What readers are permitted.
    pub permission: Permission,
    /// Succeeds for who reads a resource; `NotFound` or `Forbidden` for others.
    pub read: fn(&mut DbConn, &Context, Id) -> Result<()>,
}

impl ReadableResource {
    /// The kind of a response.
    pub const fn new<Response: Versioned>(
        permission: Permission,
        read: fn(&mut DbConn, &Context, Id) -> Result<()>,
    ) -> Self {
        Self {
            kind: Response::KIND,
            permission,
            read,
        }
    }
}

/// The endpoints of one file.
#[derive(Debug, Clone, Copy)]
pub struct Endpoints {
    /// Mounts them.
    pub mount: fn(&mut ServiceConfig),
    /// What each of them asks for.
    pub operations: &'static [Operation],
}

/// What an operation asks for and may cost, and how it differs from what its method and path say.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Its operationId, which is the name of its handler.
    pub id: &'static str,
    /// What the caller must be permitted; none for what is open to everyone.
    pub permission: Option<Permission>,
    /// How many statements it runs at most in the requests of `tests/it/budgets`, without those that begin, end or lock, and those
    /// of the sealer and of an `Idempotency-Key`.
    pub statements: usize,
    /// A POST that changes nothing.
    pub only_reads: bool,
    /// Its reply shows a secret once and is kept nowhere, so that it takes no `Idempotency-Key`.
    pub shows_secret: bool,
    /// It changes what has no version.
    pub is_unversioned: bool,
    /// A verb that is refused without `If-Match`.
    pub requires_match: bool,
    /// What it names may have been merged into another.
    pub may_be_merged: bool,
}

impl Operation {
    const fn new(id: &'static str, permission: Option<Permission>, statements: usize) -> Self {
        Self {
            id,
            permission,
            statements,
            only_reads: false,
            shows_secret: false,
            is_unversioned: false,
            requires_match: false,
            may_be_merged: false,
        }
    }

    /// An operation whose caller must be permitted, and the statements it may run.
    pub const fn guarded(id: &'static str, permission: Permission, statements: usize) -> Self {
        Self::new(id, Some(permission), statements)
    }

    /// An operation that is open to everyone, and the statements it may run.
    pub const fn open(id: &'static str, statements: usize) -> Self {
        Self::new(id, None, statements)
    }

    /// A POST that changes nothing.
    pub const fn only_reads(mut self) -> Self {
        self.only_reads = true;
        self
    }

    /// Its reply shows a secret once.
    pub const fn shows_secret(mut self) -> Self {
        self.shows_secret = true;
        self
    }

    /// It changes what has no version.
    pub const fn is_unversioned(mut self) -> Self {
        self.is_unversioned = true;
        self
    }

    /// A verb that is refused without `If-Match`.
    pub const fn requires_match(mut self) -> Self {
        self.requires_match = true;
        self
    }

    /// What it names may have been merged into another.
    pub const fn may_be_merged(mut self) -> Self {
        self.may_be_merged = true;
        self
    }
}
