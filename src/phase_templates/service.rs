//! Use cases of phase templates: reading, drafting, correcting and removing drafts.

use super::goals::{Targets, TemplateGoals};
use super::model::{PhaseTemplate, PhaseTemplateRecord};
use super::request::{CreatePhaseTemplate, PhaseTemplateFilters, PhaseTemplateInput};
use super::response::PhaseTemplateResponse;
use super::scope::TemplateScope;
use super::store::{self, PhaseTemplateSort};
use crate::cadres::Phase;
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::http::{Outcome, Patch};
use crate::journal::{self, Change};
use crate::listing::{Fields, List, Page};
use crate::organizations::{self, OrganizationKind};
use crate::transitions::{self, Resource, begin, current, record};

/// One template as the caller may see it.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<PhaseTemplateResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)
}

/// The template as the caller may see it, if they may.
///
/// # Errors
/// When the database refuses.
pub fn visible(
    conn: &mut DbConn,
    context: &Context,
    id: Id,
) -> Result<Option<PhaseTemplateResponse>> {
    let Some(record) = store::find_record(conn, id)? else {
        return Ok(None);
    };
    let scope = TemplateScope::from_context(conn, context)?;
    let seen = Some(record).filter(|record| scope.sees(record));
    seen.map(|record| PhaseTemplateResponse::from_record(record, &scope, &Fields::all()))
        .transpose()
}

/// A page of templates.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &PhaseTemplateFilters,
    list: &List<PhaseTemplateSort>,
) -> Result<Page<PhaseTemplateResponse>> {
    let scope = TemplateScope::from_context(conn, context)?;
    let rows = store::page(conn, &scope, filters, list)?;
    let total = || store::total(conn, &scope, filters);
    list.page(rows, total, |record| {
        PhaseTemplateResponse::from_record(record, &scope, &list.fields)
    })
}

/// Drafts a template. One that exists with the same id and content, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`, `Forbidden`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreatePhaseTemplate,
) -> Result<Outcome<PhaseTemplateResponse>> {
    let mut errors = FieldErrors::default();
    let scope = TemplateScope::from_context(tx, context)?;
    check_organization(tx, &scope, new.organization_id, &mut errors)?;
    let id = new.id.unwrap_or_else(|| context.new_id());
    let input = PhaseTemplateInput::from(new.clone());
    let blank = PhaseTemplate::blank(context, id, new.organization_id, new.phase);
    if let Some(existing) = store::find(tx, id)? {
        let again = drafted(&existing, &input)?;
        let same = again == existing
            && new.organization_id == existing.organization_id
            && journal::created_by_caller(context, existing.created_by);
        return match visible(tx, context, id)? {
            Some(current) if same => Ok(Outcome::Unchanged(current)),
            current => Err(Error::Duplicate(
                DuplicateKey::ID,
                current.and_then(|current| current.current()),
            )),
        };
    }
    let row = drafted(&blank, &input)?;
    check(&row, &input, &mut errors);
    errors.into_result()?;
    if new.organization_id.is_none() && !scope.of_city {
        return Err(Error::Forbidden(None));
    }
    store::insert(tx, &row)?;
    let changed = PhaseTemplateInput::changed_members(None, &row);
    record(tx, context, "phase-template.created", &row, &changed, None)?;
    let record = store::find_record(tx, id)?.ok_or(Error::NotFound)?;
    let created = PhaseTemplateResponse::from_record(record, &scope, &Fields::all())?;
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
    input: &PhaseTemplateInput,
) -> Result<PhaseTemplateResponse> {
    let begun = begin::<PhaseTemplate>(tx, context, "update_phase_template", id)?;
    context.require_header()?;
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    input.phase.check_required(false, "/phase", &mut errors);
    input
        .valid_from
        .check_required(false, "/validFrom", &mut errors);
    let row = drafted(&begun.row, input)?;
    check(&row, input, &mut errors);
    errors.into_result()?;
    let changed = PhaseTemplateInput::changed_members(Some(&begun.row), &row);
    if !changed.is_empty() {
        let row = begun.write(tx, row)?;
        record(tx, context, "phase-template.updated", &row, &changed, None)?;
    }
    transitions::read_back::<PhaseTemplate>(tx, context, id)
}

/// Removes a draft.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `IllegalTransition` once it was published.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let begun = begin::<PhaseTemplate>(tx, context, "update_phase_template", id)?;
    let row = &begun.row;
    context.require_match(row.version, || current::<PhaseTemplate>(tx, context, id))?;
    begun.require(tx)?;
    store::delete(tx, id)?;
    let change = Change {
        organization_id: row.organization_id,
        ..Change::new(
            "phase-template.deleted",
            PhaseTemplate::KIND,
            id,
            row.version + 1,
        )
    };
    journal::record(tx, context, &change)
}

/// The row of a template that the caller may write, locked.
///
/// # Errors
/// `NotFound` for drafts of others, `Forbidden` for what they can only read.
pub fn writable(tx: &mut DbConn, context: &Context, id: Id) -> Result<PhaseTemplate> {
    let record: PhaseTemplateRecord = store::lock_record(tx, id)?.ok_or(Error::NotFound)?;
    let scope = TemplateScope::from_context(tx, context)?;
    if scope.writes(&record) {
        Ok(record.template)
    } else if scope.sees(&record) {
        Err(Error::Forbidden(None))
    } else {
        Err(Error::NotFound)
    }
}

/// What an input makes of a row.
fn drafted(row: &PhaseTemplate, input: &PhaseTemplateInput) -> Result<PhaseTemplate> {
    let mut row = row.clone();
    input.apply_plain(&mut row);
    row.targets = match &input.targets {
        Patch::Absent => row.targets,
        Patch::Null => Targets::default().to_json()?,
        Patch::Value(targets) => targets.to_json()?,
    };
    row.goals = match &input.goals {
        Patch::Absent => row.goals,
        Patch::Null => TemplateGoals::default().to_json()?,
        Patch::Value(goals) => goals.to_json()?,
    };
    Ok(row)
}

/// Notes a unit that is no county of the caller's.
fn check_organization(
    tx: &mut DbConn,
    scope: &TemplateScope,
    id: Option<Id>,
    errors: &mut FieldErrors,
) -> Result<()> {
    let Some(id) = id else {
        return Ok(());
    };
    let found = organizations::store::find(tx, id)?;
    let reached = found.filter(|organization| scope.covers(Some(&organization.path)));
    let Some(organization) = reached else {
        errors.push("/organizationId", Fault::new("reference-unknown"));
        return Ok(());
    };
    if organization.kind != OrganizationKind::County || !organization.is_active() {
        errors.push("/organizationId", Fault::new("not-a-county"));
    }
    Ok(())
}

/// Notes a phase without a year, a city's template without a theme, and what a county's may not say.
fn check(row: &PhaseTemplate, input: &PhaseTemplateInput, errors: &mut FieldErrors) {
    if !Phase::YEARS.contains(&row.phase) {
        let known = Phase::YEARS.map(Phase::as_str).join(", ");
        errors.push("/phase", Fault::with("code-unknown", &[&known]));
    }
    if row.organization_id.is_none() {
        if row.theme.is_none() {
            errors.push("/theme", Fault::new("required"));
        }
        return;
    }
    if matches!(input.theme, Patch::Value(_)) {
        errors.push("/theme", Fault::new("county-adds-goals"));
    }
    if matches!(input.targets, Patch::Value(_)) {
        errors.push("/targets", Fault::new("county-adds-goals"));
    }
}
