//! The verbs of an enrolment. Attendance is recorded for a whole event.

use super::model::{Enrolment, EnrolmentRecord, EnrolmentStatus};
use super::request::ExcuseEnrolment;
use super::response::EnrolmentResponse;
use super::service::visible;
use super::{rules, store, waiting};
use crate::access::Permission::{TrainingEnrol, TrainingFeedback};
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::training::events::{TrainingEvent, TrainingEventStatus, store as event_store};
use crate::training::reach::reading;
use crate::transitions::{Resource, Said, Transition, begin, read_back, record};

/// Where an enrolment stands, as far as its verbs care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrolmentState {
    /// Has a seat.
    Enrolled,
    /// Waits for one.
    Waitlisted,
    /// Excused from an event that is open still.
    Excused,
    /// Excused from one that is over.
    ExcusedForGood,
    /// Was there, and has not said what they think of it.
    TookPart,
    /// Was there, and has.
    Rated,
    /// Was not there.
    Absent,
}

use EnrolmentState::{Absent, Enrolled, Excused, ExcusedForGood, Rated, TookPart, Waitlisted};

/// Where an enrolment stands.
pub const fn state(status: EnrolmentStatus, is_open: bool, is_rated: bool) -> EnrolmentState {
    match status {
        EnrolmentStatus::Enrolled => Enrolled,
        EnrolmentStatus::Waitlisted => Waitlisted,
        EnrolmentStatus::Excused if is_open => Excused,
        EnrolmentStatus::Excused => ExcusedForGood,
        EnrolmentStatus::Attended | EnrolmentStatus::Partly if is_rated => Rated,
        EnrolmentStatus::Attended | EnrolmentStatus::Partly => TookPart,
        EnrolmentStatus::Absent => Absent,
    }
}

/// An enrolment with its event, both under lock: a verb of one moves the seats of the other.
#[derive(Debug, Clone)]
pub struct TakingPart {
    /// The enrolment.
    pub enrolment: Enrolment,
    /// The event.
    pub event: TrainingEvent,
    /// Whether the cadre said what they think of it.
    pub is_rated: bool,
}

impl Resource for TakingPart {
    const KIND: &'static str = "enrolment";
    type State = EnrolmentState;
    type Response = EnrolmentResponse;
    const TRANSITIONS: &'static [Transition<EnrolmentState>] = &[
        Transition {
            verb: "excuse_enrolment",
            from: &[Enrolled, Waitlisted],
            to: &[Excused],
            permission: TrainingEnrol,
        },
        Transition {
            verb: "readmit_enrolment",
            from: &[Excused],
            to: &[Enrolled, Waitlisted],
            permission: TrainingEnrol,
        },
        Transition {
            verb: "rate_enrolment",
            from: &[TookPart],
            to: &[Rated],
            permission: TrainingFeedback,
        },
    ];

    fn id(&self) -> Id {
        self.enrolment.id
    }

    fn version(&self) -> i64 {
        self.enrolment.version
    }

    fn organization(&self) -> Option<Id> {
        Some(self.enrolment.present_organization_id)
    }

    fn cadre(&self) -> Option<Id> {
        Some(self.enrolment.cadre_id)
    }

    fn state(&self, _: &Context) -> EnrolmentState {
        let is_open = self.event.status == TrainingEventStatus::Open;
        state(self.enrolment.status, is_open, self.is_rated)
    }

    fn stamp(&mut self, version: i64, now: UtcTimestamp) {
        (self.enrolment.version, self.enrolment.updated_at) = (version, now);
    }

    fn lock(tx: &mut DbConn, context: &Context, id: Id) -> Result<Self> {
        let (record, event) = locked(tx, id)?;
        if rules::keeps(&record, &context.reach) {
            Ok(taking_part(record, event))
        } else if rules::sees(&record, &reading(context)) {
            Err(Error::Forbidden(None))
        } else {
            Err(Error::NotFound)
        }
    }

    fn update(&self, tx: &mut DbConn, version: i64) -> Result<()> {
        store::update(tx, &self.enrolment, version)
    }

    fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<EnrolmentResponse>> {
        visible(conn, context, id)
    }
}

/// An enrolment and its event, the event locked first.
///
/// # Errors
/// `NotFound`.
pub fn locked(tx: &mut DbConn, id: Id) -> Result<(EnrolmentRecord, TrainingEvent)> {
    let event_id = store::event_of(tx, id)?.ok_or(Error::NotFound)?;
    locked_in(tx, event_id, id)
}

/// The same of an enrolment whose event is known.
///
/// # Errors
/// `NotFound`.
pub fn locked_in(
    tx: &mut DbConn,
    event_id: Id,
    id: Id,
) -> Result<(EnrolmentRecord, TrainingEvent)> {
    let event = event_store::lock(tx, event_id)?.ok_or(Error::NotFound)?;
    let record = store::lock_record(tx, id)?.ok_or(Error::NotFound)?;
    Ok((record, event))
}

/// What a verb works on.
pub fn taking_part(record: EnrolmentRecord, event: TrainingEvent) -> TakingPart {
    TakingPart {
        is_rated: record.feedback.is_some(),
        enrolment: record.enrolment,
        event,
    }
}

const EXCUSED: &str = "enrolment.excused";
const READMITTED: &str = "enrolment.readmitted";
const OF_STATUS: &[&str] = &[
    "enrolment.created",
    "enrolment.moved-up",
    "enrolment.attendance-recorded",
    EXCUSED,
    READMITTED,
];

/// Excuses a cadre: the seat is free, and the first of those who wait moves up.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalTransition`, `StaleVersion`.
pub fn excuse(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &ExcuseEnrolment,
) -> Result<EnrolmentResponse> {
    let begun = begin::<TakingPart>(tx, context, "excuse_enrolment", id)?;
    let row = &begun.row;
    let reason = Some(input.reason.as_str());
    let former = row.enrolment.status;
    if former == EnrolmentStatus::Excused
        && begun.is_repeated(tx, OF_STATUS, EXCUSED, reason.into())?
    {
        return read_back::<TakingPart>(tx, context, id);
    }
    begun.require(tx)?;
    let mut excused = row.clone();
    excused.enrolment.status = EnrolmentStatus::Excused;
    excused.enrolment.reason = reason.map(str::to_owned);
    let mut excused = begun.write(tx, excused)?;
    record(
        tx,
        context,
        EXCUSED,
        &excused,
        &["status", "reason"],
        reason,
    )?;
    waiting::excuse(tx, context, &mut excused.event, former)?;
    read_back::<TakingPart>(tx, context, id)
}

/// Takes a cadre in again who was excused: with a seat if one is free, else behind all who wait.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalTransition`, `StaleVersion`.
pub fn readmit(tx: &mut DbConn, context: &Context, id: Id) -> Result<EnrolmentResponse> {
    let begun = begin::<TakingPart>(tx, context, "readmit_enrolment", id)?;
    let row = &begun.row;
    let is_in = matches!(
        row.enrolment.status,
        EnrolmentStatus::Enrolled | EnrolmentStatus::Waitlisted
    );
    if is_in && begun.is_repeated(tx, OF_STATUS, READMITTED, Said::default())? {
        return read_back::<TakingPart>(tx, context, id);
    }
    begun.require(tx)?;
    let mut back = row.clone();
    let status = back.event.take_place();
    back.enrolment.status = status;
    back.enrolment.number = back.event.numbered;
    back.enrolment.reason = None;
    let back = begun.write(tx, back)?;
    let changed = ["status", "number", "reason"];
    record(tx, context, READMITTED, &back, &changed, None)?;
    event_store::set_counts(tx, &back.event)?;
    read_back::<TakingPart>(tx, context, id)
}
