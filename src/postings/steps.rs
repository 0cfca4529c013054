//! What the verbs of a posting, and of the exchange that it is a leg of, write.

use super::model::{Posting, PostingRecord, PostingStatus};
use super::request::{PostingResultInput, StartPosting};
use super::rules;
use super::service::{allow, place, refuse_rival};
use super::{growth, guests};
use crate::cadres::Cadre;
use crate::context::Context;
use crate::db::DbConn;
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::transitions::{record, record_overriding, write};
use crate::values::Date;

use PostingStatus::{Active, Cancelled, Finished, Recalled};

/// The change by which a posting begins.
pub const STARTED: &str = "posting.started";
/// The change by which a posting is given a later last day.
pub const EXTENDED: &str = "posting.extended";
/// The change by which a posting ends with a result.
pub const FINISHED: &str = "posting.finished";
/// The change by which a posting is broken off.
pub const RECALLED: &str = "posting.recalled";
/// The change by which a posting is given up before it began.
pub const CANCELLED: &str = "posting.cancelled";

/// Begins a leg of an exchange.
///
/// # Errors
/// As [`start`].
pub fn start_leg(
    tx: &mut DbConn,
    context: &Context,
    row: &Posting,
    cadre: &Cadre,
    on: Option<Date>,
) -> Result<()> {
    let input = StartPosting {
        on,
        overrides: None,
    };
    start(tx, context, row, cadre, &input)
}

/// Begins a posting, against which no rule may stand on its first day.
///
/// # Errors
/// `Invalid`, `RuleViolation`, `Duplicate`, `StaleVersion`.
pub fn start(
    tx: &mut DbConn,
    context: &Context,
    row: &Posting,
    cadre: &Cadre,
    input: &StartPosting,
) -> Result<()> {
    let on = input.on.unwrap_or(context.today);
    let latest = context.today.min(row.planned_ends_on);
    check_day(on, cadre.reported_on, latest, context)?;
    let mut started = Posting {
        status: Active,
        starts_on: Some(on),
        ..row.clone()
    };
    place(tx, &mut started, cadre)?;
    let overrides = allow(tx, context, &mut started, cadre, input.overrides.as_ref())?;
    refuse_rival(tx, context, &started)?;
    let started = write(tx, context, row, started)?;
    let changed = ["status", "startsOn"];
    record_overriding(tx, context, STARTED, &started, &changed, None, &overrides)
}

/// Gives a leg of an exchange, or a posting of its own, a later last day.
///
/// # Errors
/// `Invalid`, `Duplicate`, `StaleVersion`.
pub fn extend(
    tx: &mut DbConn,
    context: &Context,
    row: &Posting,
    planned_ends_on: Date,
    reason: Option<&str>,
) -> Result<()> {
    let extended = Posting {
        planned_ends_on,
        ..row.clone()
    };
    let mut errors = FieldErrors::default();
    rules::check_extension(row, &extended, &mut errors);
    errors.into_result()?;
    refuse_rival(tx, context, &extended)?;
    let extended = write(tx, context, row, extended)?;
    record(tx, context, EXTENDED, &extended, &["plannedEndsOn"], reason)
}

/// Ends a leg of an exchange, or a posting of its own, with its result.
///
/// # Errors
/// `Invalid`, `StaleVersion`.
pub fn finish(
    tx: &mut DbConn,
    context: &Context,
    found: &PostingRecord,
    result: &PostingResultInput,
    on: Option<Date>,
) -> Result<()> {
    let row = &found.posting;
    let mut finished = Posting {
        status: Finished,
        ends_on: Some(end_day(row, on, context)?),
        result_rating: Some(result.rating),
        result_text: result.text.clone().map(String::from),
        ..row.clone()
    };
    finished.guest_until = guests::until(&finished, context.today);
    finished.growth_entry_id = Some(growth::begin_entry(tx, context, found, &finished)?);
    let finished = write(tx, context, row, finished)?;
    let changed = ["status", "endsOn", "result"];
    record(tx, context, FINISHED, &finished, &changed, None)
}

/// Breaks off a posting that runs.
///
/// # Errors
/// `StaleVersion`.
pub fn break_off(
    tx: &mut DbConn,
    context: &Context,
    row: &Posting,
    on: Date,
    reason: Option<&str>,
) -> Result<()> {
    let mut recalled = Posting {
        status: Recalled,
        ends_on: Some(on),
        end_reason: reason.map(str::to_owned),
        ..row.clone()
    };
    recalled.guest_until = guests::until(&recalled, context.today);
    let recalled = write(tx, context, row, recalled)?;
    let changed = ["status", "endsOn", "endReason"];
    record(tx, context, RECALLED, &recalled, &changed, reason)
}

/// Gives up a posting that has not begun.
///
/// # Errors
/// `StaleVersion`.
pub fn give_up(
    tx: &mut DbConn,
    context: &Context,
    row: &Posting,
    reason: Option<&str>,
) -> Result<()> {
    let cancelled = Posting {
        status: Cancelled,
        end_reason: reason.map(str::to_owned),
        guest_until: Some(context.today.plus_days(-1)),
        ..row.clone()
    };
    let cancelled = write(tx, context, row, cancelled)?;
    record(
        tx,
        context,
        CANCELLED,
        &cancelled,
        &["status", "endReason"],
        reason,
    )
}

/// The day a posting ends: from its first to today.
///
/// # Errors
/// `Invalid`.
pub fn end_day(row: &Posting, on: Option<Date>, context: &Context) -> Result<Date> {
    let on = on.unwrap_or(context.today);
    check_day(on, row.first_day(), context.today, context)?;
    Ok(on)
}

/// Refuses a day that is not from `first` to `last`, or not yet.
fn check_day(on: Date, first: Date, last: Date, context: &Context) -> Result<()> {
    if on > context.today {
        return Err(Error::field("/on", "date-in-future"));
    }
    if on < first || on > last {
        let fault = Fault::with("out-of-range", &[&first, &last]);
        return Err(Error::Invalid(FieldErrors::one("/on", fault)));
    }
    Ok(())
}
