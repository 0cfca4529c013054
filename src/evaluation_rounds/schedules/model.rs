//! What is stored of a schedule.

use diesel::prelude::*;

use crate::context::Context;
use crate::db::schema::evaluation_schedules;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::evaluation_forms::EvaluationKind;
use crate::evaluation_rounds::model::OrganizationSide;
use crate::values::{Date, text_enum};

/// A unit has one schedule of a kind in force.
pub const IN_FORCE: UniqueKey = UniqueKey::new(
    "evaluation_schedules_in_force",
    "evaluation_schedules.organization_id, evaluation_schedules.kind",
);

text_enum! {
    /// Whether a schedule makes rounds.
    pub enum ScheduleStatus {
        /// At the beginning of each period.
        Active = "ACTIVE",
        /// No more.
        Ended = "ENDED",
    }
}

/// A schedule as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = evaluation_schedules, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct EvaluationSchedule {
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
    /// The unit whose rounds it makes.
    pub organization_id: Id,
    /// What the rounds are for, and how often: by the quarter or the year.
    pub kind: EvaluationKind,
    /// Days from the last of the period until a round opens.
    pub opens_after_days: i32,
    /// Days from the last of the period until raters are asked to hand in.
    pub due_after_days: i32,
    /// Days from the last of the period until the last day on which forms are taken.
    pub closes_after_days: i32,
    /// Whether it makes rounds.
    pub status: ScheduleStatus,
    /// The first day of the period whose round is made next.
    pub next_from: Date,
}

/// The columns of a schedule, each with the members that show it: a list that is asked for others leaves it out. Without members stand
/// those that decide who sees the row, or what it may come to. A macro because what is selected has no type one could write down.
macro_rules! columns {
    ($fields:ident) => {
        (
            evaluation_schedules::id,
            $fields.column(&["version"], evaluation_schedules::version),
            $fields.column(&["createdAt"], evaluation_schedules::created_at),
            $fields.column(&["updatedAt"], evaluation_schedules::updated_at),
            $fields.column(&[], evaluation_schedules::created_by),
            evaluation_schedules::organization_id,
            evaluation_schedules::kind,
            evaluation_schedules::opens_after_days,
            evaluation_schedules::due_after_days,
            evaluation_schedules::closes_after_days,
            evaluation_schedules::status,
            evaluation_schedules::next_from,
        )
    };
}

pub(super) use columns;

impl EvaluationSchedule {
    /// One in force of which nothing is known but whose it is, for what, and from when on.
    pub fn blank(
        context: &Context,
        id: Id,
        organization_id: Id,
        (kind, next_from): (EvaluationKind, Date),
    ) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            organization_id,
            kind,
            opens_after_days: 1,
            due_after_days: 15,
            closes_after_days: 31,
            status: ScheduleStatus::Active,
            next_from,
        }
    }
}

/// A schedule with what a reply shows from other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct EvaluationScheduleRecord {
    /// The schedule.
    pub schedule: EvaluationSchedule,
    /// Its unit.
    pub organization: OrganizationSide,
}
