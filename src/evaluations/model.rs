//! What is stored of an evaluation.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Account, Actor};
use crate::cadres::Phase;
use crate::db::schema::evaluations;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::error::{Error, Result};
use crate::evaluation_forms::Answers;
pub use crate::evaluation_forms::{Dimension, EvaluationKind, EvaluatorRelation};
use crate::values::{Date, text_enum};

/// A rater has one live form for a cadre, kind and period.
pub const ONE_LIVE: UniqueKey = UniqueKey::new(
    "evaluations_one_live",
    "evaluations.cadre_id, evaluations.kind, evaluations.period_from, evaluations.period_to, evaluations.rater",
);
/// A form is reopened once.
pub const ONE_REOPENING: UniqueKey = UniqueKey::new(
    "evaluation_reopenings_form_key",
    "evaluation_reopenings.cadre_id, evaluation_reopenings.kind, evaluation_reopenings.period_from, \
     evaluation_reopenings.period_to, evaluation_reopenings.rater",
);

text_enum! {
    /// How far an evaluation has come.
    pub enum EvaluationStatus {
        /// Its author writes it.
        Draft = "DRAFT",
        /// Handed in, waits for a manager.
        Submitted = "SUBMITTED",
        /// Given back to its author.
        Returned = "RETURNED",
        /// Confirmed: never changes again.
        Confirmed = "CONFIRMED",
    }
}

impl EvaluationStatus {
    /// Whether the author may change it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

text_enum! {
    /// What became of an objection.
    pub enum ObjectionStatus {
        /// Waits for an answer.
        Open = "OPEN",
        /// The evaluation is written again.
        Upheld = "UPHELD",
        /// The evaluation stands.
        Rejected = "REJECTED",
        /// The cadre took it back.
        Withdrawn = "WITHDRAWN",
    }
}

/// One scored dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EvaluationScore)]
pub struct Score {
    /// What is scored.
    pub dimension: Dimension,
    /// Points, 0 to 100.
    #[schema(minimum = 0, maximum = 100, example = 88)]
    pub score: i32,
    /// What the writer has to say about it.
    #[schema(max_length = 500)]
    pub comment: Option<String>,
}

/// An objection of the cadre, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// What became of it.
    pub status: ObjectionStatus,
    /// When it was raised.
    pub raised_at: UtcTimestamp,
    /// Why.
    pub reason: String,
    /// The manager's answer.
    pub answer: Option<String>,
    /// When it was answered.
    pub answered_at: Option<UtcTimestamp>,
    /// Who answered.
    pub answered_by: Option<Id>,
}

/// An evaluation as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = evaluations, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Evaluation {
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
    /// Whom it is about.
    pub cadre_id: Id,
    /// What it is for.
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period: the evaluation's own date.
    pub period_to: Date,
    /// What the writer is to the cadre.
    pub evaluator_relation: EvaluatorRelation,
    /// The user who wrote it; none when another system did.
    pub evaluator_user_id: Option<Id>,
    /// The mentor who wrote it.
    pub mentor_id: Option<Id>,
    /// `UNIT`, `SELF` or the mentor: of a rater there is one live form per cadre, kind and period.
    pub rater: String,
    /// Whether it is the rater's one live form; not once an upheld objection has called for another.
    pub live: bool,
    /// Scores, as JSON.
    pub scores: String,
    /// Mean of the scores, in hundredths of a point.
    pub overall_score: Option<i32>,
    /// Grade, a code of the kind's table.
    pub grade: Option<String>,
    /// Summary.
    pub summary: Option<String>,
    /// Suggestions.
    pub suggestions: Option<String>,
    /// How far it has come.
    pub status: EvaluationStatus,
    /// When it was last handed in.
    pub submitted_at: Option<UtcTimestamp>,
    /// Why it was given back.
    pub return_reason: Option<String>,
    /// When it was confirmed.
    pub confirmed_at: Option<UtcTimestamp>,
    /// Who confirmed it, or last gave it back.
    #[diesel(column_name = confirmed_by)]
    pub decided_by: Option<Id>,
    /// When the cadre received it.
    pub acknowledged_at: Option<UtcTimestamp>,
    /// The cadre's objection, as JSON.
    pub objection: Option<String>,
    /// The evaluation it takes the place of.
    pub supersedes_id: Option<Id>,
    /// The confirmed evaluation that took its place.
    pub superseded_by_id: Option<Id>,
    /// Unit on the last day of the period.
    pub organization_id: Id,
    /// Phase on the last day of the period.
    pub phase: Phase,
    /// The unit the cadre is in now, which reads the whole file.
    pub present_organization_id: Id,
    /// The form it is written on; none of those from before there were forms.
    pub form_id: Option<Id>,
}

impl Evaluation {
    /// The scores.
    ///
    /// # Errors
    /// When the stored text is damaged.
    pub fn scores(&self) -> Result<Vec<Score>> {
        serde_json::from_str(&self.scores).map_err(Error::internal)
    }

    /// The objection.
    ///
    /// # Errors
    /// When the stored text is damaged.
    pub fn objection(&self) -> Result<Option<Objection>> {
        let read = |text: &String| serde_json::from_str(text).map_err(Error::internal);
        self.objection.as_ref().map(read).transpose()
    }

    /// Whether the caller wrote it: as the mentor, as the cadre, or for the unit. What an upheld objection called for is the
    /// user's to whom it was given.
    pub fn is_written_by(&self, actor: &Actor) -> bool {
        if self.is_given() {
            return matches!(actor.account, Account::User(id) if self.evaluator_user_id == Some(id));
        }
        let for_unit = match actor.account {
            Account::User(id) => self.evaluator_user_id == Some(id),
            Account::Client(id) => self.evaluator_user_id.is_none() && self.created_by == Some(id),
            Account::System => false,
        };
        match self.evaluator_relation {
            EvaluatorRelation::Unit | EvaluatorRelation::HostUnit => for_unit,
            EvaluatorRelation::Self_ => actor.cadre_id == Some(self.cadre_id),
            EvaluatorRelation::PoliticalMentor | EvaluatorRelation::ProfessionalMentor => {
                actor.mentor_id.is_some() && actor.mentor_id == self.mentor_id
            }
        }
    }

    /// Whether an upheld objection gave it to a user to write, whatever the relation of the one before.
    fn is_given(&self) -> bool {
        self.supersedes_id.is_some() && self.evaluator_user_id.is_some()
    }

    /// Whether the caller wrote it and may still write it: nobody writes as a mentor who no longer serves.
    pub fn is_writable_by(&self, actor: &Actor) -> bool {
        let is_mentors = !self.is_given() && self.evaluator_relation.role().is_some();
        self.is_written_by(actor) && (!is_mentors || actor.is_serving)
    }

    /// Keeps an objection.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn set_objection(&mut self, objection: &Objection) -> Result<()> {
        self.objection = Some(serde_json::to_string(objection).map_err(Error::internal)?);
        Ok(())
    }
}

/// What a reply needs of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Unit {
    /// Name.
    pub name: String,
    /// Path.
    pub path: String,
}

/// An evaluation with what a reply shows from other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct EvaluationRecord {
    /// The evaluation.
    pub evaluation: Evaluation,
    /// The cadre's name.
    pub cadre_name: String,
    /// The unit of the evaluation's own date.
    pub unit: Unit,
    /// The path of the unit the cadre is in now.
    pub present_path: String,
    /// The mentor's name.
    pub mentor_name: Option<String>,
    /// Answers to the questions of the form, as JSON; none where nothing was asked.
    pub answers: Option<String>,
}

impl EvaluationRecord {
    /// The answers.
    ///
    /// # Errors
    /// When the stored text is damaged.
    pub fn answers(&self) -> Result<Answers> {
        Answers::from_json(self.answers.as_deref().unwrap_or_default())
    }
}
