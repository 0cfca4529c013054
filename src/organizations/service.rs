//! Use cases of organizations: reading, making, correcting, removing.

use super::draft::{self, OrganizationDraft};
use super::lookup::Stored;
use super::model::{CODE_KEY, Organization};
use super::request::{CreateOrganization, OrganizationFilters, OrganizationInput};
use super::response::{OrganizationResponse, current_of};
use super::store::OrganizationSort;
use super::widening::WidenedGrants;
use super::{restructuring, rules, store};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, Result};
use crate::events::Restructuring;
use crate::external_ids::{self, AddressedId, ExternalId, ExternalIds, Kind, Source};
use crate::http::Outcome;
use crate::http::Patch;
use crate::journal::{self, Change};
use crate::listing::{List, Page};
use crate::values::Date;

/// One organization; a merged one too.
///
/// # Errors
/// `NotFound`.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<OrganizationResponse> {
    let row = store::find(conn, id)?.ok_or(Error::NotFound)?;
    OrganizationResponse::from_row(row, context)
}

/// The organization with an id in another system; after a merge the successor.
///
/// # Errors
/// `NotFound`.
pub fn read_by_external_id(
    conn: &mut DbConn,
    context: &Context,
    source: &Source,
    external_id: &ExternalId,
) -> Result<OrganizationResponse> {
    let id = external_ids::find(conn, Kind::Organization, source, external_id)?;
    read(conn, context, id.ok_or(Error::NotFound)?)
}

/// A page of organizations.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &OrganizationFilters,
    list: &List<OrganizationSort>,
) -> Result<Page<OrganizationResponse>> {
    let rows = store::page(conn, filters, list)?;
    let total = || store::total(conn, filters);
    list.page(rows, total, |row| {
        OrganizationResponse::from_row(row, context)
    })
}

/// Makes an organization. One that exists with the same id and content, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`, `Duplicate`, `Forbidden` for a root.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateOrganization,
) -> Result<Outcome<OrganizationResponse>> {
    store::hold_tree(tx)?;
    let id = new.id.unwrap_or_else(|| context.new_id());
    let input = OrganizationInput::from(new.clone());
    let Some(existing) = store::find(tx, id)? else {
        return insert(tx, context, id, &input);
    };
    let again = draft::prepare(tx, context, &Stored, id, &input, None)?;
    let same = journal::created_by_caller(context, existing.created_by)
        && draft::changed_members(Some(&existing), &again.row).is_empty();
    if same {
        Ok(Outcome::Unchanged(OrganizationResponse::from_row(
            existing, context,
        )?))
    } else {
        Err(Error::Duplicate(
            DuplicateKey::ID,
            current_of(&existing, context),
        ))
    }
}

/// Makes or changes the organization with an id in another system: what is sent is written, what is absent stays. Another
/// name or code is a renaming, another parent a move, as of today.
///
/// # Errors
/// `Invalid`, `Duplicate`, `StaleVersion`, `Forbidden` for a root.
pub fn upsert(
    tx: &mut DbConn,
    context: &Context,
    source: &Source,
    external_id: &ExternalId,
    input: &OrganizationInput,
    create_only: bool,
) -> Result<Outcome<OrganizationResponse>> {
    if input.parent().is_absent() && input.parent_id == Patch::Absent {
        store::hold_tree(tx)?;
    } else {
        store::lock_tree(tx)?;
    }
    let address = AddressedId {
        source,
        id: external_id,
    };
    let Some(id) = external_ids::find(tx, Kind::Organization, source, external_id)? else {
        let input = OrganizationInput {
            external_ids: address.of_new(&input.external_ids)?,
            ..input.clone()
        };
        return insert(tx, context, context.new_id(), &input);
    };
    let row = reachable(tx, context, id)?;
    if create_only {
        return Err(Error::StaleVersion(current_of(&row, context)));
    }
    context.check_match(row.version, || Ok(current_of(&row, context)))?;
    let present = ExternalIds::from_json(&row.external_ids)?;
    let input = OrganizationInput {
        external_ids: address.kept(&input.external_ids, &present)?,
        ..input.clone()
    };
    change(tx, context, &row, &input, true)
}

/// Changes an organization by merge patch; code and parent change by verbs.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, `Merged`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &OrganizationInput,
) -> Result<OrganizationResponse> {
    let row = reachable(tx, context, id)?;
    context.require_match(row.version, || Ok(current_of(&row, context)))?;
    Ok(change(tx, context, &row, input, false)?.into_inner())
}

/// Removes an organization that nothing refers to.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `InUse`, `Merged`.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let row = reachable(tx, context, id)?;
    context.require_match(row.version, || Ok(current_of(&row, context)))?;
    store::delete(tx, &row)?;
    record(tx, context, "organization.deleted", &row, &[], None)
}

/// The row of an organization that the caller may change, locked.
///
/// # Errors
/// `NotFound` out of reach, `Forbidden` for the root of the caller's own reach, `Merged` for one that is no more.
pub fn reachable(tx: &mut DbConn, context: &Context, id: Id) -> Result<Organization> {
    let row = changeable(tx, context, id)?;
    rules::check_present(&row)?;
    Ok(row)
}

/// As [`reachable`], for one that may have been merged.
///
/// # Errors
/// As [`reachable`], but for `Merged`.
pub fn changeable(tx: &mut DbConn, context: &Context, id: Id) -> Result<Organization> {
    let row = store::find_locked(tx, id)?.ok_or(Error::NotFound)?;
    rules::check_changeable(context, &row)?;
    Ok(row)
}

/// Fails when another organization has the code.
///
/// # Errors
/// `Duplicate` with that organization.
pub fn check_code(conn: &mut DbConn, context: &Context, row: &Organization) -> Result<()> {
    match store::find_by_code(conn, &row.code)? {
        Some(other) if other.id != row.id => Err(CODE_KEY.duplicate(current_of(&other, context))),
        _ => Ok(()),
    }
}

/// Writes the journal's row of a change, with the day from which it holds where that is another than that of the record.
///
/// # Errors
/// When the database refuses.
pub fn record(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    row: &Organization,
    changed: &[&str],
    effective_on: Option<Date>,
) -> Result<()> {
    let change = Change {
        effective_on,
        ..change_of(action, row, changed)
    };
    journal::record(tx, context, &change)
}

fn change_of<'a>(action: &'static str, row: &Organization, changed: &'a [&'a str]) -> Change<'a> {
    Change {
        changed_fields: changed,
        organization_id: Some(row.id),
        ..Change::new(action, "organization", row.id, row.version)
    }
}

fn insert(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &OrganizationInput,
) -> Result<Outcome<OrganizationResponse>> {
    let OrganizationDraft { row, changed, .. } =
        draft::prepare(tx, context, &Stored, id, input, None)?;
    check_code(tx, context, &row)?;
    store::insert(tx, &row)?;
    journal::record(tx, context, &creation(&row, &changed))?;
    Ok(Outcome::Created(OrganizationResponse::from_row(
        row, context,
    )?))
}

/// Writes the changes that `input` asks for, and nothing when it asks for none. `is_dated` says whether another name is a
/// renaming as of today, which is remembered, or a correction.
fn change(
    tx: &mut DbConn,
    context: &Context,
    former: &Organization,
    input: &OrganizationInput,
    is_dated: bool,
) -> Result<Outcome<OrganizationResponse>> {
    let draft = draft::prepare(tx, context, &Stored, former.id, input, Some(former))?;
    if draft.changed.is_empty() {
        let unit = OrganizationResponse::from_row(draft.row, context)?;
        return Ok(Outcome::Unchanged(unit));
    }
    check_code(tx, context, &draft.row)?;
    if draft.is_moved() {
        WidenedGrants::of_move(tx, context, &Stored, former, &draft.row)?.check(context)?;
    }
    let row = write(tx, context, former, draft, is_dated)?;
    Ok(Outcome::Updated(OrganizationResponse::from_row(
        row, context,
    )?))
}

/// Writes a draft that was checked over what was stored before.
///
/// # Errors
/// `StaleVersion`, or when the database refuses.
pub fn write(
    tx: &mut DbConn,
    context: &Context,
    former: &Organization,
    draft: OrganizationDraft,
    is_dated: bool,
) -> Result<Organization> {
    let is_moved = draft.is_moved();
    let OrganizationDraft {
        mut row,
        changed,
        external_ids,
    } = draft;
    row.version = former.version + 1;
    row.updated_at = context.now;
    let has = |members: &[&str]| members.iter().any(|member| changed.contains(member));
    let is_renamed = is_dated && has(&["code", "name"]);
    if is_renamed {
        store::remember_name(tx, former, context.today.plus_days(-1))?;
    }
    if is_moved {
        restructuring::relocate(tx, context, former, &row)?;
    } else {
        store::update(tx, &row)?;
    }
    if let Some(changed) = &external_ids {
        external_ids::change(tx, Kind::Organization, row.id, changed)?;
    }
    if has(&["kind", "divisionCode"]) {
        let redefined = Restructuring::Redefined {
            organization_id: row.id,
        };
        (context.deps.hooks.organization_changed)(tx, context, &redefined)?;
    }
    if has(&["remote"]) {
        let remote = Restructuring::Remote {
            organization_id: row.id,
        };
        (context.deps.hooks.organization_changed)(tx, context, &remote)?;
    }
    let action = match (is_moved, is_renamed) {
        (true, _) => "organization.moved",
        (false, true) => "organization.renamed",
        (false, false) => "organization.updated",
    };
    record(tx, context, action, &row, &changed, None)?;
    Ok(row)
}

/// The journal's row of a new organization.
pub fn creation<'a>(row: &Organization, changed: &'a [&'a str]) -> Change<'a> {
    change_of("organization.created", row, changed)
}
