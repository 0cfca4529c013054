//! A round as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{EvaluationRound, EvaluationRoundRecord, RoundStatus};
use super::scope::RoundScope;
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::evaluation_forms::{EvaluationKind, EvaluatorRelation, kind_schema};
use crate::evaluations::issued::Progress;
use crate::http::versioned;
use crate::listing::Fields;
use crate::transitions;
use crate::values::Date;

/// A term of appraisal of a unit and all below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EvaluationRound)]
pub struct EvaluationRoundResponse {
    /// The round's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point. What raters write does not raise it.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// The unit whose cadres, and those of all below it, are rated.
    pub organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// What its forms are for.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period.
    pub period_to: Date,
    /// The form.
    pub form_id: Id,
    /// Who is asked; the unit stands for the host of a long secondment, too.
    #[schema(max_items = 4)]
    pub raters: Vec<EvaluatorRelation>,
    /// The day on which it opens by itself.
    pub opens_on: Date,
    /// The day by which raters are asked to hand in.
    pub due_on: Date,
    /// The last day on which forms are taken; it closes by itself on the next.
    pub closes_on: Date,
    /// Where it stands.
    pub status: RoundStatus,
    /// The day for which all forms were issued; null before. Those who joined since get theirs the next day.
    pub issued_on: Option<Date>,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<EvaluationRound>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(EvaluationRoundResponse, "evaluation-round");

impl EvaluationRoundResponse {
    /// The round as a caller sees it who may, of a row that was read for these members.
    ///
    /// # Errors
    /// When what is stored is no round.
    pub fn from_record(
        record: EvaluationRoundRecord,
        scope: &RoundScope,
        fields: &Fields,
    ) -> Result<Self> {
        let EvaluationRoundRecord {
            round,
            organization,
        } = record;
        let allowed_actions = fields.when("allowedActions", || {
            transitions::allowed::<EvaluationRound>(round.status, |_| {
                scope.writes(&organization.path)
            })
        });
        Ok(Self {
            id: round.id,
            version: round.version,
            created_at: round.created_at,
            updated_at: round.updated_at,
            organization_id: round.organization_id,
            organization_name: organization.name,
            kind: round.kind,
            period_from: round.period_from,
            period_to: round.period_to,
            form_id: round.form_id,
            raters: round.raters()?,
            opens_on: round.opens_on,
            due_on: round.due_on,
            closes_on: round.closes_on,
            status: round.status,
            issued_on: round.issued_on,
            allowed_actions,
        })
    }
}

/// How far raters have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoundProgress)]
pub struct ProgressResponse {
    /// Forms that were issued, without those of cadres who left first.
    #[schema(minimum = 0)]
    pub expected: i32,
    /// Begun, or given back.
    #[schema(minimum = 0)]
    pub draft: i32,
    /// Handed in and not yet confirmed.
    #[schema(minimum = 0)]
    pub submitted: i32,
    /// Confirmed.
    #[schema(minimum = 0)]
    pub confirmed: i32,
    /// Not handed in by the close.
    #[schema(minimum = 0)]
    pub missed: i32,
}

impl From<Progress> for ProgressResponse {
    fn from(progress: Progress) -> Self {
        Self {
            expected: progress.expected,
            draft: progress.draft,
            submitted: progress.submitted,
            confirmed: progress.confirmed,
            missed: progress.missed,
        }
    }
}

/// How far the raters of a unit have come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UnitProgress)]
pub struct UnitProgressResponse {
    /// The raters' unit.
    pub organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// How far they have come.
    #[serde(flatten)]
    pub progress: ProgressResponse,
}

/// A round that was opened, closed or given more days, and how far its raters have come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TurnedEvaluationRound {
    /// The round.
    #[serde(flatten)]
    pub round: EvaluationRoundResponse,
    /// Of all units that the caller reaches.
    pub progress: ProgressResponse,
}
