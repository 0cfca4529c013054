//! Accepting a form although the days for it have passed: by a manager's word, or because it was given back.

use super::request::ReopenEvaluation;
use super::response::ReopeningResponse;
use super::rules;
use super::store;
use super::store::people;
use super::store::reopenings::{self, Form, Reopening};
use super::writer::{broken, named_cadre};
use crate::cadres::{Cadre, CadreChoice, career_store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::journal::{self, Change};
use crate::kinships::{self, Person, Records};
use crate::organizations;

/// Accepts a rater's form for some days from today; made again by the same manager on the same day it changes nothing.
///
/// # Errors
/// `Invalid`, `RuleViolation`, `IllegalTransition` when the form was handed in already.
pub fn reopen(
    tx: &mut DbConn,
    context: &Context,
    input: &ReopenEvaluation,
) -> Result<ReopeningResponse> {
    let cadre = reached_cadre(tx, context, input)?;
    let relation = input.evaluator_relation;
    let mut errors = FieldErrors::default();
    check(input, &cadre, context, &mut errors);
    let mentor_id = mentor(tx, &cadre, input, &mut errors)?;
    errors.into_result()?;
    let form = Form {
        cadre_id: cadre.id,
        kind: input.kind,
        period_from: input.period_from,
        period_to: input.period_to,
        rater: mentor_id.map_or_else(|| relation.as_str().to_owned(), |id| id.to_string()),
    };
    if let Some(mentor_id) = mentor_id {
        let manager = Records::calling(&context.actor);
        if manager.is(&kinships::records(tx, Person::mentor(mentor_id))?) {
            let violation = broken("EVALUATION", "NOT_INDEPENDENT");
            return Err(Error::RuleViolation(vec![violation]));
        }
    }
    if store::is_handed_in(tx, &form)? {
        return Err(Error::IllegalTransition(None));
    }
    let reason = Some(input.reason.as_str());
    let row = accept(tx, context, &form, Some((cadre.organization_id, reason)))?;
    Ok(ReopeningResponse {
        cadre_id: cadre.id,
        cadre_name: cadre.name,
        kind: row.kind,
        period_from: row.period_from,
        period_to: row.period_to,
        evaluator_relation: relation,
        mentor_id,
        until: row.until,
    })
}

/// Accepts a form for some days from today; journaled with its unit and reason where no other line tells of it.
///
/// # Errors
/// When the database refuses.
pub fn accept(
    tx: &mut DbConn,
    context: &Context,
    form: &Form,
    journaled: Option<(Id, Option<&str>)>,
) -> Result<Reopening> {
    let until = rules::reopened_until(context.today);
    let before = reopenings::find(tx, form)?;
    let row = match before {
        Some(row) if row.until == until && row.created_by == context.actor.id() => return Ok(row),
        Some(row) => {
            let row = Reopening {
                version: row.version + 1,
                updated_at: context.now,
                created_by: context.actor.id(),
                until,
                ..row
            };
            reopenings::update(tx, &row)?;
            row
        }
        None => {
            let row = Reopening {
                id: context.new_id(),
                version: 1,
                created_at: context.now,
                updated_at: context.now,
                created_by: context.actor.id(),
                cadre_id: form.cadre_id,
                kind: form.kind,
                period_from: form.period_from,
                period_to: form.period_to,
                rater: form.rater.clone(),
                until,
            };
            reopenings::insert(tx, &row)?;
            row
        }
    };
    if let Some((organization_id, reason)) = journaled {
        let change = Change {
            changed_fields: &["until"],
            organization_id: Some(organization_id),
            cadre_id: Some(form.cadre_id),
            reason,
            ..Change::new(
                "evaluation.reopened",
                "evaluation-reopening",
                row.id,
                row.version,
            )
        };
        journal::record(tx, context, &change)?;
    }
    Ok(row)
}

/// The cadre, locked, in a unit where the caller confirms: that of the period's last day or the present one.
fn reached_cadre(tx: &mut DbConn, context: &Context, input: &ReopenEvaluation) -> Result<Cadre> {
    let choice = CadreChoice {
        id: input.cadre_id,
        external: input.cadre_ref.as_ref(),
    };
    let (pointer, cadre) = named_cadre(tx, choice)?;
    let then = career_store::organization_on(tx, cadre.id, input.period_to)?.map(|unit| unit.path);
    let now = organizations::store::path(tx, cadre.organization_id)?;
    let is_reached = then
        .iter()
        .chain(&now)
        .any(|path| context.reach.covers(path));
    is_reached
        .then_some(cadre)
        .ok_or_else(|| Error::field(pointer, "reference-unknown"))
}

fn check(input: &ReopenEvaluation, cadre: &Cadre, context: &Context, errors: &mut FieldErrors) {
    let (from, to, today) = (input.period_from, input.period_to, context.today);
    if to > today {
        errors.push("/periodTo", Fault::new("date-in-future"));
    } else if from > to {
        errors.push("/periodTo", Fault::with("out-of-range", &[&from, &today]));
    }
    if from < cadre.reported_on {
        let bounds = Fault::with("out-of-range", &[&cadre.reported_on, &to]);
        errors.push("/periodFrom", bounds);
    }
    rules::check_rater(input.kind, input.evaluator_relation, errors);
}

/// The mentor whose form it is: the one named, or the only one paired in that role on the last day of the period.
fn mentor(
    tx: &mut DbConn,
    cadre: &Cadre,
    input: &ReopenEvaluation,
    errors: &mut FieldErrors,
) -> Result<Option<Id>> {
    let Some(role) = input.evaluator_relation.role() else {
        if input.mentor_id.is_some() {
            errors.push("/mentorId", Fault::new("unknown-member"));
        }
        return Ok(None);
    };
    let paired = people::paired_on(tx, cadre.id, role, input.period_to)?;
    let chosen = match (input.mentor_id, paired.as_slice()) {
        (Some(id), paired) => paired.contains(&id).then_some(id),
        (None, [only]) => Some(*only),
        (None, _) => None,
    };
    if chosen.is_none() {
        errors.push("/mentorId", Fault::new("reference-unknown"));
    }
    Ok(chosen)
}
