//! What other rooms ask of evaluations: the journal, and the loader of the demo city.

use std::collections::HashMap;

use super::model::{Evaluation, EvaluationKind, EvaluationStatus, EvaluatorRelation, Score};
use super::rules;
use super::store::{self, withheld};
use super::trail::record;
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::evaluation_forms;
use crate::events::Mention;
use crate::values::Date;

/// The kinds of resources of which [`withheld()`] keeps lines back.
pub const WITHHELD_KINDS: &[&str] = &[KIND];

const KIND: &str = "evaluation";

/// Of lines of the journal, the evaluations whose lines are kept from a caller who reads it.
///
/// # Errors
/// When the database refuses.
pub fn withheld(conn: &mut DbConn, context: &Context, mentions: &[Mention<'_>]) -> Result<Vec<Id>> {
    let mentioned: Vec<(Id, Option<Id>)> = mentions
        .iter()
        .filter(|mention| mention.resource_type == KIND)
        .map(|mention| (mention.resource_id, mention.cadre_id))
        .collect();
    if mentioned.is_empty() {
        return Ok(Vec::new());
    }
    withheld::among(conn, context, &mentioned)
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
    let mut forms = HashMap::new();
    let mut rows = Vec::with_capacity(evaluations.len());
    for imported in evaluations {
        let term = (imported.kind, imported.period_to);
        let form_id = match forms.get(&term) {
            Some(known) => *known,
            None => {
                let form = evaluation_forms::of_day(tx, imported.kind, imported.period_to)?;
                *forms.entry(term).or_insert(form.map(|form| form.id))
            }
        };
        rows.push(Evaluation {
            form_id,
            ..row_of(context, imported)?
        });
    }
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
        form_id: None,
    })
}
