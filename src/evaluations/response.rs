//! An evaluation as a caller may see it.

use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

use super::model::{
    Evaluation, EvaluationKind, EvaluationRecord, EvaluationStatus, EvaluatorRelation, Objection,
    ObjectionStatus, Score,
};
use super::request::grade_schema;
use super::rules;
use crate::access::Permission;
use crate::cadres::Phase;
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::error::{Current, Error, Result};
use crate::evaluation_forms::{Answers, kind_schema};
use crate::http::{Reply, Visible, versioned};
use crate::values::Date;

/// Hundredths of a point, sent as a number of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hundredths(pub i32);

impl Serialize for Hundredths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 100.0)
    }
}

fn overall_schema() -> utoipa::openapi::schema::Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Number, Type::Null]))
        .minimum(Some(0))
        .maximum(Some(100))
        .description(Some(
            "Mean of the scores, two decimals, half up; null without scores.",
        ))
        .examples([serde_json::json!(87.25)])
        .build()
}

/// An objection of the cadre to a confirmed evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EvaluationObjection)]
pub struct ObjectionResponse {
    /// What became of it.
    pub status: ObjectionStatus,
    /// When it was raised.
    pub raised_at: UtcTimestamp,
    /// Why.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// The manager's answer.
    #[schema(max_length = 2000)]
    pub answer: Option<String>,
    /// When it was answered.
    pub answered_at: Option<UtcTimestamp>,
}

impl From<Objection> for ObjectionResponse {
    fn from(objection: Objection) -> Self {
        Self {
            status: objection.status,
            raised_at: objection.raised_at,
            reason: objection.reason,
            answer: objection.answer,
            answered_at: objection.answered_at,
        }
    }
}

/// An evaluation of a cadre over a period. The cadre sees what the writer is to them, not who.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Evaluation)]
pub struct EvaluationResponse {
    /// The evaluation's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// The cadre.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: String,
    /// What it is for.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period: the evaluation's own date.
    pub period_to: Date,
    /// What the writer is to the cadre.
    pub evaluator_relation: EvaluatorRelation,
    /// The user who wrote it; null when another system sent it. Absent for the cadre.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<Id>, required = false)]
    pub evaluator_user_id: Visible<Option<Id>>,
    /// The mentor who wrote it; null for the unit and the cadre. Absent for the cadre.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<Id>, required = false)]
    pub mentor_id: Visible<Option<Id>>,
    /// That mentor's name.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 60, required = false)]
    pub mentor_name: Visible<Option<String>>,
    /// Scores by dimension.
    #[schema(max_items = 9)]
    pub scores: Vec<Score>,
    /// Mean of the scores.
    #[schema(schema_with = overall_schema)]
    pub overall_score: Option<Hundredths>,
    /// Grade.
    #[schema(schema_with = grade_schema)]
    pub grade: Option<String>,
    /// Summary.
    #[schema(max_length = 2000)]
    pub summary: Option<String>,
    /// Suggestions.
    #[schema(max_length = 2000)]
    pub suggestions: Option<String>,
    /// The form it is written on, which is also the version of the form; null of those from before there were forms.
    pub form_id: Option<Id>,
    /// Answers to the questions of that form.
    pub answers: Answers,
    /// How far it has come.
    pub status: EvaluationStatus,
    /// When it was last handed in.
    pub submitted_at: Option<UtcTimestamp>,
    /// Why it was given back, until it is handed in again.
    #[schema(max_length = 1000)]
    pub return_reason: Option<String>,
    /// When it was confirmed.
    pub confirmed_at: Option<UtcTimestamp>,
    /// When the cadre received it, which is not to say agreed (R26).
    pub acknowledged_at: Option<UtcTimestamp>,
    /// The cadre's objection.
    pub objection: Option<ObjectionResponse>,
    /// The evaluation it takes the place of.
    pub supersedes_id: Option<Id>,
    /// The confirmed evaluation that took its place.
    pub superseded_by_id: Option<Id>,
    /// The cadre's unit on the last day of the period.
    pub organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The cadre's year of the programme on the last day of the period (R30).
    pub phase: Phase,
    /// What this caller may do now, by operationId.
    #[schema(max_items = 16)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(EvaluationResponse, "evaluation");

impl EvaluationResponse {
    /// The evaluation as the caller sees it; whether they may is for the store to say.
    ///
    /// # Errors
    /// When a stored text is damaged.
    pub fn from_record(record: EvaluationRecord, context: &Context) -> Result<Self> {
        let allowed_actions = allowed_actions(&record, context)?;
        let answers = record.answers()?;
        let EvaluationRecord {
            evaluation: row,
            cadre_name,
            unit,
            mentor_name,
            ..
        } = record;
        let names_writer = context.actor.cadre_id != Some(row.cadre_id)
            || row.evaluator_relation == EvaluatorRelation::Self_;
        Ok(Self {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            cadre_id: row.cadre_id,
            cadre_name,
            kind: row.kind,
            period_from: row.period_from,
            period_to: row.period_to,
            evaluator_relation: row.evaluator_relation,
            evaluator_user_id: Visible::when(names_writer, || row.evaluator_user_id),
            mentor_id: Visible::when(names_writer, || row.mentor_id),
            mentor_name: Visible::when(names_writer, || mentor_name),
            scores: row.scores()?,
            overall_score: row.overall_score.map(Hundredths),
            objection: row.objection()?.map(Into::into),
            form_id: row.form_id,
            answers,
            grade: row.grade,
            summary: row.summary,
            suggestions: row.suggestions,
            status: row.status,
            submitted_at: row.submitted_at,
            return_reason: row.return_reason,
            confirmed_at: row.confirmed_at,
            acknowledged_at: row.acknowledged_at,
            supersedes_id: row.supersedes_id,
            superseded_by_id: row.superseded_by_id,
            organization_id: row.organization_id,
            organization_name: unit.name,
            phase: row.phase,
            allowed_actions,
        })
    }
}

/// A record as the `current` of an error.
///
/// # Errors
/// When a stored text is damaged.
pub fn current_of(record: EvaluationRecord, context: &Context) -> Result<Current> {
    let response = EvaluationResponse::from_record(record, context)?;
    let json = serde_json::to_value(response).map_err(Error::internal)?;
    Ok(Some(Box::new(json)))
}

/// Lets a verb pass when `If-Match` does and the evaluation's state allows it.
///
/// # Errors
/// `StaleVersion`, `IllegalTransition`.
pub fn require(record: &EvaluationRecord, context: &Context, allowed: bool) -> Result<()> {
    let current = || current_of(record.clone(), context);
    context.allow(record.evaluation.version, allowed, current)
}

/// Whether the caller confirms, returns and answers in a unit of the evaluation: of its own date or the present one.
pub fn may_decide(record: &EvaluationRecord, context: &Context) -> bool {
    let reach = context.reach_of(Permission::EvaluationsConfirm);
    reach.covers(&record.unit.path) || reach.covers(&record.present_path)
}

/// The verbs that this caller could carry out on this evaluation now.
fn allowed_actions(record: &EvaluationRecord, context: &Context) -> Result<Vec<&'static str>> {
    let row = &record.evaluation;
    let actor = context.actor.as_ref();
    let is_author = row.is_writable_by(actor) && actor.may(Permission::EvaluationsWrite);
    let is_subject = actor.cadre_id == Some(row.cadre_id);
    let decides = may_decide(record, context) && !row.is_written_by(actor) && !is_subject;
    let mut actions = Vec::new();
    match row.status {
        EvaluationStatus::Draft if is_author => {
            actions.extend(["update_evaluation", "submit_evaluation"]);
            if row.supersedes_id.is_none() {
                actions.push("delete_evaluation");
            }
        }
        EvaluationStatus::Returned if is_author => {
            actions.extend(["update_evaluation", "submit_evaluation"]);
        }
        EvaluationStatus::Submitted => {
            if is_author {
                actions.push("withdraw_evaluation");
            }
            if decides {
                actions.extend(["confirm_evaluation", "return_evaluation"]);
            }
        }
        EvaluationStatus::Confirmed => {
            let objection = row.objection()?.map(|objection| objection.status);
            let is_open = objection == Some(ObjectionStatus::Open);
            if is_subject && actor.may(Permission::EvaluationsAcknowledge) {
                if row.acknowledged_at.is_none() {
                    actions.push("acknowledge_evaluation");
                }
                if may_object(row, objection, context) {
                    actions.push("object_evaluation");
                }
                if is_open {
                    actions.push("withdraw_evaluation");
                }
            }
            let is_changeable =
                objection == Some(ObjectionStatus::Upheld) && row.superseded_by_id.is_none();
            if decides && (is_open || is_changeable) && row.decided_by != actor.id() {
                actions.push("answer_evaluation");
            }
        }
        EvaluationStatus::Draft | EvaluationStatus::Returned => {}
    }
    Ok(actions)
}

/// Whether the cadre can still object: to what others wrote, once, within the days for it.
pub fn may_object(row: &Evaluation, before: Option<ObjectionStatus>, context: &Context) -> bool {
    let in_time = row
        .confirmed_at
        .is_some_and(|moment| rules::may_object(context.deps.clock.day_of(moment), context.today));
    in_time
        && row.evaluator_relation != EvaluatorRelation::Self_
        && row.superseded_by_id.is_none()
        && matches!(before, None | Some(ObjectionStatus::Withdrawn))
}

/// A form that is accepted although the days for it have passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EvaluationReopening)]
pub struct ReopeningResponse {
    /// Whom the form is about.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: String,
    /// What it is for.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period.
    pub period_to: Date,
    /// Whose form it is.
    pub evaluator_relation: EvaluatorRelation,
    /// The mentor whose form it is; null for unit and cadre.
    pub mentor_id: Option<Id>,
    /// The last day on which it is accepted.
    pub until: Date,
}

/// A unit that gives its best grade to more than the share it should (R11, R14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShareWarning {
    /// The rule, `R11` or `R14`.
    #[schema(max_length = 8, example = "R14")]
    pub rule: &'static str,
    /// `EXCELLENT_SHARE` or `GOOD_SHARE`.
    #[schema(max_length = 32, example = "GOOD_SHARE")]
    pub reason: &'static str,
    /// The unit.
    pub organization_id: Id,
    /// The unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The kind of evaluation.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// The last day of the period.
    pub period_to: Date,
    /// Evaluations with a grade.
    #[schema(minimum = 1)]
    pub graded: i64,
    /// Of these, those with the best grade.
    #[schema(minimum = 1)]
    pub best: i64,
    /// The highest share, percent.
    #[schema(minimum = 0, maximum = 100)]
    pub limit_percent: i64,
}

/// An evaluation after a write, with what the writer should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WrittenEvaluation)]
pub struct Written {
    /// The evaluation.
    #[serde(flatten)]
    pub evaluation: EvaluationResponse,
    /// Shares of best grades that the unit now exceeds.
    #[schema(max_items = 16)]
    pub warnings: Vec<ShareWarning>,
}

impl Written {
    /// An evaluation with nothing to warn of.
    pub fn plain(evaluation: EvaluationResponse) -> Self {
        Self {
            evaluation,
            warnings: Vec::new(),
        }
    }

    /// The reply; its `ETag` is that of the evaluation alone, as a later read gives it.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn reply(&self, status: u16) -> Result<Reply> {
        let mut reply = Reply::resource(status, &self.evaluation)?;
        reply.body = serde_json::to_vec(self).map_err(Error::internal)?;
        if status == 201 {
            let location = format!("/v1/evaluations/{}", self.evaluation.id);
            reply = reply.with_header("location", location);
        }
        Ok(reply)
    }
}
