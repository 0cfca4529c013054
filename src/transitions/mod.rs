//! Verbs: what changes the state of a resource, by one table per room.
//!
//! A room says by [`Resource`] what its rows are and by a table of [`Transition`]s from which states each verb leads where, and
//! under which permission. A verb [begins](begin) on the row under lock; when the caller's own effect stands already, it answers
//! the same and changes nothing ([`Begun::is_repeated`]); otherwise `If-Match` and the table must allow it ([`Begun::require`]).
//! Then it [writes](Begun::write) the row and its line in the journal. `allowedActions` and the tests of illegal transitions read
//! the same table.

mod act;
mod document;

use std::fmt::Debug;

use serde::Serialize;

use crate::access::Permission;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Current, Error, Result};
use crate::journal::{self, Change, Override};
use crate::values::Date;

pub use document::allowed_actions;

/// A resource whose state verbs change.
pub trait Resource: Clone + 'static {
    /// Its kind, as the journal names it.
    const KIND: &'static str;
    /// Where it stands, as far as its verbs care.
    type State: Copy + Eq + Debug + 'static;
    /// What a caller sees of it.
    type Response: Serialize;
    /// Its verbs.
    const TRANSITIONS: &'static [Transition<Self::State>];

    /// Its id.
    fn id(&self) -> Id;
    /// Its version.
    fn version(&self) -> i64;
    /// The unit to which a change of it belongs; none where it is the whole programme's.
    fn organization(&self) -> Option<Id>;
    /// The cadre whom it is about.
    fn cadre(&self) -> Option<Id>;
    /// Where it stands.
    fn state(&self, context: &Context) -> Self::State;
    /// Names the version and the moment of a change.
    fn stamp(&mut self, version: i64, now: UtcTimestamp);

    /// The row under lock, if the caller may change it.
    ///
    /// # Errors
    /// `NotFound` out of reach, `Forbidden` for those who can only read it.
    fn lock(tx: &mut DbConn, context: &Context, id: Id) -> Result<Self>;
    /// Writes the row over the version that was read.
    ///
    /// # Errors
    /// `StaleVersion` when another change came first.
    fn update(&self, tx: &mut DbConn, version: i64) -> Result<()>;
    /// The resource as the caller sees it, if they do.
    ///
    /// # Errors
    /// When the database refuses.
    fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<Self::Response>>;
}

/// A row of a room's table: a verb, where it begins and where it leads.
#[derive(Debug, Clone, Copy)]
pub struct Transition<State: 'static> {
    /// The operation, by its operationId.
    pub verb: &'static str,
    /// The states that it begins from.
    pub from: &'static [State],
    /// The states that it leads to; empty when the state stays.
    pub to: &'static [State],
    /// What the caller must be permitted.
    pub permission: Permission,
}

/// The verbs that a caller could carry out now, in the order of the table; `may` says which permissions reach the resource.
pub fn allowed<R: Resource>(
    state: R::State,
    may: impl Fn(Permission) -> bool,
) -> Vec<&'static str> {
    let mut last = None;
    let mut may = |permission| match last {
        Some((same, answer)) if same == permission => answer,
        _ => last.insert((permission, may(permission))).1,
    };
    let begins = R::TRANSITIONS
        .iter()
        .filter(|transition| transition.from.contains(&state));
    begins
        .filter(|transition| may(transition.permission))
        .map(|transition| transition.verb)
        .collect()
}

/// What the caller says of a change besides the verb: a repetition says the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said<'a> {
    /// Why.
    pub reason: Option<&'a str>,
    /// Since when it holds.
    pub effective_on: Option<Date>,
}

impl<'a> From<Option<&'a str>> for Said<'a> {
    fn from(reason: Option<&'a str>) -> Self {
        Self {
            reason,
            ..Self::default()
        }
    }
}

/// A verb that was begun: its row under lock.
pub struct Begun<'a, R> {
    context: &'a Context,
    verb: &'static str,
    /// The row.
    pub row: R,
}

/// Begins a verb.
///
/// # Errors
/// `NotFound` out of reach, `Forbidden` for those who can only read the resource.
pub fn begin<'a, R: Resource>(
    tx: &mut DbConn,
    context: &'a Context,
    verb: &'static str,
    id: Id,
) -> Result<Begun<'a, R>> {
    let row = R::lock(tx, context, id)?;
    Ok(Begun::new(context, verb, row))
}

impl<'a, R: Resource> Begun<'a, R> {
    /// A verb on a row that is under lock already.
    pub const fn new(context: &'a Context, verb: &'static str, row: R) -> Self {
        Self { context, verb, row }
    }

    /// The verb, by its operationId.
    pub const fn verb(&self) -> &'static str {
        self.verb
    }

    /// Whether the latest change among these is `action`, made by the caller in the same words: the verb is sent again.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn is_repeated(
        &self,
        tx: &mut DbConn,
        among: &[&str],
        action: &str,
        said: Said<'_>,
    ) -> Result<bool> {
        let latest = journal::latest(tx, self.row.id(), among)?;
        Ok(latest.is_some_and(|latest| {
            let before = Said {
                reason: latest.reason.as_deref(),
                effective_on: latest.effective_on,
            };
            latest.action == action && latest.actor_id == self.context.actor.id() && before == said
        }))
    }

    /// Whether the table has the verb from the present state.
    pub fn is_legal(&self) -> bool {
        let state = self.row.state(self.context);
        R::TRANSITIONS
            .iter()
            .any(|transition| transition.verb == self.verb && transition.from.contains(&state))
    }

    /// Lets the verb pass when `If-Match` does and the table has it from the present state.
    ///
    /// # Errors
    /// `StaleVersion`, `IllegalTransition`, each with the resource as it is.
    pub fn require(&self, tx: &mut DbConn) -> Result<()> {
        self.require_that(tx, true)
    }

    /// The same, where more than the state decides.
    ///
    /// # Errors
    /// As [`Begun::require`].
    pub fn require_that(&self, tx: &mut DbConn, holds: bool) -> Result<()> {
        let allowed = holds && self.is_legal();
        self.context.allow(self.row.version(), allowed, || {
            current::<R>(tx, self.context, self.row.id())
        })
    }

    /// Writes the row as the verb leaves it, under the next version.
    ///
    /// # Errors
    /// `StaleVersion` when another change came first.
    pub fn write(&self, tx: &mut DbConn, row: R) -> Result<R> {
        write(tx, self.context, &self.row, row)
    }
}

/// Writes a changed row under the next version.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn write<R: Resource>(tx: &mut DbConn, context: &Context, former: &R, mut row: R) -> Result<R> {
    row.stamp(former.version() + 1, context.now);
    row.update(tx, former.version())?;
    Ok(row)
}

/// Leaves a change's line in the journal.
///
/// # Errors
/// When the database refuses.
pub fn record<'a, R: Resource>(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    row: &R,
    changed: &'a [&'a str],
    said: impl Into<Said<'a>>,
) -> Result<()> {
    record_overriding(tx, context, action, row, changed, said, &[])
}

/// The same, of a change for which rules were overridden.
///
/// # Errors
/// When the database refuses.
pub fn record_overriding<'a, R: Resource>(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    row: &R,
    changed: &'a [&'a str],
    said: impl Into<Said<'a>>,
    overrides: &'a [Override],
) -> Result<()> {
    let said = said.into();
    let change = Change {
        changed_fields: changed,
        organization_id: row.organization(),
        cadre_id: row.cadre(),
        reason: said.reason,
        effective_on: said.effective_on,
        overrides,
        ..Change::new(action, R::KIND, row.id(), row.version())
    };
    journal::record(tx, context, &change)
}

/// The resource as the caller sees it who just changed it.
///
/// # Errors
/// `NotFound` when they do not see it any more.
pub fn read_back<R: Resource>(tx: &mut DbConn, context: &Context, id: Id) -> Result<R::Response> {
    R::read(tx, context, id)?.ok_or(Error::NotFound)
}

/// The resource as it is, for an error that tells of it.
///
/// # Errors
/// When the database refuses.
pub fn current<R: Resource>(tx: &mut DbConn, context: &Context, id: Id) -> Result<Current> {
    let current = R::read(tx, context, id)?;
    Ok(current
        .and_then(|current| serde_json::to_value(current).ok())
        .map(Box::new))
}
