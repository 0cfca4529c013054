//! Use cases of what was agreed.

use super::follow_up_store::{self, FollowUpSort};
use super::model::{FollowUp, FollowUpRecord};
use super::request::{FinishFollowUp, FollowUpFilters};
use super::response::{FollowUpResponse, reading};
use super::rules::{self, Placed};
use super::store;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Current, Error, Fault, FieldErrors, Result};
use crate::journal::{self, Change};
use crate::listing::{List, Page};
use crate::organizations::ListedOrganizations;

/// One of them as the caller may see it.
///
/// # Errors
/// `NotFound` for those who do not read it.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<FollowUpResponse> {
    let found = follow_up_store::find_record(conn, id)?;
    let record = found.filter(|record| is_read(record, context));
    FollowUpResponse::from_record(record.ok_or(Error::NotFound)?, context)
}

/// A page of them.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &FollowUpFilters,
    list: &List<FollowUpSort>,
) -> Result<Page<FollowUpResponse>> {
    let units = ListedOrganizations::new(conn, &context.reach, filters.organization_id, true)?;
    let records = follow_up_store::page(conn, context, filters, &units, list)?;
    let total = || follow_up_store::total(conn, context, filters, &units);
    list.page(records, total, |record| {
        FollowUpResponse::from_record(record, context)
    })
}

/// Says that something is done; saying so again is no fault.
///
/// # Errors
/// `NotFound`, `Forbidden` for who is not of the pair, `Invalid`, `StaleVersion`, `IllegalTransition` when it was done on another day.
pub fn finish(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &FinishFollowUp,
) -> Result<FollowUpResponse> {
    let mut record = follow_up_store::lock_record(tx, id)?
        .filter(|record| is_read(record, context))
        .ok_or(Error::NotFound)?;
    if !rules::may_do(&record, context) {
        return Err(Error::Forbidden(None));
    }
    let row = &record.follow_up;
    if row.done_on.is_some() && input.done_on.is_none_or(|day| row.done_on == Some(day)) {
        return FollowUpResponse::from_record(record, context);
    }
    let is_open = row.done_on.is_none();
    context.allow(row.version, is_open, || {
        Ok(current(record.clone(), context))
    })?;
    let done_on = input.done_on.unwrap_or(context.today);
    let first = store::held_day(tx, row.session_id)?;
    let mut errors = FieldErrors::default();
    if done_on < first || done_on > context.today {
        let fault = Fault::with("out-of-range", &[&first, &context.today]);
        errors.push("/doneOn", fault);
    }
    errors.into_result()?;
    let row = &mut record.follow_up;
    row.version += 1;
    row.updated_at = context.now;
    row.done_on = Some(done_on);
    follow_up_store::finish(tx, row)?;
    record_finished(tx, context, row)?;
    FollowUpResponse::from_record(record, context)
}

fn record_finished(tx: &mut DbConn, context: &Context, row: &FollowUp) -> Result<()> {
    let change = Change {
        changed_fields: &["doneOn"],
        organization_id: Some(row.present_organization_id),
        cadre_id: Some(row.cadre_id),
        ..Change::new("follow-up.finished", "follow-up", row.id, row.version)
    };
    journal::record(tx, context, &change)
}

fn is_read(record: &FollowUpRecord, context: &Context) -> bool {
    Placed::of_follow_up(record).is_read(record.follow_up.confidential, &reading(context))
}

/// A resource as the `current` of an error.
fn current(record: FollowUpRecord, context: &Context) -> Current {
    let follow_up = FollowUpResponse::from_record(record, context).ok()?;
    serde_json::to_value(follow_up).ok().map(Box::new)
}
