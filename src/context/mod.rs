//! What a use case knows of a request besides its input: who asks, what they reach, the one moment, the precondition, and the parts
//! of the service it draws on.

use std::sync::Arc;

use crate::access::{Account, Actor, PendingRevocations, Permission, Reach, Revocations, Role};
use crate::clock::Clock;
use crate::db::{Id, UtcTimestamp};
use crate::error::{Current, Error, Result};
use crate::events::Hooks;
use crate::external_ids;
use crate::ids::Ids;
use crate::values::Date;
use crate::vault::Vault;

/// The parts of the service that use cases draw on: no clock call, no random call, no key stands in them.
#[derive(Clone)]
pub struct Deps {
    /// The clock.
    pub clock: Clock,
    /// The source of ids.
    pub ids: Arc<Ids>,
    /// The keys of what is stored encrypted.
    pub vault: Arc<Vault>,
    /// What higher rooms do when a lower one changes.
    pub hooks: Hooks<Context>,
    /// Tokens that were ended.
    pub revocations: Arc<Revocations>,
}

/// The `If-Match` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IfMatch {
    /// Not sent.
    #[default]
    Absent,
    /// `*`.
    Any,
    /// The version before the point of an `ETag`.
    Version(i64),
    /// An `ETag` that is none of ours, or a weak one: never matches.
    Other,
}

/// A request, as a use case sees it.
#[derive(Clone)]
pub struct Context {
    /// Who asks.
    pub actor: Arc<Actor>,
    /// What they reach under the permission of this operation.
    pub reach: Reach,
    /// The moment, one for the whole request.
    pub now: UtcTimestamp,
    /// The programme's day.
    pub today: Date,
    /// The request's id, as logs and journal bear it.
    pub request_id: String,
    /// The precondition sent with the request.
    pub if_match: IfMatch,
    /// Clock, ids and vault.
    pub deps: Deps,
    /// Whose access tokens end when this is committed.
    pub pending_revocations: PendingRevocations,
}

impl Context {
    /// Under which sources the caller writes external ids.
    pub fn id_writer(&self) -> external_ids::Writer<'_> {
        let mut grants = self.actor.grants.iter();
        external_ids::Writer {
            own: self.actor.client_source.as_deref(),
            writes_all: self.actor.account == Account::System
                || grants.any(|grant| {
                    matches!(grant.role, Role::ProgrammeManager | Role::Administrator)
                }),
            owned: self.deps.hooks.client_sources,
        }
    }

    /// The service acting by itself: demo data, the day's job, the command line.
    pub fn system(deps: &Deps, request_id: &str) -> Self {
        Self {
            actor: Arc::new(Actor::system()),
            reach: Reach {
                everything: true,
                ..Reach::default()
            },
            now: deps.clock.now(),
            today: deps.clock.today(),
            request_id: request_id.to_owned(),
            if_match: IfMatch::Absent,
            deps: deps.clone(),
            pending_revocations: PendingRevocations::default(),
        }
    }

    /// A new id.
    pub fn new_id(&self) -> Id {
        self.deps.ids.next(self.now)
    }

    /// What the caller reaches under another permission than the operation's own.
    pub fn reach_of(&self, permission: Permission) -> Reach {
        self.actor.reach(permission).unwrap_or_default()
    }

    /// The same; of the service itself, which holds no permission, all there is.
    pub fn reach_in(&self, permission: Permission) -> Reach {
        if self.reach.everything && self.actor.id().is_none() {
            self.reach.clone()
        } else {
            self.reach_of(permission)
        }
    }

    /// The same caller under another permission than the operation's own.
    #[must_use]
    pub fn under(&self, permission: Permission) -> Self {
        Self {
            reach: self.reach_of(permission),
            ..self.clone()
        }
    }

    /// Lets a change of version `version` pass only when `If-Match` was sent and names it.
    ///
    /// # Errors
    /// `PreconditionRequired` without the header, `StaleVersion` with another version.
    pub fn require_match(
        &self,
        version: i64,
        current: impl FnOnce() -> Result<Current>,
    ) -> Result<()> {
        self.require_header()?;
        self.check_match(version, current)
    }

    /// Lets a change pass only when `If-Match` was sent, whatever it names.
    ///
    /// # Errors
    /// `PreconditionRequired`.
    pub fn require_header(&self) -> Result<()> {
        if self.if_match == IfMatch::Absent {
            Err(Error::PreconditionRequired)
        } else {
            Ok(())
        }
    }

    /// Lets a change pass unless `If-Match` names another version.
    ///
    /// # Errors
    /// `StaleVersion` with another version.
    pub fn check_match(
        &self,
        version: i64,
        current: impl FnOnce() -> Result<Current>,
    ) -> Result<()> {
        self.allow(version, true, current)
    }

    /// Lets a verb pass when `If-Match` does and the state of its resource allows it. A verb asks after it has looked for its own
    /// repetition: a caller whose answer was lost sends the old `ETag` again, and what they asked for is done (RFC 9110, 13.1.1).
    ///
    /// # Errors
    /// `StaleVersion`, `IllegalTransition`, with what `current` reads only then.
    pub fn allow(
        &self,
        version: i64,
        allowed: bool,
        current: impl FnOnce() -> Result<Current>,
    ) -> Result<()> {
        match (self.matches(version), allowed) {
            (true, true) => Ok(()),
            (true, false) => Err(Error::IllegalTransition(current()?)),
            (false, _) => Err(Error::StaleVersion(current()?)),
        }
    }

    const fn matches(&self, version: i64) -> bool {
        match self.if_match {
            IfMatch::Absent | IfMatch::Any => true,
            IfMatch::Version(sent) => sent == version,
            IfMatch::Other => false,
        }
    }
}
