//! What callers send about an evaluation.

use deserr::Deserr;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::model::{
    Dimension, EvaluationKind, EvaluationStatus, EvaluatorRelation, ObjectionStatus, Score,
};
use super::response::EvaluationResponse;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::evaluation_forms::{Answers, kind_schema};
use crate::external_ids::ExternalRef;
use crate::http::read_only;
use crate::http::{Flag, Integer, Limited, OneOf, Patch, RowVersion};
use crate::journal::OverrideInput;
use crate::values::{Date, DateBound, Text, text_enum};

/// Points of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr)]
#[deserr(error = FieldErrors, from(Integer<0, 100>) = Points::from)]
pub struct Points(pub i32);

impl From<Integer<0, 100>> for Points {
    fn from(points: Integer<0, 100>) -> Self {
        Self(points.0)
    }
}

impl PartialSchema for Points {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                utoipa::openapi::KnownFormat::Int32,
            )))
            .minimum(Some(0))
            .maximum(Some(100))
            .into()
    }
}

impl ToSchema for Points {}

/// A dimension with its score.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase", as = CreateEvaluationScore)]
pub struct ScoreInput {
    /// What is scored.
    pub dimension: Dimension,
    /// Points.
    pub score: Points,
    /// What the writer has to say about it.
    #[deserr(default)]
    pub comment: Option<Text<500>>,
}

impl From<&ScoreInput> for Score {
    fn from(input: &ScoreInput) -> Self {
        Self {
            dimension: input.dimension,
            score: input.score.0,
            comment: input
                .comment
                .as_ref()
                .map(|comment| comment.as_str().to_owned()),
        }
    }
}

/// A grade in the document: its code set depends on the kind.
pub fn grade_schema() -> Object {
    let code_sets = ["ordinary-grade", "annual-grade", "probation-result"];
    ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::SchemaType::from_iter([
            Type::String,
            Type::Null,
        ]))
        .min_length(Some(1))
        .max_length(Some(32))
        .description(Some(
            "Grade: ORDINARY by `ordinary-grade` (a mentor's is an opinion), ANNUAL by `annual-grade`, PROBATION by \
             `probation-result`; other kinds and the cadre's own evaluations have none.",
        ))
        .examples([serde_json::Value::from("FAIRLY_GOOD")])
        .extensions(Some(
            utoipa::openapi::extensions::Extensions::builder()
                .add("x-code-set", code_sets)
                .build(),
        ))
        .build()
}

/// A new evaluation. Exactly one of `cadreId` and `cadreRef` names the cadre.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<EvaluationResponse, CreateEvaluation>)]
#[schema(rename_all = "camelCase", example = json!({
    "cadreId": "0189857f-7a00-7000-8000-000000000001",
    "kind": "ORDINARY",
    "periodFrom": "2023-07-01",
    "periodTo": "2023-07-20",
    "evaluatorRelation": "UNIT",
    "scores": [
        { "dimension": "STATE_OF_MIND", "score": 92 },
        { "dimension": "WORK_PERFORMANCE", "score": 88, "comment": "按时完成走访任务" },
        { "dimension": "POST_FIT", "score": 90 },
        { "dimension": "COMPETENCE", "score": 85 }
    ],
    "grade": "GOOD",
    "summary": "工作踏实，群众评价好",
    "submit": false
}))]
pub struct CreateEvaluation {
    /// An id of the caller's own, UUID version 7, for apps that work offline.
    #[deserr(default)]
    pub id: Option<Id>,
    /// The cadre.
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// The cadre's id in another system.
    #[deserr(default)]
    pub cadre_ref: Option<ExternalRef>,
    /// What it is for.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// First day of the period, not before the cadre reported.
    pub period_from: Date,
    /// Last day of the period, not in the future: the evaluation's own date.
    pub period_to: Date,
    /// What the writer is to the cadre.
    pub evaluator_relation: EvaluatorRelation,
    /// Scores; each dimension once. Handing in takes the four of every kind; ANNUAL and PROBATION the four, the five or all.
    #[deserr(default)]
    #[schema(max_items = 9)]
    pub scores: Option<Vec<ScoreInput>>,
    /// Grade.
    #[schema(schema_with = grade_schema)]
    #[deserr(default)]
    pub grade: Option<Text<32>>,
    /// Summary.
    #[deserr(default)]
    pub summary: Option<Text<2000>>,
    /// Suggestions.
    #[deserr(default)]
    pub suggestions: Option<Text<2000>>,
    /// Answers to the questions of the form that holds for the kind and the last day of the period; an empty list without questions.
    #[deserr(default)]
    pub answers: Option<Answers>,
    /// Hands it in at once.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub submit: bool,
    /// Rules that a programme manager passes over: `EVALUATION` where another's form for the same period can be read already,
    /// `R12` where the cadre was on leave for most of the year.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<OverrideInput>>, max_items = 4)]
    pub overrides: Option<Limited<OverrideInput, 4>>,
}

/// A form that is to be accepted although the days for it have passed. Exactly one of `cadreId` and `cadreRef` names the cadre.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ReopenEvaluation {
    /// The cadre.
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// The cadre's id in another system.
    #[deserr(default)]
    pub cadre_ref: Option<ExternalRef>,
    /// What the form is for.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period.
    pub period_to: Date,
    /// Whose form it is.
    pub evaluator_relation: EvaluatorRelation,
    /// The mentor, where two had that role on the last day of the period; otherwise the one who had it.
    #[deserr(default)]
    pub mentor_id: Option<Id>,
    /// Why; kept in the journal.
    pub reason: Text<500>,
}

/// Changes to a draft or a returned evaluation: absent members stay, null clears.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<EvaluationResponse, CreateEvaluation>)]
#[schema(rename_all = "camelCase")]
pub struct PatchEvaluation {
    /// What it is for.
    #[deserr(default)]
    #[schema(schema_with = kind_schema, required = false)]
    pub kind: Patch<EvaluationKind>,
    /// First day of the period.
    #[deserr(default)]
    #[schema(value_type = Option<Date>, nullable = false)]
    pub period_from: Patch<Date>,
    /// Last day of the period.
    #[deserr(default)]
    #[schema(value_type = Option<Date>, nullable = false)]
    pub period_to: Patch<Date>,
    /// All scores.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<ScoreInput>>, max_items = 9)]
    pub scores: Patch<Vec<ScoreInput>>,
    /// Grade.
    #[deserr(default)]
    #[schema(schema_with = grade_schema, required = false)]
    pub grade: Patch<Text<32>>,
    /// Summary.
    #[deserr(default)]
    #[schema(value_type = Option<Text<2000>>)]
    pub summary: Patch<Text<2000>>,
    /// Suggestions.
    #[deserr(default)]
    #[schema(value_type = Option<Text<2000>>)]
    pub suggestions: Patch<Text<2000>>,
    /// All answers.
    #[deserr(default)]
    #[schema(value_type = Option<Answers>)]
    pub answers: Patch<Answers>,
    /// Hands it in after the changes.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub submit: bool,
    /// Rules that a programme manager passes over, as when an evaluation is made.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<OverrideInput>>, max_items = 4)]
    pub overrides: Option<Limited<OverrideInput, 4>>,
}

/// A verb without members.
#[derive(Debug, Clone, Copy, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub struct Nothing {}

/// Why an evaluation is given back.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ReturnEvaluation {
    /// What the author should mend.
    pub reason: Text<1000>,
}

/// Why the cadre objects.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ObjectToEvaluation {
    /// What the cadre does not accept, and why.
    pub reason: Text<2000>,
}

text_enum! {
    /// What a manager decides on an objection.
    pub enum AnswerOutcome {
        /// The evaluation is written again.
        Upheld = "UPHELD",
        /// The evaluation stands.
        Rejected = "REJECTED",
    }
}

impl AnswerOutcome {
    /// What becomes of the objection.
    pub const fn status(self) -> ObjectionStatus {
        match self {
            Self::Upheld => ObjectionStatus::Upheld,
            Self::Rejected => ObjectionStatus::Rejected,
        }
    }
}

/// The answer to an objection.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct AnswerObjection {
    /// UPHELD: the author writes the evaluation again; REJECTED: it stands.
    pub outcome: AnswerOutcome,
    /// Why, for the cadre.
    pub answer: Text<2000>,
    /// Who writes it again when it is UPHELD; without one the author if they may still write, else the unit's lead.
    #[deserr(default)]
    pub rewriter_user_id: Option<Id>,
}

/// One of the evaluations to confirm.
#[derive(Debug, Clone, Copy, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ConfirmItem {
    /// The evaluation.
    pub id: Id,
    /// The version that was read.
    #[schema(value_type = i64, minimum = 1)]
    pub version: RowVersion,
}

/// Evaluations to confirm.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ConfirmEvaluations {
    /// Which.
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<ConfirmItem>,
    /// Does all of it and undoes it.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// Filters of the list of evaluations.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct EvaluationFilters {
    /// Of this cadre.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// Of cadres who were in this unit, or one below it, on the last day of the period.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// `false` leaves the units below out.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub subtree: Option<Flag>,
    /// Of these kinds.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub kind: Option<OneOf<EvaluationKind>>,
    /// By these raters.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub evaluator_relation: Option<OneOf<EvaluatorRelation>>,
    /// Written by this user; not for cadres, who do not see who wrote.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub evaluator_user_id: Option<Id>,
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<EvaluationStatus>>,
    /// `true`: not superseded; `false`: superseded by a later one.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub current: Option<Flag>,
    /// Whose period begins on this day or later.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub period_from_gte: Option<DateBound>,
    /// Whose period ends on this day or earlier.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub period_to_lte: Option<DateBound>,
}
