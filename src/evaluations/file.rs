//! What other rooms ask of evaluations: the growth file, the journal, the loader of the demo city.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{
    Dimension, Evaluation, EvaluationKind, EvaluationStatus, EvaluatorRelation, Score,
};
use super::representation::EvaluationResponse;
use super::request::kind_schema;
use super::rules;
use super::service::record;
use super::store::{self, reading};
use crate::access::{Context, Mention};
use crate::cadres;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::values::Date;

/// Confirmed evaluations of a cadre that nothing superseded, as far as they exist for the caller, the latest period first.
///
/// # Errors
/// When the database refuses.
pub fn confirmed(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    since: Option<Date>,
    limit: i64,
) -> Result<Vec<EvaluationResponse>> {
    reading::confirmed_of(conn, context, cadre_id, since, limit)?
        .into_iter()
        .map(|sighting| EvaluationResponse::see(sighting, context))
        .collect()
}

/// The kinds and periods of those evaluations, the earliest first: what completeness counts.
///
/// # Errors
/// When the database refuses.
pub fn confirmed_periods(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
) -> Result<Vec<(EvaluationKind, Date, Date)>> {
    reading::confirmed_periods(conn, context, cadre_id)
}

/// One score of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeriesPoint {
    /// The evaluation.
    pub evaluation_id: Id,
    /// The last day of its period.
    pub period_to: Date,
    /// Its kind.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// What the writer is to the cadre.
    pub evaluator_relation: EvaluatorRelation,
    /// Points.
    #[schema(minimum = 0, maximum = 100)]
    pub score: i32,
}

/// The scores of one dimension through time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScoreSeries {
    /// The dimension.
    pub dimension: Dimension,
    /// Its scores, the earliest period first.
    #[schema(max_items = 1000)]
    pub points: Vec<SeriesPoint>,
}

/// The scores of evaluations by dimension; dimensions without a score are left out.
pub fn series(evaluations: &[EvaluationResponse]) -> Vec<ScoreSeries> {
    let of_dimension = |dimension: Dimension| {
        let mut points: Vec<SeriesPoint> = evaluations
            .iter()
            .filter_map(|evaluation| {
                let scored = |score: &&Score| score.dimension == dimension;
                let score = evaluation.scores.iter().find(scored)?;
                Some(SeriesPoint {
                    evaluation_id: evaluation.id,
                    period_to: evaluation.period_to,
                    kind: evaluation.kind,
                    evaluator_relation: evaluation.evaluator_relation,
                    score: score.score,
                })
            })
            .collect();
        points.sort_by_key(|point| (point.period_to, point.evaluation_id));
        ScoreSeries { dimension, points }
    };
    Dimension::ALL
        .iter()
        .map(|dimension| of_dimension(*dimension))
        .filter(|series| !series.points.is_empty())
        .collect()
}

/// Of lines of the journal, the evaluations whose lines are kept from a caller who reads it; an auditor, who rates nobody, is
/// told of all.
///
/// # Errors
/// When the database refuses.
pub fn withheld(conn: &mut DbConn, context: &Context, mentions: &[Mention<'_>]) -> Result<Vec<Id>> {
    let mentioned: Vec<(Id, Option<Id>)> = mentions
        .iter()
        .filter(|mention| mention.resource_type == "evaluation")
        .map(|mention| (mention.resource_id, mention.cadre_id))
        .collect();
    if mentioned.is_empty() || context.reach.everything {
        return Ok(Vec::new());
    }
    reading::withheld(conn, context, &mentioned)
}

/// A confirmed evaluation from another system: nobody here wrote or confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Whom it is about.
    pub cadre_id: Id,
    /// The cadre's day of reporting.
    pub reported_on: Date,
    /// The unit on the last day of the period.
    pub organization_id: Id,
    /// The cadre's present unit.
    pub present_organization_id: Id,
    /// What it is for.
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period.
    pub period_to: Date,
    /// What the writer is to the cadre.
    pub evaluator_relation: EvaluatorRelation,
    /// The mentor who wrote it.
    pub mentor_id: Option<Id>,
    /// Scores.
    pub scores: Vec<Score>,
    /// Grade.
    pub grade: Option<String>,
    /// Summary.
    pub summary: Option<String>,
    /// When it was handed in, confirmed and acknowledged.
    pub settled_at: UtcTimestamp,
}

/// Takes over confirmed and acknowledged evaluations of a trusted source, with their lines in the journal.
///
/// # Errors
/// `Duplicate` when a rater has two for one cadre, kind and period.
pub fn take_over(tx: &mut DbConn, context: &Context, evaluations: Vec<Imported>) -> Result<()> {
    let rows = evaluations
        .into_iter()
        .map(|imported| row_of(context, imported))
        .collect::<Result<Vec<_>>>()?;
    store::insert_many(tx, &rows)?;
    for row in &rows {
        record(tx, context, "evaluation.created", row, &[], None)?;
    }
    Ok(())
}

fn row_of(context: &Context, mut imported: Imported) -> Result<Evaluation> {
    imported.scores.sort_by_key(|score| score.dimension);
    let rater = match imported.mentor_id {
        Some(mentor) => mentor.to_string(),
        None => imported.evaluator_relation.as_str().to_owned(),
    };
    Ok(Evaluation {
        id: context.new_id(),
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: context.actor.id(),
        cadre_id: imported.cadre_id,
        kind: imported.kind,
        period_from: imported.period_from,
        period_to: imported.period_to,
        evaluator_relation: imported.evaluator_relation,
        evaluator_user_id: None,
        mentor_id: imported.mentor_id,
        rater,
        live: true,
        overall_score: rules::overall_score(&imported.scores),
        scores: serde_json::to_string(&imported.scores).map_err(Error::internal)?,
        grade: imported.grade,
        summary: imported.summary,
        suggestions: None,
        status: EvaluationStatus::Confirmed,
        submitted_at: Some(imported.settled_at),
        return_reason: None,
        confirmed_at: Some(imported.settled_at),
        decided_by: None,
        acknowledged_at: Some(imported.settled_at),
        objection: None,
        supersedes_id: None,
        superseded_by_id: None,
        organization_id: imported.organization_id,
        phase: cadres::phase_on(imported.reported_on, imported.period_to).0,
        present_organization_id: imported.present_organization_id,
    })
}
