//! What is stored of an enrolment.

use diesel::prelude::*;

use crate::db::schema::enrolments;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::training::events::{TrainingEventStatus, TrainingKind};
use crate::values::{Date, text_enum};

/// A cadre is enrolled in an event once.
pub const ONE_OF_EVENT: UniqueKey = UniqueKey::new(
    "enrolments_one_of_event",
    "enrolments.event_id, enrolments.cadre_id",
);

text_enum! {
    /// Whether a cadre takes part in a training event.
    pub enum EnrolmentStatus {
        /// Has a seat.
        Enrolled = "ENROLLED",
        /// Waits for a seat.
        Waitlisted = "WAITLISTED",
        /// Was there.
        Attended = "ATTENDED",
        /// Was there for a part of it.
        Partly = "PARTLY",
        /// Was not there.
        Absent = "ABSENT",
        /// Does not come, for a reason; the seat is free.
        Excused = "EXCUSED",
    }
}

impl EnrolmentStatus {
    /// Whether it holds a seat.
    pub const fn has_seat(self) -> bool {
        !matches!(self, Self::Waitlisted | Self::Excused)
    }

    /// Whether it tells of attendance.
    pub const fn is_attendance(self) -> bool {
        !matches!(self, Self::Enrolled | Self::Waitlisted)
    }

    /// Whether hours are credited.
    pub const fn took_part(self) -> bool {
        matches!(self, Self::Attended | Self::Partly)
    }
}

text_enum! {
    /// What came of a training event for a cadre.
    pub enum EnrolmentResult {
        /// Passed.
        Passed = "PASSED",
        /// Failed; days of induction do not count then (R04).
        Failed = "FAILED",
        /// Nothing is graded.
        None = "NONE",
    }
}

/// An enrolment as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = enrolments, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Enrolment {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Who made it.
    pub created_by: Option<Id>,
    /// The event.
    pub event_id: Id,
    /// The cadre.
    pub cadre_id: Id,
    /// The how many-th of the event: who waits moves up in this order.
    pub number: i32,
    /// Status.
    pub status: EnrolmentStatus,
    /// Hours credited.
    pub hours_credited: i32,
    /// Days credited.
    pub days_credited: i32,
    /// Result.
    pub result: EnrolmentResult,
    /// Score out of 100.
    pub score: Option<i32>,
    /// Why absent or excused.
    pub reason: Option<String>,
    /// The unit the cadre was enrolled in.
    pub organization_id: Id,
    /// The unit the cadre is in now.
    pub present_organization_id: Id,
    /// The host of the event.
    pub host_organization_id: Id,
}

/// The columns of an enrolment, each with the members that show it: a list that is asked for others leaves it out. Without members
/// stand those that decide who sees the row, or what it may come to. A macro because what is selected has no type one could write down.
macro_rules! columns {
    ($fields:ident) => {
        (
            enrolments::id,
            $fields.column(&["version"], enrolments::version),
            $fields.column(&["createdAt"], enrolments::created_at),
            $fields.column(&["updatedAt"], enrolments::updated_at),
            $fields.column(&[], enrolments::created_by),
            enrolments::event_id,
            enrolments::cadre_id,
            enrolments::number,
            enrolments::status,
            enrolments::hours_credited,
            enrolments::days_credited,
            enrolments::result,
            enrolments::score,
            $fields.column(&["reason"], enrolments::reason),
            enrolments::organization_id,
            enrolments::present_organization_id,
            enrolments::host_organization_id,
        )
    };
}

pub(super) use columns;

/// The event beside an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct EventSide {
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: TrainingKind,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    /// Status as stored.
    pub status: TrainingEventStatus,
}

impl EventSide {
    /// Whether cadres can be enrolled.
    pub fn is_open(&self) -> bool {
        self.status == TrainingEventStatus::Open
    }
}

/// An enrolment with what a reply and its reader's rights need of other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct EnrolmentRecord {
    /// The enrolment.
    pub enrolment: Enrolment,
    /// The cadre's name.
    pub cadre_name: String,
    /// The cadre's present mentors.
    pub mentor_ids: (Option<Id>, Option<Id>),
    /// The name and path of the unit that the cadre was enrolled in.
    pub organization: (String, String),
    /// The path of the unit the cadre is in now.
    pub present_path: String,
    /// The path of the host.
    pub host_path: String,
    /// The event.
    pub event: EventSide,
    /// What the cadre thinks of it: rating and text.
    pub feedback: Option<(i32, Option<String>)>,
}
