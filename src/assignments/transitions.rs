//! The verbs of a pair's life.
//!
//! PROPOSED → ACTIVE or CANCELLED; ACTIVE → COMPLETED, REPLACED or CANCELLED. A verb whose target state already holds through
//! the same caller and members changes nothing and answers the same; in any other wrong state it is an illegal transition.

use super::derived::{recompute_mentoring, review};
use super::draft::{self, Rivals};
use super::endings::{CANCELLED, COMPLETED, REPLACED, close, ended};
use super::model::{Assignment, AssignmentStatus, EndReason};
use super::request::{CancelAssignment, CompleteAssignment, ReplaceAssignment};
use super::response::AssignmentResponse;
use super::rules::{self, Proposal};
use super::service::{not_before, put, reachable, read_back, row_of, visible};
use super::store;
use crate::access::Permission;
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::mentors;
use crate::organizations;
use crate::transitions::{Resource, Said, Transition, begin, record};
use crate::values::{Date, Text};

use AssignmentState::{Active, Cancelled, Completed, New, Proposed, Replaced};

/// Where a pair stands, as far as its verbs care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentState {
    /// Proposed.
    Proposed,
    /// In effect, and so new that it may be cancelled as entered in error.
    New,
    /// In effect.
    Active,
    /// Over, in the regular way.
    Completed,
    /// Over: another pair took its place.
    Replaced,
    /// Withdrawn.
    Cancelled,
}

impl Resource for Assignment {
    const KIND: &'static str = "assignment";
    type State = AssignmentState;
    type Response = AssignmentResponse;
    const TRANSITIONS: &'static [Transition<AssignmentState>] = &[
        Transition {
            verb: "update_assignment",
            from: &[Proposed, New, Active, Completed, Replaced],
            to: &[],
            permission: Permission::AssignmentsPropose,
        },
        Transition {
            verb: "activate_assignment",
            from: &[Proposed],
            to: &[New, Active],
            permission: Permission::AssignmentsActivate,
        },
        Transition {
            verb: "complete_assignment",
            from: &[New, Active],
            to: &[Completed],
            permission: Permission::AssignmentsActivate,
        },
        Transition {
            verb: "replace_assignment",
            from: &[New, Active],
            to: &[Replaced],
            permission: Permission::AssignmentsActivate,
        },
        Transition {
            verb: "cancel_assignment",
            from: &[Proposed],
            to: &[Cancelled],
            permission: Permission::AssignmentsCancel,
        },
        Transition {
            verb: "cancel_assignment",
            from: &[New],
            to: &[Cancelled],
            permission: Permission::AssignmentsActivate,
        },
    ];

    fn id(&self) -> Id {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organization(&self) -> Option<Id> {
        Some(self.present_organization_id)
    }

    fn cadre(&self) -> Option<Id> {
        Some(self.cadre_id)
    }

    fn state(&self, context: &Context) -> AssignmentState {
        match self.status {
            AssignmentStatus::Proposed => Proposed,
            AssignmentStatus::Active if rules::is_cancellable(self, context) => New,
            AssignmentStatus::Active => Active,
            AssignmentStatus::Completed => Completed,
            AssignmentStatus::Replaced => Replaced,
            AssignmentStatus::Cancelled => Cancelled,
        }
    }

    fn stamp(&mut self, version: i64, now: UtcTimestamp) {
        (self.version, self.updated_at) = (version, now);
    }

    fn lock(tx: &mut DbConn, context: &Context, id: Id) -> Result<Self> {
        reachable(tx, context, id)
    }

    fn update(&self, tx: &mut DbConn, version: i64) -> Result<()> {
        store::update(tx, self, version)
    }

    fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<AssignmentResponse>> {
        visible(conn, context, id)
    }
}

/// What a replacement came to.
#[derive(Debug, Clone)]
pub enum Replacement {
    /// The new pair.
    Made(AssignmentResponse),
    /// The same caller had made it before.
    Repeated(AssignmentResponse),
}

/// Ends an active pair in the regular way.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`, `RuleViolation` while the two are declared kin.
pub fn complete(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &CompleteAssignment,
) -> Result<AssignmentResponse> {
    let begun = begin::<Assignment>(tx, context, "complete_assignment", id)?;
    let row = &begun.row;
    let note = input.end_note.as_ref().map(Text::as_str);
    let holds = row.status == AssignmentStatus::Completed
        && input.on.is_none_or(|on| row.ends_on == Some(on));
    if holds && begun.is_repeated(tx, &[COMPLETED], COMPLETED, note.into())? {
        return read_back(tx, context, id);
    }
    begun.require(tx)?;
    let on = input.on.unwrap_or(context.today);
    let mut errors = FieldErrors::default();
    check_end(on, row, "/on", context, &mut errors);
    errors.into_result()?;
    if draft::are_kin(tx, row.cadre_id, row.mentor_id, context.today)? {
        return Err(Error::rule("R17", "KINSHIP"));
    }
    let assignment = Assignment {
        ends_on: Some(on),
        end_reason: Some(EndReason::TermEnded),
        end_note: note.map(str::to_owned),
        ..ended(row, context, AssignmentStatus::Completed)
    };
    close(tx, context, row, &assignment, note)?;
    recompute_mentoring(tx, context, row.cadre_id)?;
    read_back(tx, context, id)
}

/// Withdraws a proposal, or an active pair that was entered in error; the pair that it had replaced may come back.
///
/// # Errors
/// `Invalid`, `Forbidden`, `IllegalTransition`, `StaleVersion`, `RuleViolation`, `CapacityExceeded`.
pub fn cancel(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &CancelAssignment,
) -> Result<AssignmentResponse> {
    let begun = begin::<Assignment>(tx, context, "cancel_assignment", id)?;
    let row = &begun.row;
    let reason = input.reason.as_str();
    if row.status == AssignmentStatus::Cancelled
        && begun.is_repeated(tx, &[CANCELLED], CANCELLED, Some(reason).into())?
    {
        return read_back(tx, context, id);
    }
    let was_active = row.is_active();
    if was_active {
        require_manager(tx, context, row)?;
    }
    begun.require(tx)?;
    let replaced = replaced(tx, row, input.restore_replaced)?;
    let mut mentor_ids = vec![row.mentor_id];
    mentor_ids.extend(replaced.as_ref().map(|replaced| replaced.mentor_id));
    draft::lock_mentors(tx, mentor_ids)?;
    let assignment = Assignment {
        end_reason: was_active.then_some(EndReason::EnteredInError),
        end_note: Some(reason.to_owned()),
        ends_on: was_active.then(|| context.today.max(row.starts_on)),
        ..ended(row, context, AssignmentStatus::Cancelled)
    };
    close(tx, context, row, &assignment, Some(reason))?;
    if let Some(replaced) = replaced {
        restore(tx, context, &replaced, reason)?;
    }
    if was_active {
        recompute_mentoring(tx, context, row.cadre_id)?;
    }
    read_back(tx, context, id)
}

/// The pair that an active one had replaced, when it is to come back.
fn replaced(tx: &mut DbConn, row: &Assignment, wanted: bool) -> Result<Option<Assignment>> {
    if !wanted {
        return Ok(None);
    }
    let former = match row.replaces_id {
        Some(id) => store::find(tx, id)?,
        None => None,
    };
    let former = former.filter(|former| former.status == AssignmentStatus::Replaced);
    match former.filter(|_| row.is_active()) {
        Some(former) => Ok(Some(former)),
        None => Err(Error::field("/restoreReplaced", "reference-unknown")),
    }
}

/// Brings a replaced pair back into effect; a mentor who was lost meanwhile is noted as such.
fn restore(tx: &mut DbConn, context: &Context, row: &Assignment, reason: &str) -> Result<()> {
    let same = store::active_of_cadre(tx, row.cadre_id)?
        .iter()
        .any(|assignment| assignment.mentor_id == row.mentor_id);
    if same {
        return Err(Error::rule("R29", "SAME_MENTOR"));
    }
    if draft::are_kin(tx, row.cadre_id, row.mentor_id, context.today)? {
        return Err(Error::rule("R17", "KINSHIP"));
    }
    let assignment = Assignment {
        version: row.version + 1,
        updated_at: context.now,
        status: AssignmentStatus::Active,
        ends_on: None,
        end_reason: None,
        end_note: None,
        ..row.clone()
    };
    store::update(tx, &assignment, row.version)?;
    mentors::take_seat(tx, context, assignment.mentor_id)?;
    let changed = ["status", "endsOn", "endReason"];
    record(
        tx,
        context,
        "assignment.restored",
        &assignment,
        &changed,
        Some(reason),
    )?;
    review(tx, context, &[assignment])
}

/// Gives an active pair's cadre another mentor: the old pair ends, the new one takes effect, in one transaction.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`, `RuleViolation`, `CapacityExceeded`.
pub fn replace(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &ReplaceAssignment,
) -> Result<Replacement> {
    let begun = begin::<Assignment>(tx, context, "replace_assignment", id)?;
    let row = &begun.row;
    let mut errors = FieldErrors::default();
    let mentor_id = mentors::resolve_visible(tx, context, input.mentor(), &mut errors)?;
    if row.status == AssignmentStatus::Replaced
        && begun.is_repeated(tx, &[REPLACED], REPLACED, Said::default())?
        && row.end_reason == Some(input.end_reason)
        && let Some(next) = store::successor(tx, id, row.cadre_id)?
        && (Some(next.mentor_id), next.starts_on) == (mentor_id, input.starts_on)
    {
        return Ok(Replacement::Repeated(read_back(tx, context, next.id)?));
    }
    begun.require(tx)?;
    let last_day = input.starts_on.plus_days(-1).max(row.starts_on);
    check_replacement(context, row, input, &mut errors);
    if let Some(own) = input.id
        && store::find(tx, own)?.is_some()
    {
        errors.push("/id", Fault::new("not-unique"));
    }
    errors.into_result()?;
    let mentor_id = mentor_id.ok_or(Error::NotFound)?;
    draft::lock_mentors(tx, vec![row.mentor_id, mentor_id])?;
    let cadre = cadres::store::find(tx, row.cadre_id)?.ok_or(Error::NotFound)?;
    let mentor = draft::locked_mentor(tx, mentor_id)?;
    let proposal = Proposal {
        cadre: &cadre,
        mentor: &mentor,
        role: row.role,
        starts_on: input.starts_on,
        effective_on: context.today,
        is_past: false,
        cross_unit_reason: input.cross_unit_reason.as_ref().map(Text::as_str),
        replaced: Some(row),
    };
    draft::check(tx, context, &proposal, Rivals::Active)?;
    let old = Assignment {
        ends_on: Some(last_day),
        end_reason: Some(input.end_reason),
        end_note: input.end_note.clone().map(String::from),
        ..ended(row, context, AssignmentStatus::Replaced)
    };
    close(tx, context, row, &old, None)?;
    let next_id = input.id.unwrap_or_else(|| context.new_id());
    let mut assignment = row_of(tx, context, next_id, &proposal)?;
    input.apply_plain(&mut assignment, row);
    assignment.status = AssignmentStatus::Active;
    put(tx, context, &assignment)?;
    Ok(Replacement::Made(read_back(tx, context, next_id)?))
}

/// The new pair begins no earlier than the old one, and no later than today, when it takes effect.
fn check_replacement(
    context: &Context,
    row: &Assignment,
    input: &ReplaceAssignment,
    errors: &mut FieldErrors,
) {
    not_before(Some(input.starts_on), row.starts_on, "/startsOn", errors);
    if input.starts_on > context.today {
        errors.push("/startsOn", Fault::new("date-in-future"));
    }
    draft::check_planned_end(input.planned_ends_on, input.starts_on, errors);
    if input.end_reason == EndReason::EnteredInError {
        errors.push("/endReason", Fault::with("code-unknown", &[&""]));
    }
}

fn require_manager(tx: &mut DbConn, context: &Context, row: &Assignment) -> Result<()> {
    let organization = organizations::store::find(tx, row.present_organization_id)?;
    let reach = context.reach_of(Permission::AssignmentsActivate);
    if organization.is_some_and(|organization| reach.covers(&organization.path)) {
        Ok(())
    } else {
        Err(Error::Forbidden(None))
    }
}

fn check_end(
    on: Date,
    row: &Assignment,
    pointer: &str,
    context: &Context,
    errors: &mut FieldErrors,
) {
    if on > context.today {
        errors.push(pointer, Fault::new("date-in-future"));
    } else if on < row.starts_on {
        errors.push(
            pointer,
            Fault::with("out-of-range", &[&row.starts_on, &context.today]),
        );
    }
}
