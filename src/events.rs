//! What happens in a room that higher rooms follow, in the same transaction.
//!
//! A room never imports a room above it. It says what happened through a [`Hooks`], which `app` filled in with what the rooms above
//! do; what happened is a type, so that a cause that nobody knows does not compile.

use crate::access::{Account, Role, Subtree};
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::values::Date;

/// What higher rooms do when a record of a lower room changes, and what they tell lower rooms of theirs. `C` is the context of a
/// request, which carries the hooks.
pub struct Hooks<C> {
    /// A cadre belongs to another unit.
    pub cadre_moved: fn(&mut DbConn, &C, CadreMoved) -> Result<()>,
    /// A cadre leaves a unit or the programme: pairs end, seats become free, open forms are cancelled.
    pub cadre_left: fn(&mut DbConn, &C, CadreLeft) -> Result<()>,
    /// A phase template was published: how many live plans lack goals of it, and, if asked to, adds them.
    pub template_published: fn(&mut DbConn, &C, Id, bool) -> Result<LivePlans>,
    /// A cadre works in the programme again: is no longer suspended, or was taken back.
    pub cadre_returned: fn(&mut DbConn, &C, Id) -> Result<()>,
    /// A cadre's probation begins or ends on another day: the leave that falls into it is another, and so may be the days of plans.
    pub probation_changed: fn(&mut DbConn, &C, Id) -> Result<()>,
    /// A cadre is about to be removed: what belongs to that record alone goes first. `InUse` from a room whose records name it
    /// without a foreign key.
    pub cadre_deleted: fn(&mut DbConn, &C, Id) -> Result<()>,
    /// A mentor was suspended, reinstated, retired or moved: pairs may need another mentor, or no longer.
    pub mentor_changed: fn(&mut DbConn, &C, Id) -> Result<()>,
    /// A mentor is about to be removed; as `cadre_deleted`.
    pub mentor_deleted: fn(&mut DbConn, &C, Id) -> Result<()>,
    /// A user is about to be removed; as `cadre_deleted`.
    pub user_deleted: fn(&mut DbConn, &C, Id) -> Result<()>,
    /// A unit moved, became another kind of unit, or was merged: people, grants and clients follow.
    pub organization_changed: fn(&mut DbConn, &C, &Restructuring) -> Result<Followed>,
    /// Units are about to lie under others: the grants and clients that are placed at those.
    pub grants_at: fn(&mut DbConn, &C, &[Id]) -> Result<Vec<AccountGrant>>,
    /// A cadre out of reach is asked for: whether they are a guest of the caller's unit, or led by the caller.
    pub is_guest: fn(&mut DbConn, &C, Id) -> Result<bool>,
    /// A cadre asks for mentors: who their own are.
    pub mentors_of: fn(&mut DbConn, Id) -> Result<Vec<Id>>,
    /// External ids are written: those of their sources that are a client's.
    pub client_sources: fn(&mut DbConn, &[&str]) -> Result<Vec<String>>,
    /// A kept reply is asked for again: whether the caller reads these resources of a kind still.
    pub reads: fn(&mut DbConn, &C, &str, &[Id]) -> Result<bool>,
    /// A caller reads the journal: of these lines, the resources they must not know of yet.
    pub withheld: fn(&mut DbConn, &C, &[Mention<'_>]) -> Result<Vec<Id>>,
    /// The kinds of resources of which lines of the journal may be withheld.
    pub withheld_kinds: &'static [&'static str],
    /// A page of a list was read: the last sealed position of the journal.
    pub journal_position: fn(&mut DbConn) -> Result<i64>,
}

impl<C> Clone for Hooks<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Hooks<C> {}

/// Nobody follows anything.
impl<C> Default for Hooks<C> {
    fn default() -> Self {
        Self {
            cadre_moved: |_, _, _| Ok(()),
            cadre_left: |_, _, _| Ok(()),
            template_published: |_, _, _, _| Ok(LivePlans::default()),
            cadre_returned: |_, _, _| Ok(()),
            probation_changed: |_, _, _| Ok(()),
            cadre_deleted: |_, _, _| Ok(()),
            mentor_changed: |_, _, _| Ok(()),
            mentor_deleted: |_, _, _| Ok(()),
            user_deleted: |_, _, _| Ok(()),
            organization_changed: |_, _, _| Ok(Followed::default()),
            grants_at: |_, _, _| Ok(Vec::new()),
            is_guest: |_, _, _| Ok(false),
            mentors_of: |_, _| Ok(Vec::new()),
            client_sources: |_, _| Ok(Vec::new()),
            reads: |_, _, _, _| Ok(true),
            withheld: |_, _, _| Ok(Vec::new()),
            withheld_kinds: &[],
            journal_position: |_| Ok(0),
        }
    }
}

/// Live plans and a template that was published after they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LivePlans {
    /// How many lacked goals of it.
    pub differing: usize,
    /// To how many they were added.
    pub completed: usize,
}

/// A cadre belongs to another unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CadreMoved {
    /// Who.
    pub cadre_id: Id,
    /// The unit they belong to now.
    pub organization_id: Id,
}

/// A cadre leaves a unit or the programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CadreLeft {
    /// Who.
    pub cadre_id: Id,
    /// The last day.
    pub on: Date,
    /// Why.
    pub cause: LeavingCause,
}

/// Why a cadre leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeavingCause {
    /// For another unit; the programme goes on there.
    Transferred,
    /// The programme, before its end.
    Left,
    /// The programme, at its end.
    Graduated,
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
