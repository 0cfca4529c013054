//! Attendance of an event, in one call: what each is credited with.

use std::collections::{HashMap, HashSet};

use super::bulk_store::{counts, of_event, write_many};
use super::model::{Enrolment, EnrolmentResult, EnrolmentStatus};
use super::request::{AttendanceItem, RecordAttendance};
use super::response::RecordedAttendance;
use super::waiting::line;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::journal::{self, Change};
use crate::training::events::{TrainingEvent, store as event_store};
use crate::training::hours;
use crate::transitions::begin;
use crate::values::{Text, changed};

/// Records attendance. Whoever waits and came takes a free seat; whoever is excused frees theirs.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalTransition` before the first day, `StaleVersion`, `Invalid`.
pub fn record(
    tx: &mut DbConn,
    context: &Context,
    event_id: Id,
    input: &RecordAttendance,
) -> Result<RecordedAttendance> {
    let begun = begin::<TrainingEvent>(tx, context, "record_attendance", event_id)?;
    begun.require(tx)?;
    let mut event = begun.row;
    let cadres: Vec<Id> = input.items.0.iter().map(|item| item.cadre_id).collect();
    let before = of_event(tx, event_id, &cadres)?;
    let rows = recorded(context, &event, &input.items.0, &before)?;
    let seated = |row: &Enrolment| i32::from(row.status.has_seat());
    let waits = |row: &Enrolment| i32::from(row.status == EnrolmentStatus::Waitlisted);
    for row in &rows {
        let former = &before[&row.cadre_id];
        event.enrolled += seated(row) - seated(former);
        event.waitlisted += waits(row) - waits(former);
    }
    if event.seats.is_some_and(|seats| event.enrolled > seats) {
        return Err(Error::CapacityExceeded);
    }
    write(tx, context, &event, &rows, &before)?;
    let counts = counts(tx, event_id)?;
    let count = |status| counts.get(&status).copied().unwrap_or_default();
    Ok(RecordedAttendance {
        event_id,
        changed: rows.len(),
        attended: count(EnrolmentStatus::Attended),
        partly: count(EnrolmentStatus::Partly),
        absent: count(EnrolmentStatus::Absent),
        excused: count(EnrolmentStatus::Excused),
        unrecorded: count(EnrolmentStatus::Enrolled),
    })
}

/// Writes the rows that changed, the seats of the event, and what their cadres are credited with.
fn write(
    tx: &mut DbConn,
    context: &Context,
    event: &TrainingEvent,
    rows: &[Enrolment],
    before: &HashMap<Id, Enrolment>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    write_many(tx, rows)?;
    event_store::set_counts(tx, event)?;
    let members: Vec<Vec<&'static str>> = rows
        .iter()
        .map(|row| {
            changed!(&before[&row.cadre_id], row; status, hours_credited, days_credited, result, score, reason)
        })
        .collect();
    let lines: Vec<Change<'_>> = rows
        .iter()
        .zip(&members)
        .map(|(row, members)| line(row, "enrolment.attendance-recorded", members))
        .collect();
    journal::record_many(tx, context, &lines)?;
    let cadres: Vec<Id> = rows.iter().map(|row| row.cadre_id).collect();
    hours::recount(tx, &cadres)
}

/// The rows that items change, as they are after.
fn recorded(
    context: &Context,
    event: &TrainingEvent,
    items: &[AttendanceItem],
    before: &HashMap<Id, Enrolment>,
) -> Result<Vec<Enrolment>> {
    let (mut rows, mut errors) = (Vec::with_capacity(items.len()), FieldErrors::default());
    let mut told = HashSet::with_capacity(items.len());
    for (n, item) in items.iter().enumerate() {
        let at = format!("/items/{n}");
        let Some(former) = before.get(&item.cadre_id) else {
            errors.push(format!("{at}/cadreId"), Fault::new("reference-unknown"));
            continue;
        };
        if !told.insert(item.cadre_id) {
            errors.push(format!("{at}/cadreId"), Fault::new("same-person"));
        }
        let hours = check(event, item, &at, &mut errors);
        let mut row = Enrolment {
            status: item.status,
            hours_credited: hours,
            days_credited: event.counted_days() * hours / event.hours.max(1),
            result: item.result.unwrap_or(EnrolmentResult::None),
            score: item.score.map(i32::from),
            reason: item.reason.as_ref().map(Text::as_str).map(str::to_owned),
            ..former.clone()
        };
        if row != *former {
            row.version += 1;
            row.updated_at = context.now;
            rows.push(row);
        }
    }
    errors.into_result()?;
    Ok(rows)
}

/// Notes what cannot be of an item, and tells the hours it credits.
fn check(event: &TrainingEvent, item: &AttendanceItem, at: &str, errors: &mut FieldErrors) -> i32 {
    let mut fault = |member: &str, fault| errors.push(format!("{at}/{member}"), fault);
    if !item.status.is_attendance() {
        fault(
            "status",
            Fault::with("code-unknown", &[&"ATTENDED, PARTLY, ABSENT, EXCUSED"]),
        );
    }
    let hours = item.hours_credited.map(i32::from);
    let (least, most, usual) = match item.status {
        EnrolmentStatus::Attended => (0, event.hours, Some(event.hours)),
        EnrolmentStatus::Partly => (0, event.hours, None),
        _ => (0, 0, Some(0)),
    };
    let credited = hours.or(usual);
    match credited {
        None => fault("hoursCredited", Fault::new("required")),
        Some(hours) if !(least..=most).contains(&hours) => {
            fault(
                "hoursCredited",
                Fault::with("out-of-range", &[&least, &most]),
            );
        }
        Some(_) => {}
    }
    if !item.status.took_part() {
        if item.score.is_some() {
            fault("score", Fault::new("not-attended"));
        }
        if item
            .result
            .is_some_and(|result| result != EnrolmentResult::None)
        {
            fault("result", Fault::new("not-attended"));
        }
    }
    if item.status.took_part() && item.reason.is_some() {
        fault("reason", Fault::new("attended"));
    }
    credited.unwrap_or(0)
}
