//! The verbs of a career: transfer, suspension, departure, graduation, extension of probation.
//!
//! A verb whose target state already holds through the same caller and members changes nothing and answers the same; in any
//! other wrong state it is an illegal transition.

use super::career_request::{
    AssignmentsOnTransfer, ExtendCadre, ExtensionReason, LeaveCadre, SuspendCadre, TransferCadre,
};
use super::career_store::{self, Event};
use super::draft::{changed_by_dates, changed_by_move};
use super::model::CadreStatus::{Active, Graduated, Left, Suspended};
use super::model::{Cadre, CadreStatus};
use super::response::CadreResponse;
use super::rules::{self, standing};
use super::service::{reachable, visible};
use super::store;
use crate::access::Permission;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::events::{CadreLeft, CadreMoved, LeavingCause};
use crate::organizations::{self, Naming};
use crate::transitions::{Resource, Said, Transition, begin, read_back, record};
use crate::values::Date;

impl Resource for Cadre {
    const KIND: &'static str = "cadre";
    type State = CadreStatus;
    type Response = CadreResponse;
    const TRANSITIONS: &'static [Transition<CadreStatus>] = &[
        verb("update_cadre", &[Active, Suspended, Left, Graduated], &[]),
        verb("transfer_cadre", &[Active, Suspended], &[]),
        verb("suspend_cadre", &[Active], &[Suspended]),
        verb("resume_cadre", &[Suspended], &[Active]),
        verb("extend_cadre", &[Active, Suspended], &[]),
        verb("leave_cadre", &[Active, Suspended], &[Left]),
        verb("graduate_cadre", &[Active], &[Graduated]),
        verb("reinstate_cadre", &[Left, Graduated], &[Active]),
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
        Some(self.id)
    }

    fn state(&self, _: &Context) -> CadreStatus {
        self.status
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

    fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<CadreResponse>> {
        visible(conn, context, id)
    }
}

const fn verb(
    verb: &'static str,
    from: &'static [CadreStatus],
    to: &'static [CadreStatus],
) -> Transition<CadreStatus> {
    Transition {
        verb,
        from,
        to,
        permission: Permission::CadresWrite,
    }
}

/// Moves a cadre to another unit as of a day.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn transfer(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &TransferCadre,
) -> Result<CadreResponse> {
    let begun = begin::<Cadre>(tx, context, "transfer_cadre", id)?;
    let row = &begun.row;
    let mut errors = FieldErrors::default();
    check_day(
        input.effective_on,
        "/effectiveOn",
        row,
        context,
        &mut errors,
    );
    let naming = Naming::new(
        input.organization_id,
        input.organization_code.as_ref(),
        input.organization_ref.as_ref(),
    );
    let organization =
        organizations::resolve(tx, naming, "organization", &context.reach, &mut errors)?;
    errors.into_result()?;
    let organization = organization.ok_or(Error::NotFound)?;
    let since = career_store::present_since(tx, id)?;
    let title = input.post_title.as_ref().map(|title| title.as_str());
    let is_same = organization.id == row.organization_id
        && (title.is_none() || title == row.post_title.as_deref())
        && (input.post_category.is_none() || input.post_category == row.post_category);
    if is_same && since == Some(input.effective_on) {
        return read_back::<Cadre>(tx, context, id);
    }
    begun.require(tx)?;
    if let Some(since) = since.filter(|since| input.effective_on < *since) {
        let fault = Fault::with("out-of-range", &[&since, &context.today]);
        return Err(Error::Invalid(FieldErrors::one("/effectiveOn", fault)));
    }
    let mut cadre = row.clone();
    cadre.organization_id = organization.id;
    if let Some(title) = &input.post_title {
        cadre.post_title = Some(title.as_str().to_owned());
    }
    cadre.post_category = input.post_category.or(row.post_category);
    cadre.non_local = rules::distance_from_home(
        cadre.household_registration,
        organization.division_code.as_deref(),
        organizations::is_of_city(&organization),
    );
    let before = organizations::store::find(tx, row.organization_id)?;
    let is_remote = before.is_some_and(|before| before.remote != organization.remote);
    let changed = changed_by_move(row, &cadre, is_remote);
    let cadre = begun.write(tx, cadre)?;
    if input.assignments == Some(AssignmentsOnTransfer::End) {
        let left = CadreLeft {
            cadre_id: id,
            on: input.effective_on.plus_days(-1),
            cause: LeavingCause::Transferred,
        };
        (context.deps.hooks.cadre_left)(tx, context, left)?;
    }
    move_post(tx, context, &cadre, input.effective_on)?;
    let said = Said::default();
    record(tx, context, "cadre.transferred", &cadre, &changed, said)?;
    read_back::<Cadre>(tx, context, id)
}

/// Closes the present post and opens the one that the row now names, from `on`; then higher rooms react.
///
/// # Errors
/// When the database refuses.
pub fn move_post(tx: &mut DbConn, context: &Context, cadre: &Cadre, on: Date) -> Result<()> {
    career_store::open_post(tx, cadre, on)?;
    let moved = CadreMoved {
        cadre_id: cadre.id,
        organization_id: cadre.organization_id,
    };
    (context.deps.hooks.cadre_moved)(tx, context, moved)
}

/// Suspends a cadre.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn suspend(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &SuspendCadre,
) -> Result<CadreResponse> {
    let event = Event::new("SUSPENDED", input.from).with_reason(input.reason.as_str());
    change_status(
        tx,
        context,
        id,
        ("suspend_cadre", "cadre.suspended", Suspended),
        &event,
        "/from",
    )
}

/// Ends a suspension.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn resume(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    on: Option<Date>,
) -> Result<CadreResponse> {
    let event = Event::new("RESUMED", on.unwrap_or(context.today));
    change_status(
        tx,
        context,
        id,
        ("resume_cadre", "cadre.resumed", Active),
        &event,
        "/on",
    )
}

/// Lets a cadre leave: pairs end, seats become free, open forms are cancelled.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn leave(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &LeaveCadre,
) -> Result<CadreResponse> {
    let event = Event::new("LEFT", input.on).with_reason(input.reason.as_str());
    change_status(
        tx,
        context,
        id,
        ("leave_cadre", "cadre.left", Left),
        &event,
        "/on",
    )
}

/// Takes a cadre back who had left or graduated.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn reinstate(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    on: Option<Date>,
) -> Result<CadreResponse> {
    let event = Event::new("REINSTATED", on.unwrap_or(context.today));
    change_status(
        tx,
        context,
        id,
        ("reinstate_cadre", "cadre.reinstated", Active),
        &event,
        "/on",
    )
}

/// Lets a cadre complete the programme.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn graduate(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    on: Option<Date>,
) -> Result<CadreResponse> {
    let event = Event::new("GRADUATED", on.unwrap_or(context.today));
    change_status(
        tx,
        context,
        id,
        ("graduate_cadre", "cadre.graduated", Graduated),
        &event,
        "/on",
    )
}

/// Extends a probation that has not ended (R02); for leave exactly as long as the absences on file bear out, unless a shorter
/// time is asked for.
///
/// # Errors
/// `Invalid`, `RuleViolation`, `IllegalTransition`, `StaleVersion`.
pub fn extend(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &ExtendCadre,
) -> Result<CadreResponse> {
    let begun = begin::<Cadre>(tx, context, "extend_cadre", id)?;
    let row = &begun.row;
    let reason = input.reason.as_str();
    let asked = input.until.or_else(|| {
        let is_leave = input.reason == ExtensionReason::Leave;
        is_leave.then(|| rules::probation_made_up_on(row)).flatten()
    });
    if input.until.is_none() && input.reason != ExtensionReason::Leave {
        return Err(Error::field("/until", "required"));
    }
    let until = asked.ok_or_else(|| Error::rule("R02", "LEAVE_NOT_ON_FILE"))?;
    let event = Event {
        until: Some(until),
        ..Event::new("PROBATION_EXTENDED", context.today)
    };
    let event = event.with_reason(reason);
    if row.probation_extended_until == Some(until)
        && career_store::is_repeated(tx, context, id, &event, "cadre.extended")?
    {
        return read_back::<Cadre>(tx, context, id);
    }
    begun.require(tx)?;
    if let Some(broken) = rules::extension_violation(row, until, reason, context.today) {
        return Err(Error::rule("R02", broken));
    }
    let present_end = standing(row, context.today).probation_ends_on;
    if until <= present_end {
        let fault = Fault::with("out-of-range", &[&present_end.plus_days(1), &"2099-12-31"]);
        return Err(Error::Invalid(FieldErrors::one("/until", fault)));
    }
    let mut cadre = row.clone();
    cadre.probation_extended_until = Some(until);
    let cadre = begun.write(tx, cadre)?;
    career_store::insert_event(tx, context, id, &event)?;
    let changed = changed_by_dates(row, &cadre, context.today);
    record(
        tx,
        context,
        "cadre.extended",
        &cadre,
        &changed,
        event.said(),
    )?;
    (context.deps.hooks.probation_changed)(tx, context, id)?;
    read_back::<Cadre>(tx, context, id)
}

/// A verb that changes the status; it leaves its event in the career.
fn change_status(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    (verb, action, to): (&'static str, &'static str, CadreStatus),
    event: &Event,
    pointer: &str,
) -> Result<CadreResponse> {
    let begun = begin::<Cadre>(tx, context, verb, id)?;
    let row = &begun.row;
    if row.status == to && career_store::is_repeated(tx, context, id, event, action)? {
        return read_back::<Cadre>(tx, context, id);
    }
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    check_day(event.occurred_on, pointer, row, context, &mut errors);
    errors.into_result()?;
    let mut cadre = row.clone();
    cadre.status = to;
    let cadre = begun.write(tx, cadre)?;
    career_store::insert_event(tx, context, id, event)?;
    if matches!(to, Left | Graduated) {
        let cause = if to == Left {
            LeavingCause::Left
        } else {
            LeavingCause::Graduated
        };
        let left = CadreLeft {
            cadre_id: id,
            on: event.occurred_on,
            cause,
        };
        (context.deps.hooks.cadre_left)(tx, context, left)?;
    }
    let mut changed = vec!["status"];
    changed.extend(changed_by_dates(row, &cadre, context.today));
    record(tx, context, action, &cadre, &changed, event.said())?;
    if to == Active {
        (context.deps.hooks.cadre_returned)(tx, context, id)?;
    }
    read_back::<Cadre>(tx, context, id)
}

fn check_day(day: Date, pointer: &str, row: &Cadre, context: &Context, errors: &mut FieldErrors) {
    if day > context.today {
        errors.push(pointer, Fault::new("date-in-future"));
    } else if day < row.reported_on {
        errors.push(
            pointer,
            Fault::with("out-of-range", &[&row.reported_on, &context.today]),
        );
    }
}
