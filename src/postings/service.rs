//! Use cases of postings: reading, planning and correcting them.

use super::draft::{check_required, draft, patch_host};
use super::exchanges;
use super::model::{PLANNED_APART, Posting, PostingRecord, PostingStatus};
use super::request::{CreatePosting, PatchPosting, PostingFilters, lead_mentor};
use super::response::PostingResponse;
use super::rules;
use super::store::{self, PostingOrganizations, PostingSort};
use crate::access::Permission::PostingsRead;
use crate::access::{Reach, Role};
use crate::cadres::{self, Cadre};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::http::{Limited, Outcome, Patch};
use crate::journal::{self, Override, OverrideInput};
use crate::listing::{Fields, List, Page};
use crate::mentors;
use crate::organizations::{self, ListedOrganizations};
use crate::transitions::{Begun, current, read_back, record_overriding};
use crate::values::list_to_json;

/// One posting as the caller may see it.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<PostingResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)
}

/// The posting as the caller may see it, if they may.
///
/// # Errors
/// When the database refuses.
pub fn visible(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<PostingResponse>> {
    let seen = store::find_record(conn, id)?
        .filter(|record| rules::sees(record, &reading(context), context.today));
    seen.map(|record| PostingResponse::from_record(record, &Fields::all(), context))
        .transpose()
}

/// What the caller reads of postings, whatever the operation asks for. Who may only write reads what they write about.
pub fn reading(context: &Context) -> Reach {
    let read = context.actor.reach(PostingsRead);
    read.unwrap_or_else(|| context.reach.clone())
}

/// The latest postings of a cadre whose file the caller reads, the latest first, and no more than so many.
///
/// # Errors
/// When the database refuses.
pub fn of_cadre(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    most: i64,
) -> Result<Vec<PostingResponse>> {
    let reach = reading(context);
    let mut rows = store::latest_of(conn, cadre_id, most)?;
    rows.retain(|record| rules::sees(record, &reach, context.today));
    let shown = |record| PostingResponse::from_record(record, &Fields::all(), context);
    rows.into_iter().map(shown).collect()
}

/// Whether a posting that the caller reads is this cadre's, and was finished.
///
/// # Errors
/// When the database refuses.
pub fn is_finished(conn: &mut DbConn, context: &Context, id: Id, cadre_id: Id) -> Result<bool> {
    let seen = store::find_record(conn, id)?
        .filter(|record| rules::sees(record, &reading(context), context.today));
    Ok(seen.is_some_and(|record| {
        record.posting.cadre_id == cadre_id && record.posting.status == PostingStatus::Finished
    }))
}

/// A page of postings.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &PostingFilters,
    list: &List<PostingSort>,
) -> Result<Page<PostingResponse>> {
    let subtree = filters.subtree.is_none_or(|flag| flag.0);
    let reach = &context.reach;
    let mut organizations = PostingOrganizations {
        listed: ListedOrganizations::new(conn, reach, filters.organization_id, subtree)?,
        own_host: None,
    };
    if let Some(id) = filters.host_organization_id {
        let path = organizations::store::path(conn, id)?;
        organizations.own_host = path.filter(|path| reach.covers(path)).map(|_| id);
    }
    let rows = store::page(conn, context, filters, &organizations, list)?;
    let total = || store::total(conn, context, filters, &organizations);
    list.page(rows, total, |record| {
        PostingResponse::from_record(record, &list.fields, context)
    })
}

/// Plans a posting. One that exists with the same id and content, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`, `RuleViolation`, `Duplicate` also when the person has another posting in these days.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreatePosting,
) -> Result<Outcome<PostingResponse>> {
    let mut errors = FieldErrors::default();
    let drafted = draft(tx, context, new, &mut errors)?;
    let Some((row, cadre)) = drafted else {
        errors.into_result()?;
        return Err(Error::NotFound);
    };
    if let Some(existing) = store::find(tx, row.id)? {
        return repeated(tx, context, &row, &existing);
    }
    rules::check_days(&row, &cadre, context, &mut errors);
    errors.into_result()?;
    let id = row.id;
    plan(tx, context, row, &cadre, new.overrides.as_ref())?;
    Ok(Outcome::Created(read_back::<Posting>(tx, context, id)?))
}

/// Writes a new posting, if nothing stands against it.
///
/// # Errors
/// `RuleViolation`, `Duplicate`.
pub fn plan(
    tx: &mut DbConn,
    context: &Context,
    mut row: Posting,
    cadre: &Cadre,
    overrides: Option<&Limited<OverrideInput, 4>>,
) -> Result<()> {
    place(tx, &mut row, cadre)?;
    let used = allow(tx, context, &mut row, cadre, overrides)?;
    refuse_rival(tx, context, &row)?;
    store::insert(tx, &row)?;
    let mut changed = PatchPosting::changed_members(None, &row);
    changed.push("cadreId");
    record_overriding(tx, context, "posting.created", &row, &changed, None, &used)
}

/// Changes a posting by merge patch, until it is over; once it runs, only front, task and lead mentor.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, `RuleViolation`, `Duplicate`, `IllegalTransition`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &PatchPosting,
) -> Result<PostingResponse> {
    let record = writable(tx, context, id)?;
    let begun = Begun::new(context, "update_posting", record.posting);
    context.require_header()?;
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    let mut row = begun.row.clone();
    input.apply_plain(&mut row);
    check_required(input, &mut errors);
    patch_host(tx, input, &mut row, &mut errors)?;
    row.lead_mentor_id = match input.lead_mentor_id {
        Patch::Absent => row.lead_mentor_id,
        Patch::Null => None,
        Patch::Value(id) if row.lead_mentor_id == Some(id) => Some(id),
        Patch::Value(id) => {
            let choice = lead_mentor(Some(id), None);
            mentors::resolve_visible(tx, context, choice, &mut errors)?
        }
    };
    let cadre = cadres::store::find(tx, row.cadre_id)?.ok_or(Error::NotFound)?;
    let is_planned = row.status == PostingStatus::Planned;
    if is_planned {
        rules::check_days(&row, &cadre, context, &mut errors);
    }
    let fixed = match (is_planned, row.exchange_id) {
        (false, _) => Some("posting-has-begun"),
        (true, Some(_)) => Some("leg-of-exchange"),
        (true, None) => None,
    };
    if let (Some(code), Some(pointer)) = (fixed, input.fixed()) {
        errors.push(pointer, Fault::new(code));
    }
    errors.into_result()?;
    let changed = PatchPosting::changed_members(Some(&begun.row), &row);
    if !changed.is_empty() {
        let mut overrides = Vec::new();
        if is_planned {
            place(tx, &mut row, &cadre)?;
            overrides = allow(tx, context, &mut row, &cadre, input.overrides.as_ref())?;
            refuse_rival(tx, context, &row)?;
        }
        let row = begun.write(tx, row)?;
        record_overriding(
            tx,
            context,
            "posting.updated",
            &row,
            &changed,
            None,
            &overrides,
        )?;
    }
    read_back::<Posting>(tx, context, id)
}

/// The record of a posting that the caller keeps, locked.
///
/// # Errors
/// `NotFound` out of reach, `Forbidden` for those who only read it.
pub fn writable(tx: &mut DbConn, context: &Context, id: Id) -> Result<PostingRecord> {
    locked(tx, context, id, |record| {
        rules::keeps(record, &context.reach)
    })
}

/// The record of a posting of which the caller may tell what came of it, locked.
///
/// # Errors
/// As [`writable`].
pub fn finishable(tx: &mut DbConn, context: &Context, id: Id) -> Result<PostingRecord> {
    locked(tx, context, id, |record| {
        rules::finishes(record, &context.reach, context.today)
    })
}

/// Keeps others from changing what the people of an exchange do, until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn hold_legs(tx: &mut DbConn, exchange_id: Id) -> Result<()> {
    let cadres = store::cadres_of(tx, exchange_id)?;
    cadres::store::hold_all(tx, &cadres)
}

/// A record under lock: first the cadre, as everyone does who changes what a person does, or all cadres of the exchange with it, then the
/// posting.
fn locked(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    may: impl FnOnce(&PostingRecord) -> bool,
) -> Result<PostingRecord> {
    let (cadre_id, exchange_id) = store::whose(tx, id)?.ok_or(Error::NotFound)?;
    match exchange_id {
        Some(exchange_id) => {
            hold_legs(tx, exchange_id)?;
            exchanges::store::hold(tx, exchange_id)?;
        }
        None => cadres::store::hold_all(tx, &[cadre_id])?,
    }
    let record = store::lock_record(tx, id)?.ok_or(Error::NotFound)?;
    if may(&record) {
        Ok(record)
    } else if rules::sees(&record, &reading(context), context.today) {
        Err(Error::Forbidden(None))
    } else {
        Err(Error::NotFound)
    }
}

/// Sets unit and phase of the first day.
///
/// # Errors
/// When the database refuses.
pub fn place(tx: &mut DbConn, row: &mut Posting, cadre: &Cadre) -> Result<()> {
    let first = row.first_day();
    let unit = cadres::career_store::organization_on(tx, cadre.id, first)?;
    row.organization_id = unit.map_or(cadre.organization_id, |unit| unit.id);
    row.phase = cadres::phase_on(cadre.reported_on, first).0;
    Ok(())
}

/// Lets a posting pass against which no rule stands, or only such as are overridden: now, by a manager of the unit, or before. What is
/// overridden now is kept in the row, and given back for the journal.
///
/// # Errors
/// `RuleViolation`.
pub fn allow(
    tx: &mut DbConn,
    context: &Context,
    row: &mut Posting,
    cadre: &Cadre,
    given: Option<&Limited<OverrideInput, 4>>,
) -> Result<Vec<Override>> {
    let mut known = row.overrides()?;
    let is_known = |rule: &str| known.iter().any(|one| one.rule == rule);
    let mut violations = rules::violations(row, cadre);
    violations.retain(|violation| !is_known(violation.rule));
    if violations.is_empty() {
        return Ok(Vec::new());
    }
    let path = organizations::store::path(tx, row.present_organization_id)?;
    let is_manager = path.is_some_and(|path| context.actor.holds(Role::ProgrammeManager, &path));
    let given = given.map_or(&[][..], |given| given.0.as_slice());
    let used = journal::apply_overrides(violations, given, is_manager)?;
    known.extend(used.iter().cloned());
    row.overrides = list_to_json(&known)?;
    Ok(used)
}

/// Refuses a posting of a person who has another that excludes it, and shows that one.
///
/// # Errors
/// `Duplicate`.
pub fn refuse_rival(tx: &mut DbConn, context: &Context, row: &Posting) -> Result<()> {
    match store::rival(tx, row)? {
        Some(id) => Err(PLANNED_APART.duplicate(current::<Posting>(tx, context, id)?)),
        None => Ok(()),
    }
}

/// The answer to a create whose id exists.
fn repeated(
    tx: &mut DbConn,
    context: &Context,
    new: &Posting,
    existing: &Posting,
) -> Result<Outcome<PostingResponse>> {
    let same = PatchPosting::changed_members(Some(existing), new).is_empty()
        && new.cadre_id == existing.cadre_id
        && journal::created_by_caller(context, existing.created_by);
    match visible(tx, context, existing.id)? {
        Some(existing) if same => Ok(Outcome::Unchanged(existing)),
        _ => Err(Error::Duplicate(
            DuplicateKey::ID,
            current::<Posting>(tx, context, existing.id)?,
        )),
    }
}
