//! What a use case knows of the request besides its input.

use std::sync::Arc;

use super::actor::{Account, Actor, Reach, Role, Subtree};
use super::cutoffs::{Cutoffs, Endings};
use super::permissions::Permission;
use crate::clock::Clock;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Current, Error, Result};
use crate::external_ids;
use crate::ids::Ids;
use crate::values::Date;
use crate::vault::Vault;

/// The parts of the service that use cases draw on: no clock call, no random call, no key stands in them.
#[derive(Clone)]
pub struct Scene {
    /// The clock.
    pub clock: Clock,
    /// The source of ids.
    pub ids: Arc<Ids>,
    /// The keys of what is stored encrypted.
    pub vault: Arc<Vault>,
    /// What higher rooms do when a lower one changes.
    pub reactions: Reactions,
    /// Tokens that were ended.
    pub cutoffs: Arc<Cutoffs>,
}

/// What higher rooms do, in the same transaction, when a record of a lower room changes. `app` fills it in, so that a room
/// never imports a room above it.
#[derive(Clone, Copy)]
pub struct Reactions {
    /// A cadre moved to another unit, or the unit itself moved: pairs may have lost their place.
    pub cadre_moved: fn(&mut DbConn, &Context, Id) -> Result<()>,
    /// A cadre left or graduated: pairs end, seats become free, open forms are cancelled.
    pub cadre_left: fn(&mut DbConn, &Context, &Departure<'_>) -> Result<()>,
    /// A cadre's probation begins or ends on another day: the leave that falls into it is another.
    pub probation_changed: fn(&mut DbConn, &Context, Id) -> Result<()>,
    /// A cadre whom nothing refers to is about to be removed: what belongs to that record alone goes first.
    pub cadre_deleted: fn(&mut DbConn, &Context, Id) -> Result<()>,
    /// A mentor was suspended, reinstated, retired or moved: pairs may need another mentor, or no longer.
    pub mentor_changed: fn(&mut DbConn, &Context, Id) -> Result<()>,
    /// A unit moved, became another kind of unit, or was merged: people, grants and clients follow.
    pub organization_changed: fn(&mut DbConn, &Context, &Restructuring) -> Result<Followed>,
    /// Units are about to lie under others: the grants and clients that are placed at those.
    pub grants_at: fn(&mut DbConn, &Context, &[Id]) -> Result<Vec<AccountGrant>>,
    /// A kept reply is asked for again: whether the caller reads these resources of a kind still.
    pub reads: fn(&mut DbConn, &Context, &str, &[Id]) -> Result<bool>,
    /// A caller reads the journal: of these lines, the resources they must not know of yet.
    pub withheld: fn(&mut DbConn, &Context, &[Mention<'_>]) -> Result<Vec<Id>>,
    /// The kinds of resources of which lines of the journal may be withheld.
    pub withheld_types: &'static [&'static str],
    /// A page of a list was read: the last sealed position of the journal.
    pub journal_position: fn(&mut DbConn) -> Result<i64>,
}

/// A line of the journal, as a higher room is asked whether a caller may know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention<'a> {
    /// The kind of resource.
    pub resource_type: &'a str,
    /// The resource.
    pub resource_id: Id,
    /// The cadre it is about.
    pub cadre_id: Option<Id>,
}

/// What happened to a unit that higher rooms must follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restructuring {
    /// The unit and all below it lie elsewhere in the tree.
    Moved {
        /// Where they lie now.
        subtree: Subtree,
    },
    /// The unit is of another kind, or lies in another division.
    Redefined {
        /// The unit.
        organization_id: Id,
    },
    /// The unit counts as remote, or no longer.
    Remote {
        /// The unit.
        organization_id: Id,
    },
    /// One unit took over all of another.
    Merged {
        /// The unit that is no more.
        from: Id,
        /// The unit that took over.
        into: Id,
        /// The first day without the merged unit.
        on: Date,
    },
}

/// A grant of a user over a unit and all below it, or a client placed there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountGrant {
    /// Whose it is.
    pub account: Account,
    /// The role of a user.
    pub role: Option<Role>,
    /// The unit.
    pub organization_id: Id,
}

/// How many records followed a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Followed {
    /// Cadres.
    pub cadres: u64,
    /// Mentors.
    pub mentors: u64,
    /// Grants of people.
    pub grants: u64,
    /// Clients.
    pub clients: u64,
}

/// A cadre's departure from the programme.
#[derive(Debug, Clone, Copy)]
pub struct Departure<'a> {
    /// Who.
    pub cadre_id: Id,
    /// The last day.
    pub on: Date,
    /// The reason pairs end with: `CADRE_LEFT`, `CADRE_TRANSFERRED` or `TERM_ENDED`.
    pub end_reason: &'a str,
    /// Whether the cadre leaves the programme, so that open forms are cancelled; a transfer only ends pairs.
    pub leaves: bool,
}

impl Default for Reactions {
    fn default() -> Self {
        Self {
            cadre_moved: |_, _, _| Ok(()),
            cadre_left: |_, _, _| Ok(()),
            probation_changed: |_, _, _| Ok(()),
            cadre_deleted: |_, _, _| Ok(()),
            mentor_changed: |_, _, _| Ok(()),
            organization_changed: |_, _, _| Ok(Followed::default()),
            grants_at: |_, _, _| Ok(Vec::new()),
            reads: |_, _, _, _| Ok(true),
            withheld: |_, _, _| Ok(Vec::new()),
            withheld_types: &[],
            journal_position: |_| Ok(0),
        }
    }
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
    pub scene: Scene,
    /// Whose access tokens end when this is committed.
    pub endings: Endings,
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
        }
    }

    /// The service acting by itself: demo data, the day's job, the command line.
    pub fn system(scene: &Scene, request_id: &str) -> Self {
        Self {
            actor: Arc::new(Actor::system()),
            reach: Reach {
                everything: true,
                ..Reach::default()
            },
            now: scene.clock.now(),
            today: scene.clock.today(),
            request_id: request_id.to_owned(),
            if_match: IfMatch::Absent,
            scene: scene.clone(),
            endings: Endings::default(),
        }
    }

    /// A new id.
    pub fn new_id(&self) -> Id {
        self.scene.ids.next(self.now)
    }

    /// What the caller reaches under another permission than the operation's own.
    pub fn reach_of(&self, permission: Permission) -> Reach {
        self.actor.reach(permission).unwrap_or_default()
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
