//! The verbs of a mentor's life: appointment, suspension and leave, reinstatement, retirement, transfer.
//!
//! NOMINATED → APPOINTED; APPOINTED ⇄ SUSPENDED; both → RETIRED, and back to APPOINTED by reinstatement. A suspension may be
//! planned: it stands in the row while the mentor is still APPOINTED, and the calendar turns the status when its day comes;
//! it also ends a leave. A verb whose target state already holds through the same caller and members changes nothing.

use super::model::{Mentor, MentorStatus};
use super::response::MentorResponse;
use super::service::{reachable, visible};
use super::store;
use super::transition_request::{RetireMentor, SuspendMentor, TransferMentor};
use crate::access::Permission::{MentorsAppoint, MentorsWrite};
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::organizations::{self, Naming};
use crate::transitions::{Resource, Said, Transition, begin, read_back, record, write};
use crate::values::{Date, changed};

use MentorState::{Appointed, LeavePlanned, Nominated, Retired, Suspended};

/// Where a mentor stands, as far as their verbs care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentorState {
    /// Not appointed yet.
    Nominated,
    /// At work.
    Appointed,
    /// At work, with a suspension or leave to come.
    LeavePlanned,
    /// Suspended or on leave.
    Suspended,
    /// No longer a mentor.
    Retired,
}

impl Resource for Mentor {
    const KIND: &'static str = "mentor";
    type State = MentorState;
    type Response = MentorResponse;
    const TRANSITIONS: &'static [Transition<MentorState>] = &[
        Transition {
            verb: "update_mentor",
            from: &[Nominated, Appointed, LeavePlanned, Suspended, Retired],
            to: &[],
            permission: MentorsWrite,
        },
        Transition {
            verb: "transfer_mentor",
            from: &[Nominated, Appointed, LeavePlanned, Suspended],
            to: &[],
            permission: MentorsWrite,
        },
        Transition {
            verb: "appoint_mentor",
            from: &[Nominated],
            to: &[Appointed],
            permission: MentorsAppoint,
        },
        Transition {
            verb: "suspend_mentor",
            from: &[Appointed, LeavePlanned],
            to: &[Suspended, LeavePlanned],
            permission: MentorsAppoint,
        },
        Transition {
            verb: "reinstate_mentor",
            from: &[Suspended, Retired],
            to: &[Appointed],
            permission: MentorsAppoint,
        },
        Transition {
            verb: "retire_mentor",
            from: &[Appointed, LeavePlanned, Suspended],
            to: &[Retired],
            permission: MentorsAppoint,
        },
        Transition {
            verb: "reinstate_mentor",
            from: &[LeavePlanned],
            to: &[Appointed],
            permission: MentorsAppoint,
        },
    ];

    fn id(&self) -> Id {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organization(&self) -> Option<Id> {
        Some(self.organization_id)
    }

    fn cadre(&self) -> Option<Id> {
        None
    }

    fn state(&self, _: &Context) -> MentorState {
        match self.status {
            MentorStatus::Nominated => Nominated,
            MentorStatus::Appointed if self.suspended_from.is_some() => LeavePlanned,
            MentorStatus::Appointed => Appointed,
            MentorStatus::Suspended => Suspended,
            MentorStatus::Retired => Retired,
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

    fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<MentorResponse>> {
        visible(conn, context, id)
    }
}

const APPOINTED: &str = "mentor.appointed";
const SUSPENDED: &str = "mentor.suspended";
const REINSTATED: &str = "mentor.reinstated";
const RETIRED: &str = "mentor.retired";
const TRANSFERRED: &str = "mentor.transferred";
const SUSPENSION_BEGAN: &str = "mentor.suspension-began";
const LEAVE_ENDED: &str = "mentor.leave-ended";
/// The changes of which the latest one brought about the status.
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
    let begun = begin::<Mentor>(tx, context, "appoint_mentor", id)?;
    let row = &begun.row;
    let holds = row.status == MentorStatus::Appointed
        && row.suspended_from.is_none()
        && on.is_none_or(|on| row.appointed_on == Some(on));
    if holds && begun.is_repeated(tx, OF_STATUS, APPOINTED, Said::default())? {
        return read_back::<Mentor>(tx, context, id);
    }
    begun.require(tx)?;
    let on = on.unwrap_or(context.today);
    if on > context.today {
        return Err(Error::field("/on", "date-in-future"));
    }
    let mut mentor = row.clone();
    mentor.status = MentorStatus::Appointed;
    mentor.appointed_on = Some(on);
    change(tx, context, row, mentor, APPOINTED, Said::default())?;
    read_back::<Mentor>(tx, context, id)
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
    let begun = begin::<Mentor>(tx, context, "suspend_mentor", id)?;
    let row = &begun.row;
    let said = Said {
        reason: Some(input.reason.as_str()),
        ..Said::default()
    };
    let holds = (row.suspended_from, row.suspended_until) == (Some(input.from), input.to);
    if holds && begun.is_repeated(tx, OF_STATUS, SUSPENDED, said)? {
        return read_back::<Mentor>(tx, context, id);
    }
    begun.require(tx)?;
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
    change(tx, context, row, mentor, SUSPENDED, said)?;
    read_back::<Mentor>(tx, context, id)
}

/// Ends a suspension, calls a planned one off, or takes a retired mentor back.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`.
pub fn reinstate(tx: &mut DbConn, context: &Context, id: Id) -> Result<MentorResponse> {
    let begun = begin::<Mentor>(tx, context, "reinstate_mentor", id)?;
    let row = &begun.row;
    let said = Said::default();
    let holds = row.status == MentorStatus::Appointed && row.suspended_from.is_none();
    if holds && begun.is_repeated(tx, OF_STATUS, REINSTATED, said)? {
        return read_back::<Mentor>(tx, context, id);
    }
    begun.require(tx)?;
    let mut mentor = row.clone();
    return_to_work(&mut mentor);
    change(tx, context, row, mentor, REINSTATED, said)?;
    read_back::<Mentor>(tx, context, id)
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
    let begun = begin::<Mentor>(tx, context, "retire_mentor", id)?;
    let row = &begun.row;
    let said = Said::default();
    let on = input.on.unwrap_or(context.today);
    let holds = row.status == MentorStatus::Retired && row.retired_on == Some(on);
    if holds && begun.is_repeated(tx, OF_STATUS, RETIRED, said)? {
        return read_back::<Mentor>(tx, context, id);
    }
    begun.require(tx)?;
    check_day(on, "/on", row.appointed_on, context).into_result()?;
    let mut mentor = row.clone();
    return_to_work(&mut mentor);
    mentor.status = MentorStatus::Retired;
    mentor.retired_on = Some(on);
    change(tx, context, row, mentor, RETIRED, said)?;
    read_back::<Mentor>(tx, context, id)
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
    let begun = begin::<Mentor>(tx, context, "transfer_mentor", id)?;
    let row = &begun.row;
    let mut errors = check_day(input.effective_on, "/effectiveOn", None, context);
    let naming = Naming::new(
        input.organization_id,
        input.organization_code.as_ref(),
        input.organization_ref.as_ref(),
    );
    let organization =
        organizations::resolve(tx, naming, "organization", &context.reach, &mut errors)?;
    errors.into_result()?;
    let organization = organization.ok_or(Error::NotFound)?;
    let mut mentor = row.clone();
    mentor.organization_id = organization.id;
    if let Some(title) = &input.post_title {
        mentor.post_title = Some(title.as_str().to_owned());
    }
    let said = Said {
        effective_on: Some(input.effective_on),
        ..Said::default()
    };
    if mentor == *row && begun.is_repeated(tx, &[TRANSFERRED], TRANSFERRED, said)? {
        return read_back::<Mentor>(tx, context, id);
    }
    begun.require_that(tx, organization.id != row.organization_id)?;
    change(tx, context, row, mentor, TRANSFERRED, said)?;
    read_back::<Mentor>(tx, context, id)
}

/// Changes the mentors whose planned suspension begins by `day`, and those whose leave ended before it.
///
/// # Errors
/// When the database refuses.
pub fn begin_and_end_leaves(tx: &mut DbConn, context: &Context, day: Date) -> Result<()> {
    for row in store::suspended_by(tx, day)? {
        let mut mentor = row.clone();
        mentor.status = MentorStatus::Suspended;
        change(tx, context, &row, mentor, SUSPENSION_BEGAN, Said::default())?;
    }
    for row in store::returned_by(tx, day)? {
        let mut mentor = row.clone();
        return_to_work(&mut mentor);
        change(tx, context, &row, mentor, LEAVE_ENDED, Said::default())?;
    }
    Ok(())
}

fn return_to_work(mentor: &mut Mentor) {
    mentor.status = MentorStatus::Appointed;
    mentor.suspended_from = None;
    mentor.suspended_until = None;
    mentor.retired_on = None;
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

/// The members that a verb changes.
fn changed_members(row: &Mentor, new: &Mentor) -> Vec<&'static str> {
    changed!(row, new;
        status, appointed_on, suspended_from, suspended_until as "suspendedTo", retired_on, organization_id, post_title)
}

/// Writes the row and its line in the journal, and lets higher rooms react.
fn change(
    tx: &mut DbConn,
    context: &Context,
    row: &Mentor,
    mentor: Mentor,
    action: &'static str,
    said: Said<'_>,
) -> Result<()> {
    let changed = changed_members(row, &mentor);
    let mentor = write(tx, context, row, mentor)?;
    record(tx, context, action, &mentor, &changed, said)?;
    (context.deps.hooks.mentor_changed)(tx, context, mentor.id)
}
