//! Use cases of mentors.

use super::draft::{self, MentorDraft};
use super::listed::insert_many;
use super::model::Mentor;
use super::request::{CreateMentor, MentorFilters, MentorInput};
use super::response::MentorResponse;
use super::scope::MentorScope;
use super::store;
use super::store::MentorSort;
use crate::access::visibility::MentorViewer;
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Current, Error, Result};
use crate::external_ids::{self, AddressedId, ExternalId, ExternalIds, Kind, Source};
use crate::http::Outcome;
use crate::journal::{self, Change};
use crate::listing::{Fields, List, Page};
use crate::organizations::ReachedOrganizations;
use crate::search;
use crate::transitions::{self, begin, current};

/// One mentor as the caller may see them.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<MentorResponse> {
    // What the caller reaches is asked first, of ids that nobody has, too.
    let scope = MentorScope::from_context(conn, context)?;
    let record = store::find_record(conn, id)?.ok_or(Error::NotFound)?;
    let viewer = scope.viewer(&record);
    MentorResponse::from_record(
        record,
        viewer.ok_or(Error::NotFound)?,
        &Fields::all(),
        context,
    )
}

/// A page of mentors.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &MentorFilters,
    list: &List<MentorSort>,
) -> Result<Page<MentorResponse>> {
    let scope = MentorScope::from_context(conn, context)?;
    let subtree = filters.subtree.is_none_or(|flag| flag.0);
    let organization = ReachedOrganizations::asked(conn, filters.organization_id, subtree)?;
    let rows = store::page(conn, &scope, filters, organization.as_ref(), list)?;
    let total = || store::total(conn, &scope, filters, organization.as_ref());
    list.page(rows, total, |record| {
        // What the database chose is visible; a rule that it does not share must not show more.
        let viewer = scope.viewer(&record).unwrap_or(MentorViewer::Neighbour);
        MentorResponse::from_record(record, viewer, &list.fields, context)
    })
}

/// Nominates a mentor. One that exists with the same id and content, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateMentor,
) -> Result<Outcome<MentorResponse>> {
    let id = new.id.unwrap_or_else(|| context.new_id());
    let input = MentorInput::from(new.clone());
    let Some(existing) = store::find(tx, id)? else {
        return insert(tx, context, id, &input);
    };
    let same = journal::created_by_caller(context, existing.created_by)
        && draft::prepare(tx, context, id, &input, Some(&existing))?
            .changed
            .is_empty();
    match visible(tx, context, id)? {
        Some(current) if same => Ok(Outcome::Unchanged(current)),
        current => Err(Error::Duplicate(
            DuplicateKey::ID,
            current_of(current.as_ref()),
        )),
    }
}

/// Makes or changes the mentor with an id in another system: what is sent is written, what is absent stays.
///
/// # Errors
/// `Invalid`, `Duplicate`, `StaleVersion`.
pub fn upsert(
    tx: &mut DbConn,
    context: &Context,
    source: &Source,
    external_id: &ExternalId,
    input: &MentorInput,
    create_only: bool,
) -> Result<Outcome<MentorResponse>> {
    let address = AddressedId {
        source,
        id: external_id,
    };
    let Some(id) = external_ids::find(tx, Kind::Mentor, source, external_id)? else {
        let input = MentorInput {
            external_ids: address.of_new(&input.external_ids)?,
            ..input.clone()
        };
        return insert(tx, context, context.new_id(), &input);
    };
    let row = reachable(tx, context, id)?;
    if create_only {
        return Err(Error::StaleVersion(current::<Mentor>(tx, context, id)?));
    }
    context.check_match(row.version, || current::<Mentor>(tx, context, id))?;
    let present = ExternalIds::from_json(&row.external_ids)?;
    let input = MentorInput {
        external_ids: address.kept(&input.external_ids, &present)?,
        ..input.clone()
    };
    change(tx, context, &row, &input)
}

/// Changes a mentor by merge patch.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, `CapacityExceeded`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &MentorInput,
) -> Result<MentorResponse> {
    let begun = begin::<Mentor>(tx, context, "update_mentor", id)?;
    context.require_header()?;
    begun.require(tx)?;
    Ok(change(tx, context, &begun.row, input)?.into_inner())
}

/// Removes a mentor that nothing refers to.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `InUse`.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let row = reachable(tx, context, id)?;
    context.require_match(row.version, || current::<Mentor>(tx, context, id))?;
    (context.deps.hooks.mentor_deleted)(tx, context, id)?;
    external_ids::replace(tx, Kind::Mentor, id, &ExternalIds::default())?;
    search::replace(tx, Kind::Mentor, id, &[])?;
    store::delete(tx, id)?;
    let change = Change {
        organization_id: Some(row.organization_id),
        ..Change::new("mentor.deleted", "mentor", id, row.version + 1)
    };
    journal::record(tx, context, &change)
}

/// The row of a mentor that the caller may change, locked.
///
/// # Errors
/// `NotFound` out of reach.
pub fn reachable(tx: &mut DbConn, context: &Context, id: Id) -> Result<Mentor> {
    reached(context, store::lock_placed(tx, id)?)
}

/// That a mentor is in a unit the caller reaches; only reads.
///
/// # Errors
/// `NotFound` out of reach.
pub fn require_reachable(conn: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    reached(context, store::find_placed(conn, id)?).map(drop)
}

fn reached(context: &Context, found: Option<(Mentor, String)>) -> Result<Mentor> {
    let (row, path) = found.ok_or(Error::NotFound)?;
    let is_reached = context.reach.covers(&path);
    is_reached.then_some(row).ok_or(Error::NotFound)
}

/// The mentor as the caller may see them, if they may.
///
/// # Errors
/// When the database refuses.
pub fn visible(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<MentorResponse>> {
    let Some(record) = store::find_record(conn, id)? else {
        return Ok(None);
    };
    let viewer = MentorScope::from_context(conn, context)?.viewer(&record);
    viewer
        .map(|viewer| MentorResponse::from_record(record, viewer, &Fields::all(), context))
        .transpose()
}

/// A resource as the `current` of an error.
pub fn current_of(mentor: Option<&MentorResponse>) -> Current {
    mentor
        .and_then(|mentor| serde_json::to_value(mentor).ok())
        .map(Box::new)
}

/// The journal's row of a new mentor.
pub fn creation<'a>(mentor: &Mentor, changed: &'a [&'a str]) -> Change<'a> {
    Change {
        changed_fields: changed,
        organization_id: Some(mentor.organization_id),
        ..Change::new("mentor.created", "mentor", mentor.id, mentor.version)
    }
}

/// Writes a new mentor.
fn insert(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &MentorInput,
) -> Result<Outcome<MentorResponse>> {
    let draft = draft::prepare(tx, context, id, input, None)?;
    insert_many(tx, context, &[(&draft.mentor, &draft.changed)])?;
    Ok(Outcome::Created(shown(tx, context, id)?))
}

/// Writes the changes that `input` asks for, and nothing when it asks for none.
fn change(
    tx: &mut DbConn,
    context: &Context,
    row: &Mentor,
    input: &MentorInput,
) -> Result<Outcome<MentorResponse>> {
    let draft = draft::prepare(tx, context, row.id, input, Some(row))?;
    write(tx, context, row, draft)
}

/// Writes a draft of a mentor who is there, and nothing when it changes nothing.
///
/// # Errors
/// `StaleVersion`, or when the database refuses.
pub fn write(
    tx: &mut DbConn,
    context: &Context,
    row: &Mentor,
    draft: MentorDraft,
) -> Result<Outcome<MentorResponse>> {
    let MentorDraft {
        mentor,
        changed,
        external_ids,
    } = draft;
    if changed.is_empty() {
        return Ok(Outcome::Unchanged(shown(tx, context, row.id)?));
    }
    let mentor = transitions::write(tx, context, row, mentor)?;
    if let Some(changed) = &external_ids {
        external_ids::change(tx, Kind::Mentor, row.id, changed)?;
    }
    if mentor.name != row.name {
        search::replace(tx, Kind::Mentor, row.id, &[&mentor.name])?;
    }
    transitions::record(tx, context, "mentor.updated", &mentor, &changed, None)?;
    if mentor.organization_id != row.organization_id {
        (context.deps.hooks.mentor_changed)(tx, context, row.id)?;
    }
    Ok(Outcome::Updated(shown(tx, context, row.id)?))
}

/// The mentor as those see them who may write them.
fn shown(conn: &mut DbConn, context: &Context, id: Id) -> Result<MentorResponse> {
    let record = store::find_record(conn, id)?.ok_or(Error::NotFound)?;
    MentorResponse::from_record(record, MentorViewer::Staff, &Fields::all(), context)
}
