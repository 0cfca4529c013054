//! What is stored of hours.

use diesel::prelude::*;

use crate::db::Id;
use crate::db::schema::training_hours;
use crate::training::enrolments::EnrolmentResult;
use crate::training::events::TrainingKind;
use crate::values::Date;

/// What a cadre was credited with in a calendar year, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = training_hours)]
pub struct YearSum {
    /// Who.
    pub cadre_id: Id,
    /// The year.
    pub year: i32,
    /// Hours.
    pub hours: i32,
    /// Days of induction within probation.
    pub induction_days: i32,
}

/// An enrolment that credits hours, with its event.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Credited {
    /// Who.
    pub cadre_id: Id,
    /// Hours.
    pub hours: i32,
    /// Days.
    pub days: i32,
    /// Result.
    pub result: EnrolmentResult,
    /// What the event was for.
    pub kind: TrainingKind,
    /// Its last day.
    pub ends_on: Date,
}
