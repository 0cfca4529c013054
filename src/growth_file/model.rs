//! A growth file as a caller may see it.

use diesel::Queryable;
use serde::Serialize;
use utoipa::ToSchema;

use super::completeness::Completeness;
use crate::cadres::{CadreResponse, Phase};
use crate::db::{Id, UtcTimestamp};
use crate::evaluations::{Dimension, EvaluationKind, EvaluationResponse, EvaluatorRelation};
use crate::growth_entries::GrowthEntryResponse;
use crate::http::Visible;
use crate::mentoring_sessions::MentoringSessionResponse;
use crate::mentors::MentorRole;
use crate::plans::PlanResponse;
use crate::postings::PostingResponse;
use crate::training::{EnrolmentResponse, HoursOfYear, Induction};
use crate::values::Date;

/// The year of the programme on the day of reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = GrowthFilePhase)]
pub struct FilePhase {
    /// The year of the programme.
    pub current: Phase,
    /// First day of the next one; null after the third year.
    pub ends_on: Option<Date>,
}

/// A mentor of the file, with the pair that makes them one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable)]
#[serde(rename_all = "camelCase")]
#[schema(as = GrowthFileMentor)]
pub struct FileMentor {
    /// The assignment.
    pub assignment_id: Id,
    /// The mentor.
    pub mentor_id: Id,
    /// The mentor's name.
    #[schema(max_length = 60)]
    pub mentor_name: String,
    /// The name of the mentor's present unit.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The mentor's present post.
    #[schema(max_length = 100)]
    pub post_title: Option<String>,
    /// What the mentor guides the cadre in.
    pub role: MentorRole,
    /// How the two were paired, a code of the code set `pairing-style`.
    #[schema(max_length = 32, example = "EXPERIENCED_LEADS_NEW")]
    pub pairing_style: Option<String>,
    /// `ACTIVE`, `COMPLETED` or `REPLACED`.
    #[schema(max_length = 16, example = "ACTIVE")]
    pub status: String,
    /// First day.
    pub starts_on: Date,
    /// Last day, of a pair that ended.
    pub ends_on: Option<Date>,
    /// Why it ended; more reasons may come.
    #[schema(max_length = 32, example = "MENTOR_TRANSFERRED")]
    pub end_reason: Option<String>,
    /// Whether the cadre needs another mentor for this role.
    pub needs_replacement: bool,
}

/// Who guides the cadre, and who did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = GrowthFileMentors)]
pub struct FileMentors {
    /// The present mentors, at most one for each role.
    #[schema(max_items = 2)]
    pub now: Vec<FileMentor>,
    /// Former mentors, the latest first.
    #[schema(max_items = 200)]
    pub before: Vec<FileMentor>,
}

/// One score of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScorePoint {
    /// Last day of the period.
    pub period_to: Date,
    /// Points, 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    pub score: i32,
    /// What the evaluation was for.
    pub kind: EvaluationKind,
    /// What the writer is to the cadre.
    pub evaluator_relation: EvaluatorRelation,
    /// The evaluation.
    pub evaluation_id: Id,
}

/// The scores of one dimension, the earliest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScoreSeries {
    /// The dimension.
    pub dimension: Dimension,
    /// Its scores.
    #[schema(max_items = 1000)]
    pub points: Vec<ScorePoint>,
}

/// A record of a part of the programme that is kept later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LaterRecord {
    /// The record's id.
    pub id: Id,
}

/// The parts of a file. One that was not asked for, or that the caller may not see, is absent.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GrowthFile {
    /// The cadre.
    pub cadre_id: Id,
    /// The person.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = CadreResponse, required = false)]
    pub person: Visible<CadreResponse>,
    /// The year of the programme today.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = FilePhase, required = false)]
    pub phase: Visible<FilePhase>,
    /// The plan of this year; null after the three years, and until it is made.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<PlanResponse>, required = false)]
    pub plan: Visible<Option<PlanResponse>>,
    /// Mentors, now and before.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = FileMentors, required = false)]
    pub mentors: Visible<FileMentors>,
    /// Growth entries, the newest first; those that were corrected are left out.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<GrowthEntryResponse>, max_items = 1000, required = false)]
    pub entries: Visible<Vec<GrowthEntryResponse>>,
    /// Evaluations that are confirmed and not superseded, the latest period first.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<EvaluationResponse>, max_items = 1000, required = false)]
    pub evaluations: Visible<Vec<EvaluationResponse>>,
    /// The scores of these evaluations, by dimension; part of `evaluations`.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<ScoreSeries>, max_items = 9, required = false)]
    pub series: Visible<Vec<ScoreSeries>>,
    /// Talks, the latest first; of confidential ones, who is not of the pair sees that they were held.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<MentoringSessionResponse>, max_items = 1000, required = false)]
    pub sessions: Visible<Vec<MentoringSessionResponse>>,
    /// Training, the latest event first.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<EnrolmentResponse>, max_items = 1000, required = false)]
    pub training: Visible<Vec<EnrolmentResponse>>,
    /// Hours of training against the duty of each calendar year in the programme (R22); part of `training`.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<HoursOfYear>, max_items = 100, required = false)]
    pub training_hours: Visible<Vec<HoursOfYear>>,
    /// Days of induction within probation (R04); part of `training`.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Induction, required = false)]
    pub induction: Visible<Induction>,
    /// Postings, the latest first.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<PostingResponse>, max_items = 1000, required = false)]
    pub postings: Visible<Vec<PostingResponse>>,
    /// Decisions; empty until they are kept.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<LaterRecord>, max_items = 1000, required = false)]
    pub decisions: Visible<Vec<LaterRecord>>,
    /// How complete the file is, of what this caller may see.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Completeness, required = false)]
    pub completeness: Visible<Completeness>,
}

/// The growth file of a cadre: a working record of the programme, not the personnel file.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = GrowthFile)]
pub struct GrowthFileResponse {
    /// The file.
    #[serde(flatten)]
    pub file: GrowthFile,
    /// When it was read; not part of the ETag.
    pub generated_at: UtcTimestamp,
    /// The last sealed journal position when it was read; not part of the ETag.
    #[schema(minimum = 0)]
    pub journal_position: i64,
}
