//! Use cases of training events: reading, planning, correcting and removing them.

use super::model::{TrainingEvent, TrainingEventRecord, TrainingEventStatus};
use super::request::{CreateTrainingEvent, TrainingEventFilters, TrainingEventInput};
use super::response::TrainingEventResponse;
use super::scope::EventScope;
use super::store::{self, TrainingEventSort};
use crate::cadres::Phase;
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::http::{Limited, Outcome, Patch};
use crate::journal::{self, Change};
use crate::listing::{Fields, List, Page};
use crate::organizations;
use crate::training::enrolments;
use crate::transitions::{Resource, begin, current, read_back, record};
use crate::values::list_to_json;

/// How far ahead an event may be planned, in months.
const AHEAD: i32 = 24;
/// Within how many months of its first day an event ends.
const LONGEST: i32 = 12;

/// One event as the caller may see it.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<TrainingEventResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)
}

/// The event as the caller may see it, if they may.
///
/// # Errors
/// When the database refuses.
pub fn visible(
    conn: &mut DbConn,
    context: &Context,
    id: Id,
) -> Result<Option<TrainingEventResponse>> {
    let Some(record) = store::find_record(conn, id)? else {
        return Ok(None);
    };
    let scope = EventScope::from_context(conn, context)?;
    let seen = Some(record).filter(|record| scope.sees(record));
    let shown =
        |record| TrainingEventResponse::from_record(record, &scope, context.today, &Fields::all());
    seen.map(shown).transpose()
}

/// A page of events.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &TrainingEventFilters,
    list: &List<TrainingEventSort>,
) -> Result<Page<TrainingEventResponse>> {
    let scope = EventScope::from_context(conn, context)?;
    let today = context.today;
    let rows = store::page(conn, &scope, filters, today, list)?;
    let total = || store::total(conn, &scope, filters, today);
    list.page(rows, total, |record| {
        TrainingEventResponse::from_record(record, &scope, today, &list.fields)
    })
}

/// Plans an event. One that exists with the same id and content, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateTrainingEvent,
) -> Result<Outcome<TrainingEventResponse>> {
    let mut errors = FieldErrors::default();
    let scope = EventScope::from_context(tx, context)?;
    check_unit(
        tx,
        &scope,
        new.organization_id,
        "/organizationId",
        &mut errors,
    )?;
    let id = new.id.unwrap_or_else(|| context.new_id());
    let input = TrainingEventInput::from(new.clone());
    if let Some(existing) = store::find(tx, id)? {
        let same = planned(&existing, &input)? == existing
            && new.organization_id == existing.organization_id
            && journal::created_by_caller(context, existing.created_by);
        return match visible(tx, context, id)? {
            Some(existing) if same => Ok(Outcome::Unchanged(existing)),
            _ => Err(Error::Duplicate(
                DuplicateKey::ID,
                current::<TrainingEvent>(tx, context, id)?,
            )),
        };
    }
    let blank = TrainingEvent::blank(context, id, new.organization_id);
    let row = planned(&blank, &input)?;
    check(&row, context, &mut errors);
    if let Patch::Value(open_to) = input.open_to_organization_id {
        check_unit(tx, &scope, open_to, "/openToOrganizationId", &mut errors)?;
    }
    errors.into_result()?;
    store::insert(tx, &row)?;
    let changed = TrainingEventInput::changed_members(None, &row);
    record(tx, context, "training-event.created", &row, &changed, None)?;
    let record = store::find_record(tx, id)?.ok_or(Error::NotFound)?;
    let created =
        TrainingEventResponse::from_record(record, &scope, context.today, &Fields::all())?;
    Ok(Outcome::Created(created))
}

/// Changes an event by merge patch, until it begins. Who waits moves up to new seats.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, `IllegalTransition`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &TrainingEventInput,
) -> Result<TrainingEventResponse> {
    let begun = begin::<TrainingEvent>(tx, context, "update_training_event", id)?;
    context.require_header()?;
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    input.title.check_required(false, "/title", &mut errors);
    input.kind.check_required(false, "/kind", &mut errors);
    input
        .starts_on
        .check_required(false, "/startsOn", &mut errors);
    input.ends_on.check_required(false, "/endsOn", &mut errors);
    input.hours.check_required(false, "/hours", &mut errors);
    let row = planned(&begun.row, input)?;
    check(&row, context, &mut errors);
    if let Patch::Value(open_to) = input.open_to_organization_id
        && open_to != begun.row.open_to_organization_id
    {
        let scope = EventScope::from_context(tx, context)?;
        check_unit(tx, &scope, open_to, "/openToOrganizationId", &mut errors)?;
    }
    errors.into_result()?;
    let changed = TrainingEventInput::changed_members(Some(&begun.row), &row);
    if !changed.is_empty() {
        let mut row = begun.write(tx, row)?;
        record(tx, context, "training-event.updated", &row, &changed, None)?;
        enrolments::move_up(tx, context, &mut row)?;
    }
    read_back::<TrainingEvent>(tx, context, id)
}

/// Removes an event that was never open.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `IllegalTransition` once it was open.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let begun = begin::<TrainingEvent>(tx, context, "update_training_event", id)?;
    let row = &begun.row;
    context.require_match(row.version, || current::<TrainingEvent>(tx, context, id))?;
    begun.require_that(tx, row.status == TrainingEventStatus::Planned)?;
    store::delete(tx, id)?;
    let change = Change {
        organization_id: row.organization(),
        ..Change::new(
            "training-event.deleted",
            TrainingEvent::KIND,
            id,
            row.version + 1,
        )
    };
    journal::record(tx, context, &change)
}

/// The row of an event that the caller keeps, locked.
///
/// # Errors
/// `NotFound` for events they do not see, `Forbidden` for those that they only see.
pub fn writable(tx: &mut DbConn, context: &Context, id: Id) -> Result<TrainingEvent> {
    let record = store::lock_record(tx, id)?.ok_or(Error::NotFound)?;
    let scope = EventScope::from_context(tx, context)?;
    kept(record, &scope)
}

/// An event, for those who keep it.
fn kept(record: TrainingEventRecord, scope: &EventScope) -> Result<TrainingEvent> {
    if scope.writes(&record.organization.path) {
        Ok(record.event)
    } else if scope.sees(&record) {
        Err(Error::Forbidden(None))
    } else {
        Err(Error::NotFound)
    }
}

/// Lets those pass who keep an event.
///
/// # Errors
/// `NotFound` for events they do not see, `Forbidden` for those that they only see.
pub fn require_host(conn: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let record = store::find_record(conn, id)?.ok_or(Error::NotFound)?;
    let scope = EventScope::from_context(conn, context)?;
    kept(record, &scope).map(drop)
}

/// The record of an event that the caller sees.
///
/// # Errors
/// `NotFound` for events they do not see.
pub fn seen(conn: &mut DbConn, context: &Context, id: Id) -> Result<TrainingEventRecord> {
    let record = store::find_record(conn, id)?.ok_or(Error::NotFound)?;
    let scope = EventScope::from_context(conn, context)?;
    Some(record)
        .filter(|record| scope.sees(record))
        .ok_or(Error::NotFound)
}

/// What an input makes of a row.
fn planned(row: &TrainingEvent, input: &TrainingEventInput) -> Result<TrainingEvent> {
    let mut row = row.clone();
    input.apply_plain(&mut row);
    row.open_to_organization_id = match input.open_to_organization_id {
        Patch::Absent => row.open_to_organization_id,
        Patch::Null => row.organization_id,
        Patch::Value(id) => id,
    };
    match &input.open_to_phases {
        Patch::Absent => {}
        Patch::Null => row.open_to_phases = list_to_json::<Phase>(&[])?,
        Patch::Value(Limited(phases)) => row.open_to_phases = list_to_json(phases)?,
    }
    match &input.open_to_post_categories {
        Patch::Absent => {}
        Patch::Null => row.open_to_post_categories = list_to_json::<Phase>(&[])?,
        Patch::Value(Limited(kinds)) => row.open_to_post_categories = list_to_json(kinds)?,
    }
    Ok(row)
}

/// Notes a unit to which the caller offers nothing.
fn check_unit(
    tx: &mut DbConn,
    scope: &EventScope,
    id: Id,
    pointer: &str,
    errors: &mut FieldErrors,
) -> Result<()> {
    let found = organizations::store::find(tx, id)?;
    let reached = found.filter(|unit| scope.writes(&unit.path) && unit.is_active());
    if reached.is_none() {
        errors.push(pointer, Fault::new("reference-unknown"));
    }
    Ok(())
}

/// Notes days that are no days of one event, fewer seats than are taken, and years that are none.
fn check(row: &TrainingEvent, context: &Context, errors: &mut FieldErrors) {
    let latest_start = context.today.plus_months(AHEAD);
    if row.starts_on > latest_start {
        let fault = Fault::with("out-of-range", &[&"1949-10-01", &latest_start]);
        errors.push("/startsOn", fault);
    }
    let latest_end = row.starts_on.plus_months(LONGEST).plus_days(-1);
    if row.ends_on < row.starts_on || row.ends_on > latest_end {
        let fault = Fault::with("out-of-range", &[&row.starts_on, &latest_end]);
        errors.push("/endsOn", fault);
    } else if row.days.is_some_and(|days| days > row.span()) {
        let fault = Fault::with("out-of-range", &[&1, &row.span()]);
        errors.push("/days", fault);
    }
    if row.seats.is_some_and(|seats| seats < row.enrolled) {
        let fault = Fault::with("out-of-range", &[&row.enrolled, &100_000]);
        errors.push("/seats", fault);
    }
    let phases = row.phases().unwrap_or_default();
    if !phases.iter().all(|phase| Phase::YEARS.contains(phase)) {
        let known = Phase::YEARS.map(Phase::as_str).join(", ");
        errors.push("/openToPhases", Fault::with("code-unknown", &[&known]));
    }
}
