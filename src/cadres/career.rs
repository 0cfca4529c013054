//! The turns of a career: transfer, suspension, departure, graduation, extension of probation.
//!
//! A verb whose target state already holds through the same caller and members changes nothing and answers the same; in any
//! other wrong state it is an illegal transition.

use super::career_request::{
    AssignmentsOnTransfer, CareerResponse, ExtendCadre, ExtensionReason, LeaveCadre, SuspendCadre,
    TransferCadre,
};
use super::career_store::{self, Event};
use super::draft::{changed_by_dates, changed_by_move};
use super::model::{Cadre, CadreStatus};
use super::representation::CadreResponse;
use super::rules::{self, standing};
use super::service::{current_of, reachable, visible};
use super::store;
use crate::access::{Context, Departure};
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::journal::{self, Change};
use crate::organizations::{self, Naming, OrganizationCode};
use crate::values::Date;

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
    let row = reachable(tx, context, id)?;
    let mut errors = FieldErrors::default();
    check_day(
        input.effective_on,
        "/effectiveOn",
        &row,
        context,
        &mut errors,
    );
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
    let since = career_store::present_since(tx, id)?;
    let title = input.post_title.as_ref().map(|title| title.as_str());
    let is_same = unit.id == row.organization_id
        && (title.is_none() || title == row.post_title.as_deref())
        && (input.post_category.is_none() || input.post_category == row.post_category);
    if is_same && since == Some(input.effective_on) {
        return finish(tx, context, id);
    }
    require(
        tx,
        context,
        &row,
        &[CadreStatus::Active, CadreStatus::Suspended],
    )?;
    if let Some(since) = since.filter(|since| input.effective_on < *since) {
        let fault = Fault::with("out-of-range", &[&since, &context.today]);
        return Err(Error::Invalid(FieldErrors::one("/effectiveOn", fault)));
    }
    let mut cadre = row.clone();
    cadre.organization_id = unit.id;
    if let Some(title) = &input.post_title {
        cadre.post_title = Some(title.as_str().to_owned());
    }
    cadre.post_category = input.post_category.or(row.post_category);
    cadre.non_local = rules::distance_from_home(
        cadre.household_registration,
        unit.division_code.as_deref(),
        organizations::is_of_city(&unit),
    );
    let before = organizations::store::find(tx, row.organization_id)?;
    let is_remote = before.is_some_and(|before| before.remote != unit.remote);
    let changed = changed_by_move(&row, &cadre, is_remote);
    write(tx, context, &mut cadre, &row)?;
    if input.assignments == Some(AssignmentsOnTransfer::End) {
        let departure = Departure {
            cadre_id: id,
            on: input.effective_on.plus_days(-1),
            end_reason: "CADRE_TRANSFERRED",
            leaves: false,
        };
        (context.scene.reactions.cadre_left)(tx, context, &departure)?;
    }
    move_post(tx, context, &cadre, input.effective_on)?;
    record(tx, context, "cadre.transferred", &cadre, &changed, None)?;
    finish(tx, context, id)
}

/// Closes the present post and opens the one that the row now names, from `on`; then higher rooms react.
///
/// # Errors
/// When the database refuses.
pub fn move_post(tx: &mut DbConn, context: &Context, cadre: &Cadre, on: Date) -> Result<()> {
    career_store::open_post(tx, cadre, on)?;
    (context.scene.reactions.cadre_moved)(tx, context, cadre.id)
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
    turn(
        tx,
        context,
        id,
        &event,
        "/from",
        (&[CadreStatus::Active], CadreStatus::Suspended),
        "cadre.suspended",
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
    turn(
        tx,
        context,
        id,
        &event,
        "/on",
        (&[CadreStatus::Suspended], CadreStatus::Active),
        "cadre.resumed",
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
    let from = &[CadreStatus::Active, CadreStatus::Suspended];
    turn(
        tx,
        context,
        id,
        &event,
        "/on",
        (from, CadreStatus::Left),
        "cadre.left",
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
    let from = &[CadreStatus::Left, CadreStatus::Graduated];
    turn(
        tx,
        context,
        id,
        &event,
        "/on",
        (from, CadreStatus::Active),
        "cadre.reinstated",
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
    turn(
        tx,
        context,
        id,
        &event,
        "/on",
        (&[CadreStatus::Active], CadreStatus::Graduated),
        "cadre.graduated",
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
    let row = reachable(tx, context, id)?;
    let reason = input.reason.as_str();
    let asked = input.until.or_else(|| {
        let is_leave = input.reason == ExtensionReason::Leave;
        is_leave
            .then(|| rules::probation_made_up_on(&row))
            .flatten()
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
        return finish(tx, context, id);
    }
    require(
        tx,
        context,
        &row,
        &[CadreStatus::Active, CadreStatus::Suspended],
    )?;
    if let Some(broken) = rules::extension_violation(&row, until, reason, context.today) {
        return Err(Error::rule("R02", broken));
    }
    let present_end = standing(&row, context.today).probation_ends_on;
    if until <= present_end {
        let fault = Fault::with("out-of-range", &[&present_end.plus_days(1), &"2099-12-31"]);
        return Err(Error::Invalid(FieldErrors::one("/until", fault)));
    }
    let mut cadre = row.clone();
    cadre.probation_extended_until = Some(until);
    write(tx, context, &mut cadre, &row)?;
    career_store::insert_event(tx, context, id, &event)?;
    let changed = changed_by_dates(&row, &cadre, context.today);
    record(
        tx,
        context,
        "cadre.extended",
        &cadre,
        &changed,
        event.reason.as_deref(),
    )?;
    (context.scene.reactions.probation_changed)(tx, context, id)?;
    finish(tx, context, id)
}

/// Units, posts and turns.
///
/// # Errors
/// `NotFound` out of reach.
pub fn career(conn: &mut DbConn, context: &Context, id: Id) -> Result<CareerResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)?;
    Ok(CareerResponse {
        cadre_id: id,
        posts: career_store::posts(conn, id)?,
        events: career_store::events(conn, id)?,
    })
}

/// A turn that changes the status.
fn turn(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    event: &Event,
    pointer: &str,
    (from, to): (&[CadreStatus], CadreStatus),
    action: &'static str,
) -> Result<CadreResponse> {
    let row = reachable(tx, context, id)?;
    if row.status == to && career_store::is_repeated(tx, context, id, event, action)? {
        return finish(tx, context, id);
    }
    require(tx, context, &row, from)?;
    let mut errors = FieldErrors::default();
    check_day(event.occurred_on, pointer, &row, context, &mut errors);
    errors.into_result()?;
    let mut cadre = row.clone();
    cadre.status = to;
    write(tx, context, &mut cadre, &row)?;
    career_store::insert_event(tx, context, id, event)?;
    if matches!(to, CadreStatus::Left | CadreStatus::Graduated) {
        let end_reason = if to == CadreStatus::Left {
            "CADRE_LEFT"
        } else {
            "TERM_ENDED"
        };
        let departure = Departure {
            cadre_id: id,
            on: event.occurred_on,
            end_reason,
            leaves: true,
        };
        (context.scene.reactions.cadre_left)(tx, context, &departure)?;
    }
    let mut changed = vec!["status"];
    changed.extend(changed_by_dates(&row, &cadre, context.today));
    record(
        tx,
        context,
        action,
        &cadre,
        &changed,
        event.reason.as_deref(),
    )?;
    finish(tx, context, id)
}

/// Lets a verb pass when `If-Match` does and the cadre's status allows it.
fn require(tx: &mut DbConn, context: &Context, row: &Cadre, allowed: &[CadreStatus]) -> Result<()> {
    context.allow(row.version, allowed.contains(&row.status), || {
        Ok(current_of(visible(tx, context, row.id)?.as_ref()))
    })
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

fn write(tx: &mut DbConn, context: &Context, cadre: &mut Cadre, row: &Cadre) -> Result<()> {
    cadre.version = row.version + 1;
    cadre.updated_at = context.now;
    store::update(tx, cadre, row.version)
}

fn record(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    cadre: &Cadre,
    changed: &[&str],
    reason: Option<&str>,
) -> Result<()> {
    let change = Change {
        changed_fields: changed,
        organization_id: Some(cadre.organization_id),
        cadre_id: Some(cadre.id),
        reason,
        ..Change::new(action, "cadre", cadre.id, cadre.version)
    };
    journal::record(tx, context, &change)
}

fn finish(tx: &mut DbConn, context: &Context, id: Id) -> Result<CadreResponse> {
    visible(tx, context, id)?.ok_or(Error::NotFound)
}
