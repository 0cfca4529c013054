//! Enrolling one, many or all of a unit: seats first, the waiting list after.

use super::bulk_store::{insert_many, of_event};
use super::choosing::{audience, choose, named};
use super::choosing_store::Candidate;
use super::model::{Enrolment, EnrolmentResult, ONE_OF_EVENT};
use super::request::{CreateEnrolment, EnrolTrainingEvent};
use super::response::{EnrolledCadres, EnrolmentResponse};
use super::service::visible;
use super::store;
use super::transitions::TakingPart;
use super::waiting::line;
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, Result};
use crate::http::Outcome;
use crate::journal::{self, Change};
use crate::training::events::{TrainingEvent, TrainingEventStatus, seen, store as event_store};
use crate::transitions::{Begun, current};

/// Enrols many in an event: those who are named, or all of a unit who fit. Who is enrolled already stays as they are.
///
/// # Errors
/// `NotFound`, `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn enrol(
    tx: &mut DbConn,
    context: &Context,
    event_id: Id,
    input: &EnrolTrainingEvent,
) -> Result<EnrolledCadres> {
    let record = seen(tx, context, event_id)?;
    let candidates = choose(tx, context, input, &audience(&record, context)?)?;
    let event = event_store::lock(tx, event_id)?.ok_or(Error::NotFound)?;
    let begun = Begun::new(context, "enrol_training_event", event);
    begun.require(tx)?;
    let mut event = begun.row;
    let ids: Vec<Id> = candidates.iter().map(|found| found.cadre_id).collect();
    let enrolled = of_event(tx, event_id, &ids)?;
    let new: Vec<Candidate> = candidates
        .into_iter()
        .filter(|candidate| !enrolled.contains_key(&candidate.cadre_id))
        .collect();
    let rows = place(tx, context, &mut event, &new, None)?;
    let seated = rows.iter().filter(|row| row.status.has_seat()).count();
    Ok(EnrolledCadres {
        event_id,
        enrolled: seated,
        waitlisted: rows.len() - seated,
        already_enrolled: enrolled.len(),
        available_seats: event.seats.map(|_| event.free_seats()),
        dry_run: input.dry_run,
    })
}

/// Enrols one. An enrolment that exists with the same id, event and cadre, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateEnrolment,
) -> Result<Outcome<EnrolmentResponse>> {
    let unknown = || Error::field("/eventId", "reference-unknown");
    let record = match seen(tx, context, new.event_id) {
        Err(Error::NotFound) => return Err(unknown()),
        record => record?,
    };
    if let Some(id) = new.id
        && let Some(existing) = store::find(tx, id)?
    {
        let same = existing.event_id == new.event_id
            && existing.cadre_id == new.cadre_id
            && journal::created_by_caller(context, existing.created_by);
        return match visible(tx, context, id)? {
            Some(existing) if same => Ok(Outcome::Unchanged(existing)),
            _ => Err(Error::Duplicate(
                DuplicateKey::ID,
                current::<TakingPart>(tx, context, id)?,
            )),
        };
    }
    let audience = audience(&record, context)?;
    let one = named(tx, context, &[new.cadre_id], &audience, |_| {
        "/cadreId".to_owned()
    })?;
    let mut event = event_store::lock(tx, new.event_id)?.ok_or_else(unknown)?;
    if let Some(other) = of_event(tx, event.id, &[new.cadre_id])?.get(&new.cadre_id) {
        let current = current::<TakingPart>(tx, context, other.id)?;
        return Err(ONE_OF_EVENT.duplicate(current));
    }
    if event.status != TrainingEventStatus::Open {
        return Err(Error::field("/eventId", "event-not-open"));
    }
    let rows = place(tx, context, &mut event, &one, new.id)?;
    let id = rows.first().map(|row| row.id).ok_or(Error::NotFound)?;
    let created = visible(tx, context, id)?.ok_or(Error::NotFound)?;
    Ok(Outcome::Created(created))
}

/// Gives seats of an event under lock to the first, places among those who wait to the rest.
fn place(
    tx: &mut DbConn,
    context: &Context,
    event: &mut TrainingEvent,
    candidates: &[Candidate],
    id: Option<Id>,
) -> Result<Vec<Enrolment>> {
    let mut rows = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let status = event.take_place();
        rows.push(Enrolment {
            id: id.unwrap_or_else(|| context.new_id()),
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            event_id: event.id,
            cadre_id: candidate.cadre_id,
            number: event.numbered,
            status,
            hours_credited: 0,
            days_credited: 0,
            result: EnrolmentResult::None,
            score: None,
            reason: None,
            organization_id: candidate.organization_id,
            present_organization_id: candidate.organization_id,
            host_organization_id: event.organization_id,
        });
    }
    if rows.is_empty() {
        return Ok(rows);
    }
    insert_many(tx, &rows)?;
    event_store::set_counts(tx, event)?;
    let created = |row| line(row, "enrolment.created", &["eventId", "cadreId", "status"]);
    let lines: Vec<Change<'_>> = rows.iter().map(created).collect();
    journal::record_many(tx, context, &lines)?;
    Ok(rows)
}
