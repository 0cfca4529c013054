//! What is stored of a training event.

use diesel::prelude::*;

use crate::cadres::{Phase, PostCategory};
use crate::context::Context;
use crate::db::schema::training_events;
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::training::enrolments::EnrolmentStatus;
use crate::values::{Date, list_from_json, text_enum};

text_enum! {
    /// What a training event is for.
    pub enum TrainingKind {
        /// Induction of new recruits, which probation asks for (R04).
        Induction = "INDUCTION",
        /// Political theory.
        Political = "POLITICAL",
        /// Knowledge and skills of the post.
        Professional = "PROFESSIONAL",
        /// A special subject.
        Special = "SPECIAL",
        /// Courses on the network.
        Online = "ONLINE",
        /// Practice in the field.
        Practice = "PRACTICE",
    }
}

text_enum! {
    /// Where a training event stands.
    pub enum TrainingEventStatus {
        /// Announced.
        Planned = "PLANNED",
        /// Open for enrolment.
        Open = "OPEN",
        /// Its first day has come; it follows from the day and is never stored.
        Running = "RUNNING",
        /// Over, with everyone's attendance recorded.
        Finished = "FINISHED",
        /// It does not take place.
        Cancelled = "CANCELLED",
    }
}

/// A training event as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = training_events, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct TrainingEvent {
    /// Id.
    pub id: Id,
    /// Version; who is enrolled does not raise it.
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Who made it.
    pub created_by: Option<Id>,
    /// The host.
    pub organization_id: Id,
    /// Title.
    pub title: String,
    /// Theme.
    pub theme: Option<String>,
    /// Kind.
    pub kind: TrainingKind,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    /// Hours that it counts for.
    pub hours: i32,
    /// Days that it counts for, where they are not those from the first to the last.
    pub days: Option<i32>,
    /// Seats; without a bound where there is none.
    pub seats: Option<i32>,
    /// Place.
    pub place: Option<String>,
    /// The unit whose subtree it is open to.
    pub open_to_organization_id: Id,
    /// The years of the programme it is open to, as a JSON array; all where it is empty.
    pub open_to_phases: String,
    /// The kinds of post it is open to, as a JSON array; all where it is empty.
    pub open_to_post_categories: String,
    /// Status.
    pub status: TrainingEventStatus,
    /// Why it does not take place.
    pub cancel_reason: Option<String>,
    /// Seats taken.
    pub enrolled: i32,
    /// How many wait for one.
    pub waitlisted: i32,
    /// The number of the last enrolment.
    pub numbered: i32,
}

/// The columns of an event, each with the members that show it: a list that is asked for others leaves it out. Without members stand
/// those that decide who sees the row, or what it may come to. A macro because what is selected has no type one could write down.
macro_rules! columns {
    ($fields:ident) => {
        (
            training_events::id,
            $fields.column(&["version"], training_events::version),
            $fields.column(&["createdAt"], training_events::created_at),
            $fields.column(&["updatedAt"], training_events::updated_at),
            $fields.column(&[], training_events::created_by),
            training_events::organization_id,
            $fields.column(&["title"], training_events::title),
            $fields.column(&["theme"], training_events::theme),
            training_events::kind,
            training_events::starts_on,
            training_events::ends_on,
            training_events::hours,
            training_events::days,
            training_events::seats,
            $fields.column(&["place"], training_events::place),
            training_events::open_to_organization_id,
            training_events::open_to_phases,
            training_events::open_to_post_categories,
            training_events::status,
            $fields.column(&["cancelReason"], training_events::cancel_reason),
            training_events::enrolled,
            training_events::waitlisted,
            $fields.column(&[], training_events::numbered),
        )
    };
}

pub(super) use columns;

impl TrainingEvent {
    /// An event of which nothing is known but whose it is: a day without a title, open to the host's own subtree.
    pub fn blank(context: &Context, id: Id, organization_id: Id) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            organization_id,
            title: String::new(),
            theme: None,
            kind: TrainingKind::Special,
            starts_on: context.today,
            ends_on: context.today,
            hours: 0,
            days: None,
            seats: None,
            place: None,
            open_to_organization_id: organization_id,
            open_to_phases: "[]".to_owned(),
            open_to_post_categories: "[]".to_owned(),
            status: TrainingEventStatus::Planned,
            cancel_reason: None,
            enrolled: 0,
            waitlisted: 0,
            numbered: 0,
        }
    }

    /// Where it stands on a day.
    pub fn status_on(&self, today: Date) -> TrainingEventStatus {
        match self.status {
            TrainingEventStatus::Open if self.starts_on <= today => TrainingEventStatus::Running,
            status => status,
        }
    }

    /// Days from the first to the last, both included.
    pub fn span(&self) -> i32 {
        i32::try_from(self.ends_on.days_since(self.starts_on) + 1).unwrap_or(i32::MAX)
    }

    /// Days that it counts for.
    pub fn counted_days(&self) -> i32 {
        self.days.unwrap_or_else(|| self.span())
    }

    /// Seats that nobody has taken; without a bound where it has none.
    pub fn free_seats(&self) -> i32 {
        self.seats
            .map_or(i32::MAX, |seats| (seats - self.enrolled).max(0))
    }

    /// Gives the next seat away, or the next place among those who wait: who waits already goes first, so that nobody is seated past
    /// them.
    pub fn take_place(&mut self) -> EnrolmentStatus {
        self.numbered += 1;
        if self.free_seats() > 0 && self.waitlisted == 0 {
            self.enrolled += 1;
            EnrolmentStatus::Enrolled
        } else {
            self.waitlisted += 1;
            EnrolmentStatus::Waitlisted
        }
    }

    /// The years it is open to; all where there is none.
    ///
    /// # Errors
    /// When what is stored is no such list.
    pub fn phases(&self) -> Result<Vec<Phase>> {
        list_from_json(&self.open_to_phases)
    }

    /// The kinds of post it is open to; all where there is none.
    ///
    /// # Errors
    /// When what is stored is no such list.
    pub fn post_categories(&self) -> Result<Vec<PostCategory>> {
        list_from_json(&self.open_to_post_categories)
    }
}

/// A unit beside an event.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OrganizationSide {
    /// Name.
    pub name: String,
    /// Path.
    pub path: String,
}

/// An event with what a reply and its reader's rights need of other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct TrainingEventRecord {
    /// The event.
    pub event: TrainingEvent,
    /// The host.
    pub organization: OrganizationSide,
    /// The unit whose subtree it is open to.
    pub open_to: OrganizationSide,
}
