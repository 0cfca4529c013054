//! The verbs of a training event: PLANNED → OPEN → RUNNING, by itself on its first day → FINISHED; or CANCELLED.

use super::model::{TrainingEvent, TrainingEventStatus};
use super::request::CancelTrainingEvent;
use super::response::TrainingEventResponse;
use super::service::{visible, writable};
use super::store;
use crate::access::Permission::{TrainingEnrol, TrainingWrite};
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::training::enrolments;
use crate::transitions::{Resource, Said, Transition, begin, read_back, record};

use TrainingEventStatus::{Cancelled, Finished, Open, Planned, Running};

impl Resource for TrainingEvent {
    const KIND: &'static str = "training-event";
    type State = TrainingEventStatus;
    type Response = TrainingEventResponse;
    const TRANSITIONS: &'static [Transition<TrainingEventStatus>] = &[
        Transition {
            verb: "update_training_event",
            from: &[Planned, Open],
            to: &[],
            permission: TrainingWrite,
        },
        Transition {
            verb: "open_training_event",
            from: &[Planned],
            to: &[Open, Running],
            permission: TrainingWrite,
        },
        Transition {
            verb: "record_attendance",
            from: &[Running, Finished],
            to: &[],
            permission: TrainingWrite,
        },
        Transition {
            verb: "finish_training_event",
            from: &[Running],
            to: &[Finished],
            permission: TrainingWrite,
        },
        Transition {
            verb: "cancel_training_event",
            from: &[Planned, Open, Running],
            to: &[Cancelled],
            permission: TrainingWrite,
        },
        Transition {
            verb: "enrol_training_event",
            from: &[Open, Running],
            to: &[],
            permission: TrainingEnrol,
        },
    ];

    fn id(&self) -> Id {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organization(&self) -> Option<Id> {
        Some(self.organization_id)
    }

    fn cadre(&self) -> Option<Id> {
        None
    }

    fn state(&self, context: &Context) -> TrainingEventStatus {
        self.status_on(context.today)
    }

    fn stamp(&mut self, version: i64, now: UtcTimestamp) {
        (self.version, self.updated_at) = (version, now);
    }

    fn lock(tx: &mut DbConn, context: &Context, id: Id) -> Result<Self> {
        writable(tx, context, id)
    }

    fn update(&self, tx: &mut DbConn, version: i64) -> Result<()> {
        store::update(tx, self, version)
    }

    fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<TrainingEventResponse>> {
        visible(conn, context, id)
    }
}

const OPENED: &str = "training-event.opened";
const FINISHED: &str = "training-event.finished";
const CANCELLED: &str = "training-event.cancelled";
const OF_STATUS: &[&str] = &[OPENED, FINISHED, CANCELLED];

/// Opens an event for enrolment.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`.
pub fn open(tx: &mut DbConn, context: &Context, id: Id) -> Result<TrainingEventResponse> {
    let begun = begin::<TrainingEvent>(tx, context, "open_training_event", id)?;
    let row = &begun.row;
    if row.status == Open && begun.is_repeated(tx, OF_STATUS, OPENED, Said::default())? {
        return read_back::<TrainingEvent>(tx, context, id);
    }
    begun.require(tx)?;
    let opened = TrainingEvent {
        status: Open,
        ..row.clone()
    };
    let opened = begun.write(tx, opened)?;
    record(tx, context, OPENED, &opened, &["status"], None)?;
    read_back::<TrainingEvent>(tx, context, id)
}

/// Ends an event whose last day has come, once the attendance of everyone with a seat is recorded.
///
/// # Errors
/// `IllegalTransition`, `RuleViolation`, `StaleVersion`.
pub fn finish(tx: &mut DbConn, context: &Context, id: Id) -> Result<TrainingEventResponse> {
    let begun = begin::<TrainingEvent>(tx, context, "finish_training_event", id)?;
    let row = &begun.row;
    if row.status == Finished && begun.is_repeated(tx, OF_STATUS, FINISHED, Said::default())? {
        return read_back::<TrainingEvent>(tx, context, id);
    }
    begun.require(tx)?;
    if row.ends_on > context.today {
        return Err(Error::rule("TRAINING", "EVENT_NOT_OVER"));
    }
    if enrolments::is_any_unrecorded(tx, id)? {
        return Err(Error::rule("TRAINING", "ATTENDANCE_MISSING"));
    }
    let finished = TrainingEvent {
        status: Finished,
        ..row.clone()
    };
    let finished = begun.write(tx, finished)?;
    record(tx, context, FINISHED, &finished, &["status"], None)?;
    read_back::<TrainingEvent>(tx, context, id)
}

/// Cancels an event that nobody was credited for: whoever has a seat or waits for one is excused.
///
/// # Errors
/// `IllegalTransition`, also once attendance was recorded, `StaleVersion`.
pub fn cancel(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &CancelTrainingEvent,
) -> Result<TrainingEventResponse> {
    let begun = begin::<TrainingEvent>(tx, context, "cancel_training_event", id)?;
    let row = &begun.row;
    let reason = Some(input.reason.as_str());
    if row.status == Cancelled && begun.is_repeated(tx, OF_STATUS, CANCELLED, reason.into())? {
        return read_back::<TrainingEvent>(tx, context, id);
    }
    let has_begun = begun.is_legal() && enrolments::is_any_recorded(tx, id)?;
    begun.require_that(tx, !has_begun)?;
    let cancelled = TrainingEvent {
        status: Cancelled,
        cancel_reason: reason.map(str::to_owned),
        enrolled: 0,
        waitlisted: 0,
        ..row.clone()
    };
    let cancelled = begun.write(tx, cancelled)?;
    record(
        tx,
        context,
        CANCELLED,
        &cancelled,
        &["status", "cancelReason"],
        reason,
    )?;
    enrolments::excuse_all(tx, context, id)?;
    read_back::<TrainingEvent>(tx, context, id)
}
