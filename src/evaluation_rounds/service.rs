//! Use cases of rounds: reading, planning, correcting and removing what is planned.

use super::model::{EvaluationRound, EvaluationRoundRecord, ONCE};
use super::request::{CreateEvaluationRound, EvaluationRoundFilters, EvaluationRoundInput};
use super::response::EvaluationRoundResponse;
use super::scope::RoundScope;
use super::store::{self, EvaluationRoundSort};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::evaluation_forms::{
    self, EvaluationForm, EvaluationFormStatus, EvaluatorRelation, FormRaters,
};
use crate::http::{Limited, Outcome, Patch};
use crate::journal::{self, Change};
use crate::listing::{Fields, List, Page};
use crate::organizations;
use crate::transitions::{self, Resource, begin, current, record};
use crate::values::list_to_json;

/// Within how many months of its first day a round closes.
const LONGEST: i32 = 12;

/// One round as the caller may see it.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationRoundResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)
}

/// The round as the caller may see it, if they may.
///
/// # Errors
/// When the database refuses.
pub fn visible(
    conn: &mut DbConn,
    context: &Context,
    id: Id,
) -> Result<Option<EvaluationRoundResponse>> {
    let record = store::find_record(conn, id)?;
    let scope = RoundScope::from_context(context);
    let seen = record.filter(|record| scope.sees(&record.organization.path));
    seen.map(|record| EvaluationRoundResponse::from_record(record, &scope, &Fields::all()))
        .transpose()
}

/// A page of rounds.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &EvaluationRoundFilters,
    list: &List<EvaluationRoundSort>,
) -> Result<Page<EvaluationRoundResponse>> {
    let scope = RoundScope::from_context(context);
    let rows = store::page(conn, &scope, filters, list)?;
    let total = || store::total(conn, &scope, filters);
    list.page(rows, total, |record| {
        EvaluationRoundResponse::from_record(record, &scope, &list.fields)
    })
}

/// Plans a round. One that exists with the same id and content, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateEvaluationRound,
) -> Result<Outcome<EvaluationRoundResponse>> {
    let id = new.id.unwrap_or_else(|| context.new_id());
    let input = EvaluationRoundInput::from(new.clone());
    let existing = store::find(tx, id)?;
    let mut errors = FieldErrors::default();
    if existing.is_none() {
        check_unit(tx, context, new.organization_id, &mut errors)?;
    }
    let blank = match &existing {
        Some(existing) => existing.clone(),
        None => EvaluationRound::blank(context, id, new.organization_id, id),
    };
    let row = planned(tx, &blank, &input, &mut errors)?;
    if let Some(existing) = existing {
        let same = row == existing
            && new.organization_id == existing.organization_id
            && journal::created_by_caller(context, existing.created_by);
        return match visible(tx, context, id)? {
            Some(existing) if same => Ok(Outcome::Unchanged(existing)),
            _ => Err(Error::Duplicate(
                DuplicateKey::ID,
                current::<EvaluationRound>(tx, context, id)?,
            )),
        };
    }
    errors.into_result()?;
    refuse_twin(tx, context, &row)?;
    store::insert(tx, &row)?;
    let changed = EvaluationRoundInput::changed_members(None, &row);
    record(
        tx,
        context,
        "evaluation-round.created",
        &row,
        &changed,
        None,
    )?;
    Ok(Outcome::Created(read(tx, context, id)?))
}

/// Changes a planned round by merge patch.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, `IllegalTransition`, `Duplicate`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &EvaluationRoundInput,
) -> Result<EvaluationRoundResponse> {
    let begun = begin::<EvaluationRound>(tx, context, "update_evaluation_round", id)?;
    context.require_header()?;
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    input.kind.check_required(false, "/kind", &mut errors);
    input
        .period_from
        .check_required(false, "/periodFrom", &mut errors);
    input
        .period_to
        .check_required(false, "/periodTo", &mut errors);
    input
        .opens_on
        .check_required(false, "/opensOn", &mut errors);
    input.due_on.check_required(false, "/dueOn", &mut errors);
    input
        .closes_on
        .check_required(false, "/closesOn", &mut errors);
    let row = planned(tx, &begun.row, input, &mut errors)?;
    errors.into_result()?;
    let changed = EvaluationRoundInput::changed_members(Some(&begun.row), &row);
    if !changed.is_empty() {
        refuse_twin(tx, context, &row)?;
        let row = begun.write(tx, row)?;
        record(
            tx,
            context,
            "evaluation-round.updated",
            &row,
            &changed,
            None,
        )?;
    }
    transitions::read_back::<EvaluationRound>(tx, context, id)
}

/// Removes a planned round.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `IllegalTransition` once it was opened.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let begun = begin::<EvaluationRound>(tx, context, "update_evaluation_round", id)?;
    let row = &begun.row;
    context.require_match(row.version, || current::<EvaluationRound>(tx, context, id))?;
    begun.require(tx)?;
    store::delete(tx, id)?;
    let change = Change {
        organization_id: Some(row.organization_id),
        ..Change::new(
            "evaluation-round.deleted",
            EvaluationRound::KIND,
            id,
            row.version + 1,
        )
    };
    journal::record(tx, context, &change)
}

/// The row of a round that the caller may write, locked.
///
/// # Errors
/// `NotFound` out of reach, `Forbidden` for what they can only read.
pub fn writable(tx: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationRoundRecord> {
    let record = store::lock_record(tx, id)?.ok_or(Error::NotFound)?;
    let scope = RoundScope::from_context(context);
    if scope.writes(&record.organization.path) {
        Ok(record)
    } else if scope.sees(&record.organization.path) {
        Err(Error::Forbidden(None))
    } else {
        Err(Error::NotFound)
    }
}

/// Notes a unit whose rounds the caller does not keep.
///
/// # Errors
/// When the database refuses.
pub fn check_unit(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    errors: &mut FieldErrors,
) -> Result<()> {
    let scope = RoundScope::from_context(context);
    let found = organizations::store::find(tx, id)?;
    let kept = found.filter(|unit| unit.is_active() && scope.writes(&unit.path));
    if kept.is_none() {
        errors.push("/organizationId", Fault::new("reference-unknown"));
    }
    Ok(())
}

/// What an input makes of a row, on the form that it names or that holds for the last day of the period; what it cannot be is noted.
fn planned(
    tx: &mut DbConn,
    row: &EvaluationRound,
    input: &EvaluationRoundInput,
    errors: &mut FieldErrors,
) -> Result<EvaluationRound> {
    let mut row = row.clone();
    let before = (row.kind, row.period_to);
    input.apply_plain(&mut row);
    check_days(&row, errors);
    let is_new = row.form_id == row.id;
    let form = match input.form_id {
        Patch::Value(id) => evaluation_forms::find(tx, id)?.filter(|form| fits(form, &row)),
        Patch::Absent if !is_new && before == (row.kind, row.period_to) => {
            evaluation_forms::find(tx, row.form_id)?
        }
        Patch::Null | Patch::Absent => evaluation_forms::of_day(tx, row.kind, row.period_to)?,
    };
    let Some(form) = form else {
        let fault = match input.form_id {
            Patch::Value(_) => Fault::new("reference-unknown"),
            _ => Fault::new("no-form"),
        };
        errors.push("/formId", fault);
        return Ok(row);
    };
    let is_another = row.form_id != form.id;
    row.form_id = form.id;
    let of_form = FormRaters::from_json(&form.raters)?;
    let of_form: Vec<EvaluatorRelation> = of_form.0.iter().map(|rater| rater.relation).collect();
    let asked = match &input.raters {
        Patch::Value(Limited(asked)) => asked.clone(),
        Patch::Absent if !is_another => row.raters()?,
        Patch::Null | Patch::Absent => of_form.clone(),
    };
    check_raters(&asked, &of_form, errors);
    row.raters = list_to_json(&asked)?;
    Ok(row)
}

/// Whether a round of this kind and period may be on a form.
fn fits(form: &EvaluationForm, row: &EvaluationRound) -> bool {
    form.kind == row.kind
        && form.status == EvaluationFormStatus::Published
        && form.valid_from <= row.period_to
}

/// Notes days that are out of order: the period, the opening after it, the day that raters are asked for, the close.
fn check_days(row: &EvaluationRound, errors: &mut FieldErrors) {
    let latest = row.opens_on.plus_months(LONGEST);
    let in_order = [
        ("/periodTo", row.period_from, row.period_to, None),
        ("/opensOn", row.period_to, row.opens_on, None),
        ("/dueOn", row.opens_on, row.due_on, Some(latest)),
        ("/closesOn", row.due_on, row.closes_on, Some(latest)),
    ];
    for (pointer, from, day, last) in in_order {
        if day < from {
            errors.push(pointer, Fault::with("not-before", &[&from]));
        } else if let Some(last) = last.filter(|last| day > *last) {
            errors.push(pointer, Fault::with("out-of-range", &[&from, &last]));
        }
    }
}

fn check_raters(
    asked: &[EvaluatorRelation],
    of_form: &[EvaluatorRelation],
    errors: &mut FieldErrors,
) {
    if asked.is_empty() {
        errors.push("/raters", Fault::new("required"));
    }
    for (n, relation) in asked.iter().enumerate() {
        if !of_form.contains(relation) {
            let known: Vec<&str> = of_form.iter().map(|relation| relation.as_str()).collect();
            let fault = Fault::with("code-unknown", &[&known.join(", ")]);
            errors.push(format!("/raters/{n}"), fault);
        } else if asked[..n].contains(relation) {
            errors.push(format!("/raters/{n}"), Fault::new("not-unique"));
        }
    }
}

/// Refuses a second round of a unit, kind and period.
fn refuse_twin(tx: &mut DbConn, context: &Context, row: &EvaluationRound) -> Result<()> {
    match store::twin(tx, row)? {
        Some(twin) => Err(ONCE.duplicate(current::<EvaluationRound>(tx, context, twin)?)),
        None => Ok(()),
    }
}
