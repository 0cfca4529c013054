//! Events that took place before they came here.

use super::model::{TrainingEvent, TrainingEventStatus, TrainingKind};
use super::store;
use crate::cadres::Phase;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::transitions::record;
use crate::values::{Date, list_to_json};

/// An event as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEvent {
    /// The host.
    pub organization_id: Id,
    /// Title.
    pub title: String,
    /// Theme.
    pub theme: Option<String>,
    /// Kind.
    pub kind: TrainingKind,
    /// The first and the last day.
    pub days: (Date, Date),
    /// Hours.
    pub hours: i32,
    /// Seats.
    pub seats: Option<i32>,
    /// Place.
    pub place: Option<String>,
    /// The years it was open to.
    pub phases: Vec<Phase>,
    /// Where it stands.
    pub status: TrainingEventStatus,
    /// Why it did not take place.
    pub cancel_reason: Option<String>,
}

/// Takes over an event.
///
/// # Errors
/// When the database refuses.
pub fn hold(tx: &mut DbConn, context: &Context, past: &PastEvent) -> Result<TrainingEvent> {
    let (starts_on, ends_on) = past.days;
    let row = TrainingEvent {
        title: past.title.clone(),
        theme: past.theme.clone(),
        kind: past.kind,
        starts_on,
        ends_on,
        hours: past.hours,
        seats: past.seats,
        place: past.place.clone(),
        open_to_phases: list_to_json(&past.phases)?,
        status: past.status,
        cancel_reason: past.cancel_reason.clone(),
        ..TrainingEvent::blank(context, context.new_id(), past.organization_id)
    };
    store::insert(tx, &row)?;
    let changed = ["title", "kind", "startsOn", "endsOn", "hours", "status"];
    record(tx, context, "training-event.created", &row, &changed, None)?;
    Ok(row)
}
