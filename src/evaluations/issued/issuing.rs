//! A round issues its forms, some cadres at a time, so that others are let in between.

use std::collections::BTreeMap;

use super::super::model::{EvaluationKind, EvaluatorRelation};
use super::super::store::reopenings::{self, Reopening};
use super::issuing_store;
use super::model::{Progress, RaterForm, RaterFormStatus};
use super::progress_store;
use crate::access::Subtree;
use crate::cadres;
use crate::cadres::career_store;
use crate::context::Context;
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT};
use crate::error::{Error, Result};
use crate::journal::{self, Change};
use crate::postings;
use crate::values::Date;

/// What a round asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The round.
    pub round_id: Id,
    /// What its forms are for.
    pub kind: EvaluationKind,
    /// The first and the last day of the period.
    pub period: (Date, Date),
    /// Who rates; the unit also stands for the host of a long secondment.
    pub raters: Vec<EvaluatorRelation>,
    /// The units whose cadres are rated.
    pub subtree: Subtree,
    /// The last day on which forms are taken.
    pub closes_on: Date,
}

/// Somebody who is to rate a cadre: the relation, the mentor, and the unit under which it is counted.
type Rater = (EvaluatorRelation, Option<Id>, Id);

/// Issues the forms of the next cadres who have none, after the one that was looked at last; the last one of these, or none when all
/// were looked at.
///
/// # Errors
/// When the database refuses.
pub fn issue_some(
    tx: &mut DbConn,
    context: &Context,
    term: &Term,
    after: Option<Id>,
) -> Result<Option<Id>> {
    issuing_store::lock_issuing(tx)?;
    let ids = issuing_store::without_forms(tx, term, after)?;
    if ids.is_empty() {
        return Ok(None);
    }
    // Whoever begins an evaluation holds the cadre, and whoever hands one in holds it: what they write is seen here, or sees this.
    cadres::store::hold_all(tx, &ids)?;
    let written = issuing_store::lock_written(tx, term, &ids)?;
    let raters = raters(tx, term, &ids)?;
    let mut rows = Vec::with_capacity(raters.len());
    for (cadre_id, (relation, mentor_id, organization_id)) in raters {
        let evaluation = written.get(&(cadre_id, relation));
        let row = blank(
            context,
            term,
            cadre_id,
            (relation, mentor_id, organization_id),
        );
        rows.push(RaterForm {
            status: evaluation.map_or(row.status, |(_, status)| (*status).into()),
            evaluation_id: evaluation.map(|(id, _)| *id),
            ..row
        });
    }
    write(tx, context, &rows)?;
    let accepted: Vec<Reopening> = rows
        .iter()
        .map(|row| accepted(context, row, term.closes_on))
        .collect();
    reopenings::accept_until(tx, &accepted)?;
    let is_last = ids.len() < ROWS_PER_STATEMENT;
    Ok(ids.last().copied().filter(|_| !is_last))
}

/// Who rates these cadres: the units of the last day of the period, or the host of a long secondment in their place (R13), the mentors of
/// that day, and the cadres themselves.
fn raters(tx: &mut DbConn, term: &Term, ids: &[Id]) -> Result<Vec<(Id, Rater)>> {
    let (from, to) = term.period;
    let units = career_store::organizations_on(tx, ids, to)?;
    let hosts = postings::appraising_hosts(tx, ids, (from, to))?;
    let mentors = issuing_store::mentors_on(tx, ids, to)?;
    let mut raters = Vec::with_capacity(ids.len() * term.raters.len());
    for id in ids {
        let unit = units.get(id).map(|unit| unit.id);
        let unit = unit.ok_or_else(|| Error::internal("a cadre without a unit"))?;
        for relation in &term.raters {
            let rater = match relation.role() {
                Some(role) => mentors
                    .get(&(*id, role.to_owned()))
                    .map(|(mentor, unit)| (*relation, Some(*mentor), *unit)),
                None if relation.is_of_unit() => Some(match hosts.get(id) {
                    Some(host) => (EvaluatorRelation::HostUnit, None, *host),
                    None => (EvaluatorRelation::Unit, None, unit),
                }),
                None => Some((*relation, None, unit)),
            };
            raters.extend(rater.map(|rater| (*id, rater)));
        }
    }
    Ok(raters)
}

fn blank(
    context: &Context,
    term: &Term,
    cadre_id: Id,
    (relation, mentor_id, organization_id): Rater,
) -> RaterForm {
    let (period_from, period_to) = term.period;
    RaterForm {
        id: context.new_id(),
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        round_id: term.round_id,
        cadre_id,
        kind: term.kind,
        period_from,
        period_to,
        evaluator_relation: relation,
        mentor_id,
        rater: mentor_id.map_or_else(|| relation.as_str().to_owned(), |id| id.to_string()),
        organization_id,
        status: RaterFormStatus::Issued,
        missed_reason: None,
        evaluation_id: None,
        open: true,
    }
}

/// That a form is taken until a day, whenever its period or the pair ended.
fn accepted(context: &Context, row: &RaterForm, until: Date) -> Reopening {
    Reopening {
        id: context.new_id(),
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: context.actor.id(),
        cadre_id: row.cadre_id,
        kind: row.kind,
        period_from: row.period_from,
        period_to: row.period_to,
        rater: row.rater.clone(),
        until,
    }
}

/// Writes the forms, counts them, and tells the journal of each.
fn write(tx: &mut DbConn, context: &Context, rows: &[RaterForm]) -> Result<()> {
    issuing_store::insert_many(tx, rows)?;
    let mut counted: BTreeMap<(Id, Id), Progress> = BTreeMap::new();
    for row in rows {
        let of_unit = counted
            .entry((row.round_id, row.organization_id))
            .or_default();
        of_unit.count(row.status, 1);
    }
    progress_store::add(tx, &counted)?;
    let changed = ["roundId", "cadreId", "evaluatorRelation", "mentorId"];
    let changes: Vec<Change<'_>> = rows
        .iter()
        .map(|row| Change {
            changed_fields: &changed,
            organization_id: Some(row.organization_id),
            cadre_id: Some(row.cadre_id),
            ..Change::new("rater-form.issued", "rater-form", row.id, row.version)
        })
        .collect();
    journal::record_many(tx, context, &changes)
}
