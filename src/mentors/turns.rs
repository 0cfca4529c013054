//! The turns of a mentor's life: appointment, suspension and leave, reinstatement, retirement, transfer.
//!
//! NOMINATED → APPOINTED; APPOINTED ⇄ SUSPENDED; both → RETIRED, and back to APPOINTED by reinstatement. A suspension may be
//! planned: it stands in the row while the mentor is still APPOINTED, and the calendar turns the status when its day comes;
//! it also ends a leave. A verb whose target state already holds through the same caller and members changes nothing.

use super::model::{Mentor, MentorStatus};
use super::representation::MentorResponse;
use super::service::{current_of, reachable, visible};
use super::store;
use super::turn_request::{RetireMentor, SuspendMentor, TransferMentor};
use crate::access::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::journal::{self, Change};
use crate::organizations::{self, Naming, OrganizationCode};
use crate::values::Date;

const APPOINTED: &str = "mentor.appointed";
const SUSPENDED: &str = "mentor.suspended";
const REINSTATED: &str = "mentor.reinstated";
const RETIRED: &str = "mentor.retired";
const TRANSFERRED: &str = "mentor.transferred";
const LEAVE_ENDED: &str = "mentor.leave-ended";
/// The turns of which the latest one brought about the status.
const OF_STATUS: &[&str] = &[APPOINTED, SUSPENDED, REINSTATED, RETIRED, LEAVE_ENDED];

/// Longest leave, in months.
const LONGEST_LEAVE: i32 = 60;

/// Appoints a nominated mentor as of a day, today unless it was another.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn appoint(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    on: Option<Date>,
) -> Result<MentorResponse> {
    let row = reachable(tx, context, id)?;
    let holds = row.status == MentorStatus::Appointed
        && row.suspended_from.is_none()
        && on.is_none_or(|on| row.appointed_on == Some(on));
    if holds && is_repeated(tx, context, id, OF_STATUS, &Turn::new(APPOINTED))? {
        return finish(tx, context, id);
    }
    require(tx, context, &row, row.status == MentorStatus::Nominated)?;
    let on = on.unwrap_or(context.today);
    if on > context.today {
        return Err(Error::field("/on", "date-in-future"));
    }
    let mut mentor = row.clone();
    mentor.status = MentorStatus::Appointed;
    mentor.appointed_on = Some(on);
    let turn = Turn::new(APPOINTED);
    write(tx, context, mentor, &row, &turn)
}

/// Suspends an appointed mentor, or grants leave when there is an end.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn suspend(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &SuspendMentor,
) -> Result<MentorResponse> {
    let row = reachable(tx, context, id)?;
    let turn = Turn {
        reason: Some(input.reason.as_str()),
        ..Turn::new(SUSPENDED)
    };
    let holds = (row.suspended_from, row.suspended_until) == (Some(input.from), input.to);
    if holds && is_repeated(tx, context, id, OF_STATUS, &turn)? {
        return finish(tx, context, id);
    }
    require(tx, context, &row, row.status == MentorStatus::Appointed)?;
    let earliest_end = input.from.max(context.today);
    let mut errors = FieldErrors::default();
    let (earliest, latest) = (
        context.today.plus_months(-12),
        context.today.plus_months(12),
    );
    if input.from < earliest || input.from > latest {
        errors.push("/from", Fault::with("out-of-range", &[&earliest, &latest]));
    }
    let latest_end = earliest_end.plus_months(LONGEST_LEAVE);
    if input
        .to
        .is_some_and(|to| to < earliest_end || to > latest_end)
    {
        let fault = Fault::with("out-of-range", &[&earliest_end, &latest_end]);
        errors.push("/to", fault);
    }
    errors.into_result()?;
    let mut mentor = row.clone();
    mentor.suspended_from = Some(input.from);
    mentor.suspended_until = input.to;
    if input.from <= context.today {
        mentor.status = MentorStatus::Suspended;
    }
    write(tx, context, mentor, &row, &turn)
}

/// Ends a suspension, calls a planned one off, or takes a retired mentor back.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`.
pub fn reinstate(tx: &mut DbConn, context: &Context, id: Id) -> Result<MentorResponse> {
    let row = reachable(tx, context, id)?;
    let turn = Turn::new(REINSTATED);
    let holds = row.status == MentorStatus::Appointed && row.suspended_from.is_none();
    if holds && is_repeated(tx, context, id, OF_STATUS, &turn)? {
        return finish(tx, context, id);
    }
    let can_return = match row.status {
        MentorStatus::Suspended | MentorStatus::Retired => true,
        MentorStatus::Appointed => row.suspended_from.is_some(),
        MentorStatus::Nominated => false,
    };
    require(tx, context, &row, can_return)?;
    let mut mentor = row.clone();
    return_to_work(&mut mentor);
    write(tx, context, mentor, &row, &turn)
}

/// Ends a mentor's service.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn retire(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &RetireMentor,
) -> Result<MentorResponse> {
    let row = reachable(tx, context, id)?;
    let turn = Turn::new(RETIRED);
    let on = input.on.unwrap_or(context.today);
    let holds = row.status == MentorStatus::Retired && row.retired_on == Some(on);
    if holds && is_repeated(tx, context, id, OF_STATUS, &turn)? {
        return finish(tx, context, id);
    }
    let can_retire = matches!(
        row.status,
        MentorStatus::Appointed | MentorStatus::Suspended
    );
    require(tx, context, &row, can_retire)?;
    check_day(on, "/on", row.appointed_on, context).into_result()?;
    let mut mentor = row.clone();
    return_to_work(&mut mentor);
    mentor.status = MentorStatus::Retired;
    mentor.retired_on = Some(on);
    write(tx, context, mentor, &row, &turn)
}

/// Moves a mentor to another unit; pairs that lose their place need another mentor.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn transfer(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &TransferMentor,
) -> Result<MentorResponse> {
    let row = reachable(tx, context, id)?;
    let mut errors = check_day(input.effective_on, "/effectiveOn", None, context);
    let naming = Naming {
        id: input.organization_id,
        code: input
            .organization_code
            .as_ref()
            .map(OrganizationCode::as_str),
        external: input.organization_ref.as_ref(),
    };
    let unit = organizations::resolve(tx, naming, "organization", &context.reach, &mut errors)?;
    errors.into_result()?;
    let unit = unit.ok_or(Error::NotFound)?;
    let mut mentor = row.clone();
    mentor.organization_id = unit.id;
    if let Some(title) = &input.post_title {
        mentor.post_title = Some(title.as_str().to_owned());
    }
    let turn = Turn {
        effective_on: Some(input.effective_on),
        ..Turn::new(TRANSFERRED)
    };
    if mentor == row && is_repeated(tx, context, id, &[TRANSFERRED], &turn)? {
        return finish(tx, context, id);
    }
    let can_move = row.status != MentorStatus::Retired && unit.id != row.organization_id;
    require(tx, context, &row, can_move)?;
    write(tx, context, mentor, &row, &turn)
}

/// Turns the mentors whose planned suspension begins by `day`, and those whose leave ended before it.
///
/// # Errors
/// When the database refuses.
pub fn turn_leaves(tx: &mut DbConn, context: &Context, day: Date) -> Result<()> {
    for row in store::suspended_by(tx, day)? {
        let mut mentor = row.clone();
        mentor.status = MentorStatus::Suspended;
        let turn = Turn::new("mentor.suspension-began");
        store_turn(tx, context, mentor, &row, &turn)?;
    }
    for row in store::returned_by(tx, day)? {
        let mut mentor = row.clone();
        return_to_work(&mut mentor);
        let turn = Turn::new(LEAVE_ENDED);
        store_turn(tx, context, mentor, &row, &turn)?;
    }
    Ok(())
}

/// A turn as the journal tells of it.
#[derive(Debug, Clone, Copy)]
struct Turn<'a> {
    action: &'static str,
    reason: Option<&'a str>,
    effective_on: Option<Date>,
}

impl Turn<'_> {
    const fn new(action: &'static str) -> Self {
        Self {
            action,
            reason: None,
            effective_on: None,
        }
    }
}

fn return_to_work(mentor: &mut Mentor) {
    mentor.status = MentorStatus::Appointed;
    mentor.suspended_from = None;
    mentor.suspended_until = None;
    mentor.retired_on = None;
}

/// Whether the latest of these turns is this very one, made by this very caller.
fn is_repeated(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    actions: &[&str],
    turn: &Turn<'_>,
) -> Result<bool> {
    let latest = journal::latest(tx, id, actions)?;
    Ok(latest.is_some_and(|latest| {
        latest.action == turn.action
            && latest.actor_id == context.actor.id()
            && latest.reason.as_deref() == turn.reason
            && latest.effective_on == turn.effective_on
    }))
}

/// Lets a verb pass when `If-Match` does and the mentor's state allows it.
fn require(tx: &mut DbConn, context: &Context, row: &Mentor, allowed: bool) -> Result<()> {
    context.allow(row.version, allowed, || {
        Ok(current_of(visible(tx, context, row.id)?.as_ref()))
    })
}

/// A day on which something happened: not in the future, not before what it follows.
fn check_day(day: Date, pointer: &str, earliest: Option<Date>, context: &Context) -> FieldErrors {
    let mut errors = FieldErrors::default();
    if day > context.today {
        errors.push(pointer, Fault::new("date-in-future"));
    } else if let Some(earliest) = earliest.filter(|earliest| day < *earliest) {
        errors.push(
            pointer,
            Fault::with("out-of-range", &[&earliest, &context.today]),
        );
    }
    errors
}

fn write(
    tx: &mut DbConn,
    context: &Context,
    mentor: Mentor,
    row: &Mentor,
    turn: &Turn<'_>,
) -> Result<MentorResponse> {
    store_turn(tx, context, mentor, row, turn)?;
    finish(tx, context, row.id)
}

/// The members that a turn changes.
fn changed_by_turn(row: &Mentor, new: &Mentor) -> Vec<&'static str> {
    journal::changed_members([
        ("status", row.status != new.status),
        ("appointedOn", row.appointed_on != new.appointed_on),
        ("suspendedFrom", row.suspended_from != new.suspended_from),
        ("suspendedTo", row.suspended_until != new.suspended_until),
        ("retiredOn", row.retired_on != new.retired_on),
        ("organizationId", row.organization_id != new.organization_id),
        ("postTitle", row.post_title != new.post_title),
    ])
}

/// Writes the row, journals the turn, and lets higher rooms react.
fn store_turn(
    tx: &mut DbConn,
    context: &Context,
    mut mentor: Mentor,
    row: &Mentor,
    turn: &Turn<'_>,
) -> Result<()> {
    let changed = changed_by_turn(row, &mentor);
    mentor.version = row.version + 1;
    mentor.updated_at = context.now;
    store::update(tx, &mentor, row.version)?;
    let change = Change {
        changed_fields: &changed,
        organization_id: Some(mentor.organization_id),
        reason: turn.reason,
        effective_on: turn.effective_on,
        ..Change::new(turn.action, "mentor", mentor.id, mentor.version)
    };
    journal::record(tx, context, &change)?;
    (context.scene.reactions.mentor_changed)(tx, context, mentor.id)
}

fn finish(tx: &mut DbConn, context: &Context, id: Id) -> Result<MentorResponse> {
    visible(tx, context, id)?.ok_or(Error::NotFound)
}
