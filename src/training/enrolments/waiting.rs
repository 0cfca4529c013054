//! Seats that become free, and who takes them.

use super::bulk_store::{first_waiting, open_of_event, write_many};
use super::model::{Enrolment, EnrolmentStatus};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::journal::{self, Change};
use crate::training::events::{TrainingEvent, TrainingEventStatus, store as event_store};

/// Lets those who wait longest have the free seats of an event under lock, until it begins.
///
/// # Errors
/// When the database refuses.
pub fn move_up(tx: &mut DbConn, context: &Context, event: &mut TrainingEvent) -> Result<()> {
    if seat_waiting(tx, context, event)? {
        event_store::set_counts(tx, event)?;
    }
    Ok(())
}

/// The same, and whether anyone moved up; the event's counts are the caller's to write.
fn seat_waiting(tx: &mut DbConn, context: &Context, event: &mut TrainingEvent) -> Result<bool> {
    let free = event.free_seats().min(event.waitlisted);
    if free == 0 || event.status_on(context.today) != TrainingEventStatus::Open {
        return Ok(false);
    }
    let mut rows = first_waiting(tx, event.id, free)?;
    let moved = i32::try_from(rows.len()).unwrap_or(free);
    event.enrolled += moved;
    event.waitlisted -= moved;
    change(tx, context, &mut rows, "enrolment.moved-up", |row| {
        row.status = EnrolmentStatus::Enrolled;
    })?;
    Ok(true)
}

/// Excuses everyone who has a seat in an event, or waits for one: it does not take place. The event's counts are the caller's to write.
///
/// # Errors
/// When the database refuses.
pub fn excuse_all(tx: &mut DbConn, context: &Context, event_id: Id) -> Result<()> {
    let mut rows = open_of_event(tx, event_id)?;
    change(tx, context, &mut rows, "enrolment.excused", |row| {
        row.status = EnrolmentStatus::Excused;
    })
}

/// Frees the seat, or the place among those who wait, of someone who does not come to an event under lock; who waits moves up.
///
/// # Errors
/// When the database refuses.
pub fn excuse(
    tx: &mut DbConn,
    context: &Context,
    event: &mut TrainingEvent,
    former: EnrolmentStatus,
) -> Result<()> {
    match former {
        EnrolmentStatus::Waitlisted => event.waitlisted -= 1,
        former if former.has_seat() => event.enrolled -= 1,
        _ => {}
    }
    seat_waiting(tx, context, event)?;
    event_store::set_counts(tx, event)
}

/// Changes the status of rows under lock, with a line in the journal for each.
fn change(
    tx: &mut DbConn,
    context: &Context,
    rows: &mut [Enrolment],
    action: &'static str,
    apply: impl Fn(&mut Enrolment),
) -> Result<()> {
    for row in rows.iter_mut() {
        apply(row);
        row.version += 1;
        row.updated_at = context.now;
    }
    write_many(tx, rows)?;
    let lines: Vec<Change<'_>> = rows
        .iter()
        .map(|row| line(row, action, &["status"]))
        .collect();
    journal::record_many(tx, context, &lines)
}

/// The journal's line of a change.
pub fn line<'a>(row: &Enrolment, action: &'static str, changed: &'a [&'a str]) -> Change<'a> {
    Change {
        changed_fields: changed,
        organization_id: Some(row.present_organization_id),
        cadre_id: Some(row.cadre_id),
        ..Change::new(action, "enrolment", row.id, row.version)
    }
}
