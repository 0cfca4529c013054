//! Enrolments of events that took place before they came here.

use super::bulk_store::insert_many;
use super::model::{Enrolment, EnrolmentResult, EnrolmentStatus};
use super::waiting::line;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::journal::{self, Change};
use crate::training::events::{TrainingEvent, store as event_store};
use crate::training::hours;

/// An enrolment as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastEnrolment {
    /// The cadre.
    pub cadre_id: Id,
    /// The unit.
    pub organization_id: Id,
    /// Status.
    pub status: EnrolmentStatus,
    /// Hours credited.
    pub hours: i32,
    /// Result.
    pub result: EnrolmentResult,
    /// Score.
    pub score: Option<i32>,
}

/// Takes over the enrolments of an event, in their order, with what they are credited with.
///
/// # Errors
/// When the database refuses.
pub fn take_over(
    tx: &mut DbConn,
    context: &Context,
    event: &mut TrainingEvent,
    past: &[PastEnrolment],
) -> Result<()> {
    let mut rows = Vec::with_capacity(past.len());
    for one in past {
        event.numbered += 1;
        event.enrolled += i32::from(one.status.has_seat());
        event.waitlisted += i32::from(one.status == EnrolmentStatus::Waitlisted);
        rows.push(Enrolment {
            id: context.new_id(),
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            event_id: event.id,
            cadre_id: one.cadre_id,
            number: event.numbered,
            status: one.status,
            hours_credited: one.hours,
            days_credited: event.counted_days() * one.hours / event.hours.max(1),
            result: one.result,
            score: one.score,
            reason: None,
            organization_id: one.organization_id,
            present_organization_id: one.organization_id,
            host_organization_id: event.organization_id,
        });
    }
    insert_many(tx, &rows)?;
    event_store::set_counts(tx, event)?;
    let created = |row| line(row, "enrolment.created", &["eventId", "cadreId", "status"]);
    let lines: Vec<Change<'_>> = rows.iter().map(created).collect();
    journal::record_many(tx, context, &lines)?;
    let credited = rows.iter().filter(|row| row.hours_credited > 0);
    let cadres: Vec<Id> = credited.map(|row| row.cadre_id).collect();
    hours::recount(tx, &cadres)
}
