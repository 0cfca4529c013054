//! Use cases of cadres.

use super::draft::{CadreDraft, prepare};
use super::model::Cadre;
use super::request::{CadreFilters, CadreInput, CreateCadre};
use super::response::{CadreResponse, viewer, viewer_of};
use super::store::{self, CadreSort};
use super::{career_store, sealed_store};
use super::{guesses, identity};
use crate::access::visibility::CadreViewer;
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Current, Error, Result};
use crate::external_ids::{self, AddressedId, ChangedIds, ExternalId, ExternalIds, Kind, Source};
use crate::http::Outcome;
use crate::journal::{self, Change};
use crate::listing::{Fields, List, Page};
use crate::organizations::ListedOrganizations;
use crate::search;
use crate::transitions::{begin, current, record, write};
use crate::values::{IdentityNumber, Text};

/// One cadre as the caller may see it who reads of their file; a unit the person has left sees name and status.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<CadreResponse> {
    shown_to(conn, context, id, former_viewer)
}

/// The same, shown to a host, too, who sees a guest and reads nothing of their file.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read_or_guest(conn: &mut DbConn, context: &Context, id: Id) -> Result<CadreResponse> {
    shown_to(conn, context, id, |conn, context, id| {
        if (context.deps.hooks.is_guest)(conn, context, id)? {
            return Ok(Some(CadreViewer::Guest));
        }
        former_viewer(conn, context, id)
    })
}

/// One cadre, as the caller's or their unit's, or else as `distant` says.
fn shown_to(
    conn: &mut DbConn,
    context: &Context,
    id: Id,
    distant: fn(&mut DbConn, &Context, Id) -> Result<Option<CadreViewer>>,
) -> Result<CadreResponse> {
    let record = store::find_record(conn, id, context.today)?;
    let near = record
        .as_ref()
        .and_then(|record| viewer_of(record, context));
    let viewer = match near {
        Some(viewer) => Some(viewer),
        // Asked for an id that nobody has, too: how long it takes tells nobody whether there is such a person.
        None => distant(conn, context, id)?,
    };
    let (record, viewer) = record.zip(viewer).ok_or(Error::NotFound)?;
    CadreResponse::from_record(record, viewer, &Fields::all(), context)
}

fn former_viewer(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<CadreViewer>> {
    let was_theirs =
        !context.reach.subtrees.is_empty() && store::was_within(conn, id, &context.reach)?;
    Ok(was_theirs.then_some(CadreViewer::FormerOrganization))
}

/// A page of cadres.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &CadreFilters,
    list: &List<CadreSort>,
) -> Result<Page<CadreResponse>> {
    let subtree = filters.subtree.is_none_or(|flag| flag.0);
    let organizations =
        ListedOrganizations::new(conn, &context.reach, filters.organization_id, subtree)?;
    let rows = store::page(conn, context, filters, &organizations, list)?;
    let total = || store::total(conn, context, filters, &organizations);
    list.page(rows, total, |record| {
        // Lists are read under the permission to read, so that the reach is asked for once.
        let viewer = viewer(&record, &context.reach).unwrap_or(CadreViewer::FormerOrganization);
        CadreResponse::from_record(record, viewer, &list.fields, context)
    })
}

/// Makes a cadre. One that exists with the same id and content, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateCadre,
) -> Result<Outcome<CadreResponse>> {
    let id = new.id.unwrap_or_else(|| context.new_id());
    let input = CadreInput::from(new.clone());
    if let Some(existing) = store::find(tx, id)? {
        let same = journal::created_by_caller(context, existing.created_by)
            && matches!(prepare(tx, context, id, &input, Some(&existing))?, CadreDraft { changed, .. } if changed.is_empty());
        let current = visible(tx, context, id)?;
        return match current {
            Some(current) if same => Ok(Outcome::Unchanged(current)),
            current => Err(Error::Duplicate(
                DuplicateKey::ID,
                current_of(current.as_ref()),
            )),
        };
    }
    insert(tx, context, id, &input)
}

/// Makes or changes the cadre with an id in another system: what is sent is written, what is absent stays.
///
/// # Errors
/// `Invalid`, `Duplicate`, `StaleVersion`.
pub fn upsert(
    tx: &mut DbConn,
    context: &Context,
    source: &Source,
    external_id: &ExternalId,
    input: &CadreInput,
    create_only: bool,
) -> Result<Outcome<CadreResponse>> {
    let address = AddressedId {
        source,
        id: external_id,
    };
    let Some(id) = external_ids::find(tx, Kind::Cadre, source, external_id)? else {
        let input = CadreInput {
            external_ids: address.of_new(&input.external_ids)?,
            ..input.clone()
        };
        return insert(tx, context, context.new_id(), &input);
    };
    let row = reachable(tx, context, id)?;
    if create_only {
        return Err(Error::StaleVersion(current::<Cadre>(tx, context, id)?));
    }
    context.check_match(row.version, || Ok(None))?;
    let present = ExternalIds::from_json(&row.external_ids)?;
    let input = CadreInput {
        external_ids: address.kept(&input.external_ids, &present)?,
        ..input.clone()
    };
    change(tx, context, &row, &input)
}

/// Changes a cadre by merge patch.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, `Duplicate`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &CadreInput,
) -> Result<CadreResponse> {
    let begun = begin::<Cadre>(tx, context, "update_cadre", id)?;
    context.require_header()?;
    begun.require(tx)?;
    Ok(change(tx, context, &begun.row, input)?.into_inner())
}

/// Removes a cadre that nothing refers to.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `InUse`.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let row = reachable(tx, context, id)?;
    context.require_match(row.version, || current::<Cadre>(tx, context, id))?;
    if let Some(number) = store::present_identity(tx, id)? {
        guesses::count_deleted(tx, context, id, &number)?;
    }
    (context.deps.hooks.cadre_deleted)(tx, context, id)?;
    external_ids::replace(tx, Kind::Cadre, id, &ExternalIds::default())?;
    search::replace(tx, Kind::Cadre, id, &[])?;
    store::delete(tx, id)?;
    let change = Change {
        organization_id: Some(row.organization_id),
        cadre_id: Some(id),
        ..Change::new("cadre.deleted", "cadre", id, row.version + 1)
    };
    journal::record(tx, context, &change)
}

/// The row of a cadre that the caller may change, locked.
///
/// # Errors
/// `NotFound` out of reach.
pub fn reachable(tx: &mut DbConn, context: &Context, id: Id) -> Result<Cadre> {
    reached(context, store::lock_placed(tx, id)?)
}

/// That a cadre is in a unit the caller reaches; only reads.
///
/// # Errors
/// `NotFound` out of reach.
pub fn require_reachable(conn: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    reached(context, store::find_placed(conn, id)?).map(drop)
}

fn reached(context: &Context, found: Option<(Cadre, String)>) -> Result<Cadre> {
    let (row, path) = found.ok_or(Error::NotFound)?;
    let is_reached = context.reach.covers(&path);
    is_reached.then_some(row).ok_or(Error::NotFound)
}

/// The cadre as the caller may see it, if they may.
///
/// # Errors
/// When the database refuses.
pub fn visible(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<CadreResponse>> {
    let Some(record) = store::find_record(conn, id, context.today)? else {
        return Ok(None);
    };
    viewer_of(&record, context)
        .map(|viewer| CadreResponse::from_record(record, viewer, &Fields::all(), context))
        .transpose()
}

/// A resource as the `current` of an error.
pub fn current_of(cadre: Option<&CadreResponse>) -> Current {
    cadre
        .and_then(|cadre| serde_json::to_value(cadre).ok())
        .map(Box::new)
}

fn insert(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &CadreInput,
) -> Result<Outcome<CadreResponse>> {
    let CadreDraft {
        cadre,
        changed,
        identity,
        external_ids,
    } = prepare(tx, context, id, input, None)?;
    store::insert(tx, &cadre)?;
    write_linked(
        tx,
        context,
        &cadre,
        identity.as_ref(),
        external_ids.as_ref(),
        true,
    )?;
    identity::charge_written(tx, context, identity.as_ref())?;
    record(
        tx,
        context,
        "cadre.created",
        &cadre,
        &changed,
        reason_of(input),
    )?;
    Ok(Outcome::Created(shown(tx, context, id)?))
}

/// Writes the changes that `input` asks for, and nothing when it asks for none.
fn change(
    tx: &mut DbConn,
    context: &Context,
    row: &Cadre,
    input: &CadreInput,
) -> Result<Outcome<CadreResponse>> {
    let CadreDraft {
        cadre,
        changed,
        identity,
        external_ids,
    } = prepare(tx, context, row.id, input, Some(row))?;
    if changed.is_empty() {
        return Ok(Outcome::Unchanged(shown(tx, context, row.id)?));
    }
    if identity.is_some() && row.identity_masked.is_some() && input.reason.is_none() {
        return Err(Error::field("/reason", "required"));
    }
    let cadre = write(tx, context, row, cadre)?;
    write_linked(
        tx,
        context,
        &cadre,
        identity.as_ref(),
        external_ids.as_ref(),
        cadre.name != row.name,
    )?;
    identity::charge_written(tx, context, identity.as_ref())?;
    career_store::correct_posts(tx, &cadre, row)?;
    if cadre.organization_id != row.organization_id {
        super::transitions::move_post(tx, context, &cadre, context.today)?;
    }
    record(
        tx,
        context,
        "cadre.updated",
        &cadre,
        &changed,
        reason_of(input),
    )?;
    if cadre.reported_on != row.reported_on {
        (context.deps.hooks.probation_changed)(tx, context, cadre.id)?;
    }
    Ok(Outcome::Updated(shown(tx, context, row.id)?))
}

/// Changes a cadre whose row was just read, as a file says; whether there was anything to write.
///
/// # Errors
/// `Invalid`, `Duplicate`, `StaleVersion`.
pub fn amend(tx: &mut DbConn, context: &Context, row: &Cadre, input: &CadreInput) -> Result<bool> {
    Ok(change(tx, context, row, input)?.is_written())
}

/// Checks what [`amend`] would check, and writes nothing.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn check_amendment(
    conn: &mut DbConn,
    context: &Context,
    row: &Cadre,
    input: &CadreInput,
) -> Result<()> {
    prepare(conn, context, row.id, input, Some(row)).map(drop)
}

/// What stands in tables of its own: identity number, external ids, search keys.
fn write_linked(
    tx: &mut DbConn,
    context: &Context,
    cadre: &Cadre,
    identity: Option<&IdentityNumber>,
    external_ids: Option<&ChangedIds>,
    renamed: bool,
) -> Result<()> {
    if let Some(number) = identity {
        let vault = &context.deps.vault;
        store::set_identity(
            tx,
            cadre.id,
            &vault.identity_digest(number.as_str()),
            &vault.seal(
                sealed_store::identity_number(&cadre.id),
                number.as_str().as_bytes(),
            )?,
        )?;
    }
    if let Some(ids) = external_ids {
        external_ids::change(tx, Kind::Cadre, cadre.id, ids)?;
    }
    if renamed {
        search::replace(tx, Kind::Cadre, cadre.id, &[&cadre.name])?;
    }
    Ok(())
}

fn reason_of(input: &CadreInput) -> Option<&str> {
    input.reason.as_ref().map(Text::as_str)
}

fn shown(conn: &mut DbConn, context: &Context, id: Id) -> Result<CadreResponse> {
    let record = store::find_record(conn, id, context.today)?.ok_or(Error::NotFound)?;
    CadreResponse::from_record(record, CadreViewer::Staff, &Fields::all(), context)
}

/// That members of a cadre changed which no one wrote: they follow from another record or from the day.
pub fn derived_change<'a>(cadre: &Cadre, members: &'a [&'a str]) -> Change<'a> {
    Change {
        changed_fields: members,
        organization_id: Some(cadre.organization_id),
        cadre_id: Some(cadre.id),
        ..Change::new("cadre.derived-changed", "cadre", cadre.id, cadre.version)
    }
}

/// Journals such a change, if there is such a cadre.
///
/// # Errors
/// When the database refuses.
pub fn derived_changed(tx: &mut DbConn, context: &Context, id: Id, members: &[&str]) -> Result<()> {
    let Some(cadre) = store::find(tx, id)? else {
        return Ok(());
    };
    journal::record(tx, context, &derived_change(&cadre, members))
}
