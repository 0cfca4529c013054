//! What is stored of a form that a round issued.

use diesel::prelude::*;

use super::super::model::{EvaluationKind, EvaluationStatus, EvaluatorRelation};
use crate::db::schema::rater_forms;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::values::{Date, text_enum};

/// Of a cadre, kind, period and relation a form is issued once.
pub const ONCE: UniqueKey = UniqueKey::new(
    "rater_forms_once",
    "rater_forms.cadre_id, rater_forms.kind, rater_forms.period_from, rater_forms.period_to, rater_forms.evaluator_relation",
);

text_enum! {
    /// How far a rater has come.
    pub enum RaterFormStatus {
        /// Nothing is written yet.
        Issued = "ISSUED",
        /// Being written, or given back.
        Draft = "DRAFT",
        /// Handed in.
        Submitted = "SUBMITTED",
        /// Confirmed.
        Confirmed = "CONFIRMED",
        /// Not handed in by the close.
        Missed = "MISSED",
        /// The cadre left the programme first.
        Cancelled = "CANCELLED",
    }
}

text_enum! {
    /// Why a form was not handed in by the close.
    pub enum MissedReason {
        /// The mentor was suspended or on leave.
        RaterOnLeave = "RATER_ON_LEAVE",
        /// The cadre was on leave.
        CadreOnLeave = "CADRE_ON_LEAVE",
        /// The mentor serves no longer.
        NoRater = "NO_RATER",
        /// None of these.
        Late = "LATE",
    }
}

impl From<EvaluationStatus> for RaterFormStatus {
    fn from(status: EvaluationStatus) -> Self {
        match status {
            EvaluationStatus::Draft | EvaluationStatus::Returned => Self::Draft,
            EvaluationStatus::Submitted => Self::Submitted,
            EvaluationStatus::Confirmed => Self::Confirmed,
        }
    }
}

/// A form that a round issued, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = rater_forms)]
pub struct RaterForm {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was issued.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// The round.
    pub round_id: Id,
    /// Whom it is about.
    pub cadre_id: Id,
    /// What it is for.
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period.
    pub period_to: Date,
    /// What the rater is to the cadre.
    pub evaluator_relation: EvaluatorRelation,
    /// The mentor who is to rate; none for units and cadres.
    pub mentor_id: Option<Id>,
    /// `UNIT`, `SELF` or the mentor, as the evaluation has it.
    pub rater: String,
    /// The rater's unit, under which it is counted.
    pub organization_id: Id,
    /// How far they have come.
    pub status: RaterFormStatus,
    /// Why it was not handed in.
    pub missed_reason: Option<MissedReason>,
    /// The evaluation that is written on it.
    pub evaluation_id: Option<Id>,
    /// Whether its round takes it still.
    pub open: bool,
}

/// How far the raters of a unit, or of several, have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Queryable)]
pub struct Progress {
    /// Forms that were issued and not cancelled.
    pub expected: i32,
    /// Begun.
    pub draft: i32,
    /// Handed in.
    pub submitted: i32,
    /// Confirmed.
    pub confirmed: i32,
    /// Not handed in by the close.
    pub missed: i32,
}

impl Progress {
    /// One more, or one fewer, with a status.
    pub fn count(&mut self, status: RaterFormStatus, by: i32) {
        if status != RaterFormStatus::Cancelled {
            self.expected += by;
        }
        match status {
            RaterFormStatus::Draft => self.draft += by,
            RaterFormStatus::Submitted => self.submitted += by,
            RaterFormStatus::Confirmed => self.confirmed += by,
            RaterFormStatus::Missed => self.missed += by,
            RaterFormStatus::Issued | RaterFormStatus::Cancelled => {}
        }
    }
}
