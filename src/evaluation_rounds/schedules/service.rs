//! Use cases of schedules: reading, making, correcting.

use super::model::{EvaluationSchedule, EvaluationScheduleRecord, IN_FORCE};
use super::period;
use super::request::{
    CreateEvaluationSchedule, EvaluationScheduleFilters, EvaluationScheduleInput,
};
use super::response::EvaluationScheduleResponse;
use super::store::{self, EvaluationScheduleSort};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::evaluation_forms::EvaluationKind;
use crate::evaluation_rounds::scope::RoundScope;
use crate::evaluation_rounds::service::check_unit;
use crate::http::Outcome;
use crate::journal;
use crate::listing::{Fields, List, Page};
use crate::transitions::{self, begin, current, record};
use crate::values::Date;

/// One schedule as the caller may see it.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationScheduleResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)
}

/// The schedule as the caller may see it, if they may.
///
/// # Errors
/// When the database refuses.
pub fn visible(
    conn: &mut DbConn,
    context: &Context,
    id: Id,
) -> Result<Option<EvaluationScheduleResponse>> {
    let record = store::find_record(conn, id)?;
    let scope = RoundScope::from_context(context);
    let seen = record.filter(|record| scope.sees(&record.organization.path));
    Ok(seen.map(|record| EvaluationScheduleResponse::from_record(record, &scope, &Fields::all())))
}

/// A page of schedules.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &EvaluationScheduleFilters,
    list: &List<EvaluationScheduleSort>,
) -> Result<Page<EvaluationScheduleResponse>> {
    let scope = RoundScope::from_context(context);
    let rows = store::page(conn, &scope, filters, list)?;
    let total = || store::total(conn, &scope, filters);
    list.page(rows, total, |record| {
        Ok(EvaluationScheduleResponse::from_record(
            record,
            &scope,
            &list.fields,
        ))
    })
}

/// Makes a schedule. One that exists with the same id and content, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateEvaluationSchedule,
) -> Result<Outcome<EvaluationScheduleResponse>> {
    let id = new.id.unwrap_or_else(|| context.new_id());
    let input = EvaluationScheduleInput::from(new);
    if let Some(existing) = store::find(tx, id)? {
        let mut again = existing.clone();
        input.apply_plain(&mut again);
        let same = again == existing
            && (new.organization_id, new.kind) == (existing.organization_id, existing.kind)
            && journal::created_by_caller(context, existing.created_by);
        return match visible(tx, context, id)? {
            Some(existing) if same => Ok(Outcome::Unchanged(existing)),
            _ => Err(Error::Duplicate(
                DuplicateKey::ID,
                current::<EvaluationSchedule>(tx, context, id)?,
            )),
        };
    }
    let mut errors = FieldErrors::default();
    check_unit(tx, context, new.organization_id, &mut errors)?;
    let Some(next_from) = first_period(context, new, &mut errors)? else {
        return Err(Error::Invalid(errors));
    };
    let begin = (new.kind, next_from);
    let mut row = EvaluationSchedule::blank(context, id, new.organization_id, begin);
    input.apply_plain(&mut row);
    check_days(&row, &mut errors);
    errors.into_result()?;
    if let Some(other) = store::in_force(tx, &row)? {
        let current = current::<EvaluationSchedule>(tx, context, other)?;
        return Err(IN_FORCE.duplicate(current));
    }
    store::insert(tx, &row)?;
    let changed = EvaluationScheduleInput::changed_members(None, &row);
    record(
        tx,
        context,
        "evaluation-schedule.created",
        &row,
        &changed,
        None,
    )?;
    Ok(Outcome::Created(read(tx, context, id)?))
}

/// The first day of the first period; one that is over, and a kind without a calendar, are noted.
fn first_period(
    context: &Context,
    new: &CreateEvaluationSchedule,
    errors: &mut FieldErrors,
) -> Result<Option<Date>> {
    if period::months(new.kind).is_none() {
        let known = [EvaluationKind::Ordinary, EvaluationKind::Annual].map(EvaluationKind::as_str);
        let fault = Fault::with("code-unknown", &[&known.join(", ")]);
        errors.push("/kind", fault);
        return Ok(None);
    }
    let (present, _) = period::containing(new.kind, context.today)?;
    let (first, _) = period::containing(new.kind, new.starts_on.unwrap_or(context.today))?;
    if first < present {
        errors.push("/startsOn", Fault::with("not-before", &[&present]));
    }
    Ok(Some(first))
}

/// Changes the days of a schedule, for rounds that are not made yet.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, `IllegalTransition`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &EvaluationScheduleInput,
) -> Result<EvaluationScheduleResponse> {
    let begun = begin::<EvaluationSchedule>(tx, context, "update_evaluation_schedule", id)?;
    context.require_header()?;
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    input
        .opens_after_days
        .check_required(false, "/opensAfterDays", &mut errors);
    input
        .due_after_days
        .check_required(false, "/dueAfterDays", &mut errors);
    input
        .closes_after_days
        .check_required(false, "/closesAfterDays", &mut errors);
    let mut row = begun.row.clone();
    input.apply_plain(&mut row);
    check_days(&row, &mut errors);
    errors.into_result()?;
    let changed = EvaluationScheduleInput::changed_members(Some(&begun.row), &row);
    if !changed.is_empty() {
        let row = begun.write(tx, row)?;
        record(
            tx,
            context,
            "evaluation-schedule.updated",
            &row,
            &changed,
            None,
        )?;
    }
    transitions::read_back::<EvaluationSchedule>(tx, context, id)
}

/// Notes days that are out of order.
fn check_days(row: &EvaluationSchedule, errors: &mut FieldErrors) {
    let in_order = [
        ("/dueAfterDays", row.opens_after_days, row.due_after_days),
        (
            "/closesAfterDays",
            row.due_after_days,
            row.closes_after_days,
        ),
    ];
    for (pointer, from, days) in in_order {
        if days < from {
            errors.push(pointer, Fault::with("out-of-range", &[&from, &180]));
        }
    }
}

/// The row of a schedule that the caller may write, locked.
///
/// # Errors
/// `NotFound` out of reach, `Forbidden` for what they can only read.
pub fn writable(tx: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationSchedule> {
    let record: EvaluationScheduleRecord = store::lock_record(tx, id)?.ok_or(Error::NotFound)?;
    let scope = RoundScope::from_context(context);
    if scope.writes(&record.organization.path) {
        Ok(record.schedule)
    } else if scope.sees(&record.organization.path) {
        Err(Error::Forbidden(None))
    } else {
        Err(Error::NotFound)
    }
}
