//! A form that a round issued, as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::RaterFormRecord;
use crate::db::Id;
use crate::evaluation_forms::{EvaluationKind, EvaluatorRelation, kind_schema};
use crate::evaluations::issued::{MissedReason, RaterFormStatus};
use crate::values::Date;

/// A form that a round issued: who is to rate whom, until when, and how far they have come. Of what they write nothing stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RaterForm)]
pub struct RaterFormResponse {
    /// The form's id.
    pub id: Id,
    /// The round.
    pub round_id: Id,
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
    /// Last day of the period.
    pub period_to: Date,
    /// What the rater is to the cadre.
    pub evaluator_relation: EvaluatorRelation,
    /// The mentor who is to rate; null for units and cadres.
    pub mentor_id: Option<Id>,
    /// That mentor's name.
    #[schema(max_length = 60)]
    pub mentor_name: Option<String>,
    /// The rater's unit, under which it is counted.
    pub organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The day by which raters are asked to hand in.
    pub due_on: Date,
    /// The last day on which it is taken.
    pub closes_on: Date,
    /// How far the rater has come.
    pub status: RaterFormStatus,
    /// Why it was not handed in by the close.
    pub missed_reason: Option<MissedReason>,
}

impl From<RaterFormRecord> for RaterFormResponse {
    fn from(record: RaterFormRecord) -> Self {
        let form = record.form;
        Self {
            id: form.id,
            round_id: form.round_id,
            cadre_id: form.cadre_id,
            cadre_name: record.cadre_name,
            kind: form.kind,
            period_from: form.period_from,
            period_to: form.period_to,
            evaluator_relation: form.evaluator_relation,
            mentor_id: form.mentor_id,
            mentor_name: record.mentor_name,
            organization_id: form.organization_id,
            organization_name: record.organization_name,
            due_on: record.due_on,
            closes_on: record.closes_on,
            status: form.status,
            missed_reason: form.missed_reason,
        }
    }
}
