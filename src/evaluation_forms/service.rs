//! Use cases of evaluation forms: reading, drafting, correcting and removing drafts.

use super::content::{FormDimensions, FormQuestions, FormRaters};
use super::model::{EvaluationForm, EvaluationFormStatus};
use super::request::{CreateEvaluationForm, EvaluationFormFilters, EvaluationFormInput};
use super::response::EvaluationFormResponse;
use super::store::{self, EvaluationFormSort};
use crate::access::Permission;
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, FieldErrors, Result};
use crate::http::{Integer, Outcome, Patch};
use crate::journal::{self, Change};
use crate::listing::{Fields, List, Page};
use crate::organizations;
use crate::transitions::{self, Resource, begin, current, record};

/// One form as the caller may see it.
///
/// # Errors
/// `NotFound` for drafts of others.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationFormResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)
}

/// The form as the caller may see it, if they may.
///
/// # Errors
/// When the database refuses.
pub fn visible(
    conn: &mut DbConn,
    context: &Context,
    id: Id,
) -> Result<Option<EvaluationFormResponse>> {
    let Some(row) = store::find(conn, id)? else {
        return Ok(None);
    };
    let writes = writes(conn, context)?;
    let seen = Some(row).filter(|row| writes || row.status != EvaluationFormStatus::Draft);
    seen.map(|row| EvaluationFormResponse::from_row(row, writes, &Fields::all()))
        .transpose()
}

/// Whether the caller writes forms: they are the whole city's.
fn writes(conn: &mut DbConn, context: &Context) -> Result<bool> {
    let reach = context.reach_in(Permission::EvaluationFormsWrite);
    organizations::is_whole_city(conn, &reach)
}

/// A page of forms.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &EvaluationFormFilters,
    list: &List<EvaluationFormSort>,
) -> Result<Page<EvaluationFormResponse>> {
    let writes = writes(conn, context)?;
    let rows = store::page(conn, writes, filters, list)?;
    let total = || store::total(conn, writes, filters);
    list.page(rows, total, |row| {
        EvaluationFormResponse::from_row(row, writes, &list.fields)
    })
}

/// Drafts a form. One that exists with the same id and content, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`, `Forbidden`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateEvaluationForm,
) -> Result<Outcome<EvaluationFormResponse>> {
    let id = new.id.unwrap_or_else(|| context.new_id());
    let input = EvaluationFormInput::from(new.clone());
    if let Some(existing) = store::find(tx, id)? {
        let again = drafted(&existing, &input)?;
        let same = again == existing && journal::created_by_caller(context, existing.created_by);
        return match visible(tx, context, id)? {
            Some(current) if same => Ok(Outcome::Unchanged(current)),
            current => Err(Error::Duplicate(
                DuplicateKey::ID,
                current.and_then(|current| current.current()),
            )),
        };
    }
    let row = drafted(&EvaluationForm::blank(context, id, new.kind), &input)?;
    check(&row)?;
    if !writes(tx, context)? {
        return Err(Error::Forbidden(None));
    }
    store::insert(tx, &row)?;
    let changed = EvaluationFormInput::changed_members(None, &row);
    record(tx, context, "evaluation-form.created", &row, &changed, None)?;
    let created = EvaluationFormResponse::from_row(row, true, &Fields::all())?;
    Ok(Outcome::Created(created))
}

/// Changes a draft by merge patch.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, `IllegalTransition`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &EvaluationFormInput,
) -> Result<EvaluationFormResponse> {
    let begun = begin::<EvaluationForm>(tx, context, "update_evaluation_form", id)?;
    context.require_header()?;
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    input.kind.check_required(false, "/kind", &mut errors);
    input
        .valid_from
        .check_required(false, "/validFrom", &mut errors);
    input
        .dimensions
        .check_required(false, "/dimensions", &mut errors);
    input.raters.check_required(false, "/raters", &mut errors);
    errors.into_result()?;
    let row = drafted(&begun.row, input)?;
    check(&row)?;
    let changed = EvaluationFormInput::changed_members(Some(&begun.row), &row);
    if !changed.is_empty() {
        let row = begun.write(tx, row)?;
        record(tx, context, "evaluation-form.updated", &row, &changed, None)?;
    }
    transitions::read_back::<EvaluationForm>(tx, context, id)
}

/// Removes a draft.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `IllegalTransition` once it was published.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let begun = begin::<EvaluationForm>(tx, context, "update_evaluation_form", id)?;
    let row = &begun.row;
    context.require_match(row.version, || current::<EvaluationForm>(tx, context, id))?;
    begun.require(tx)?;
    store::delete(tx, id)?;
    let change = Change::new(
        "evaluation-form.deleted",
        EvaluationForm::KIND,
        id,
        row.version + 1,
    );
    journal::record(tx, context, &change)
}

/// The row of a form that the caller may write, locked.
///
/// # Errors
/// `NotFound` for drafts of others, `Forbidden` for what they can only read.
pub fn writable(tx: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationForm> {
    let row = store::lock(tx, id)?.ok_or(Error::NotFound)?;
    if writes(tx, context)? {
        Ok(row)
    } else if row.status == EvaluationFormStatus::Draft {
        Err(Error::NotFound)
    } else {
        Err(Error::Forbidden(None))
    }
}

/// What an input makes of a row.
fn drafted(row: &EvaluationForm, input: &EvaluationFormInput) -> Result<EvaluationForm> {
    let mut row = row.clone();
    input.apply_plain(&mut row);
    if let Patch::Value(dimensions) = &input.dimensions {
        row.dimensions = dimensions.to_json()?;
    }
    if let Patch::Value(raters) = &input.raters {
        row.raters = raters.to_json()?;
    }
    row.questions = match &input.questions {
        Patch::Absent => row.questions,
        Patch::Null => FormQuestions::default().to_json()?,
        Patch::Value(questions) => questions.to_json()?,
    };
    row.minimum_raters = match input.minimum_raters {
        Patch::Absent => row.minimum_raters,
        Patch::Null => 1,
        Patch::Value(Integer(fewest)) => fewest,
    };
    Ok(row)
}

/// Refuses a form that contradicts itself or its kind.
fn check(row: &EvaluationForm) -> Result<()> {
    let mut errors = FieldErrors::default();
    FormDimensions::from_json(&row.dimensions)?.check(row.kind, &mut errors);
    FormRaters::from_json(&row.raters)?.check(row.kind, row.minimum_raters, &mut errors);
    FormQuestions::from_json(&row.questions)?.check(&mut errors);
    errors.into_result()
}
