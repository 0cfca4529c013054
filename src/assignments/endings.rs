//! How pairs end, and what follows: the seat is given back, and what was to replace the pair is withdrawn.

use super::derived::recompute_mentoring;
use super::model::{Assignment, AssignmentStatus, EndReason, ReplacementReason};
use super::store;
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::events::CadreLeft;
use crate::mentors;
use crate::transitions::record;
use crate::values::{Date, changed};

/// A pair completed in the journal.
pub const COMPLETED: &str = "assignment.completed";
/// A pair or proposal cancelled in the journal.
pub const CANCELLED: &str = "assignment.cancelled";
/// A pair replaced in the journal.
pub const REPLACED: &str = "assignment.replaced";

/// A pair as it is once it is no longer open; it needs no other mentor any more.
pub fn ended(assignment: &Assignment, context: &Context, status: AssignmentStatus) -> Assignment {
    Assignment {
        version: assignment.version + 1,
        updated_at: context.now,
        status,
        needs_replacement_since: None,
        needs_replacement_reason: None,
        ..assignment.clone()
    }
}

/// Ends a pair; a proposal to replace it has nothing left to replace and is cancelled.
///
/// # Errors
/// `StaleVersion`, or when the database refuses.
pub fn close(
    tx: &mut DbConn,
    context: &Context,
    row: &Assignment,
    over: &Assignment,
    reason: Option<&str>,
) -> Result<()> {
    write(tx, context, row, over, reason)?;
    if row.is_active() {
        withdraw_successors(tx, context, over)?;
    }
    Ok(())
}

/// Ends a pair in effect because the one that was to replace it takes effect on a day.
///
/// # Errors
/// `StaleVersion`, or when the database refuses.
pub fn give_way(
    tx: &mut DbConn,
    context: &Context,
    row: &Assignment,
    starts_on: Date,
) -> Result<Assignment> {
    let over = Assignment {
        ends_on: Some(starts_on.plus_days(-1).max(row.starts_on)),
        end_reason: Some(reason_to_replace(row)),
        ..ended(row, context, AssignmentStatus::Replaced)
    };
    write(tx, context, row, &over, None)?;
    Ok(over)
}

/// Why a pair is replaced, as far as its own record tells.
fn reason_to_replace(assignment: &Assignment) -> EndReason {
    match assignment.needs_replacement_reason {
        Some(ReplacementReason::MentorRetired) => EndReason::MentorRetired,
        Some(ReplacementReason::OutOfUnit)
            if assignment.organization_id == assignment.present_organization_id =>
        {
            EndReason::MentorTransferred
        }
        Some(ReplacementReason::OutOfUnit) => EndReason::CadreTransferred,
        Some(ReplacementReason::MentorSuspended) | None => EndReason::Other,
    }
}

/// Ends all that a cadre who leaves has: active pairs end and free their seats, proposals are cancelled.
///
/// # Errors
/// When the database refuses.
pub fn end_all(tx: &mut DbConn, context: &Context, left: CadreLeft) -> Result<()> {
    let reason = EndReason::from(left.cause);
    let mut assignments = store::live_of_cadre(tx, left.cadre_id)?;
    assignments.sort_by_key(|assignment| assignment.mentor_id);
    for assignment in assignments {
        let status = if assignment.is_active() {
            AssignmentStatus::Completed
        } else {
            AssignmentStatus::Cancelled
        };
        let over = Assignment {
            ends_on: assignment
                .is_active()
                .then(|| left.on.max(assignment.starts_on)),
            end_reason: Some(reason),
            ..ended(&assignment, context, status)
        };
        write(tx, context, &assignment, &over, None)?;
    }
    recompute_mentoring(tx, context, left.cadre_id)
}

/// Cancels what was proposed to replace a pair that is over.
///
/// # Errors
/// `StaleVersion`, or when the database refuses.
pub fn withdraw_successors(tx: &mut DbConn, context: &Context, over: &Assignment) -> Result<()> {
    for row in store::proposed_successors(tx, over.id, over.cadre_id)? {
        let withdrawn = Assignment {
            end_reason: over.end_reason,
            ..ended(&row, context, AssignmentStatus::Cancelled)
        };
        write(tx, context, &row, &withdrawn, None)?;
    }
    Ok(())
}

/// Writes the end of a pair, and gives the seat back that it had.
fn write(
    tx: &mut DbConn,
    context: &Context,
    row: &Assignment,
    over: &Assignment,
    reason: Option<&str>,
) -> Result<()> {
    store::update(tx, over, row.version)?;
    if row.is_active() {
        mentors::free_seat(tx, context, row.mentor_id)?;
    }
    let action = match over.status {
        AssignmentStatus::Completed => COMPLETED,
        AssignmentStatus::Replaced => REPLACED,
        _ => CANCELLED,
    };
    let changed = changed!(row, over; status, ends_on, end_reason, end_note);
    record(tx, context, action, over, &changed, reason)
}
