//! Use cases of growth entries.

use super::evidence::EvidenceList;
use super::model::{EntryKind, EntrySource, EntryStatus, GrowthEntry, GrowthEntryRecord};
use super::request::{CreateGrowthEntry, DisputeGrowthEntry, GrowthEntryFilters};
use super::response::GrowthEntryResponse;
use super::store::GrowthEntrySort;
use super::{rules, store};
use crate::cadres::{self, Cadre, CadreChoice};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Current, Error, FieldErrors, Result};
use crate::journal::{self, Change};
use crate::listing::{List, Page};
use crate::organizations::{self, ListedOrganizations};
use crate::values::{Date, Text, filled};

/// One entry as the caller may see it.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<GrowthEntryResponse> {
    let record = store::find_record(conn, id)?.filter(|row| is_visible(row, context));
    GrowthEntryResponse::from_record(record.ok_or(Error::NotFound)?, context)
}

/// A page of entries.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &GrowthEntryFilters,
    list: &List<GrowthEntrySort>,
) -> Result<Page<GrowthEntryResponse>> {
    let units = ListedOrganizations::new(conn, &context.reach, filters.organization_id, true)?;
    let rows = store::page(conn, context, filters, &units, list)?;
    let total = || store::total(conn, context, filters, &units);
    list.page(rows, total, |record| {
        GrowthEntryResponse::from_record(record, context)
    })
}

/// Writes an entry; with `supersedesId` it corrects another. One that exists with the same id and content, made by the same
/// caller, is given back: the flag says whether it is new.
///
/// # Errors
/// `Invalid`, `Forbidden`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateGrowthEntry,
) -> Result<(GrowthEntryResponse, bool)> {
    let choice = CadreChoice {
        id: new.cadre_id,
        external: new.cadre_ref.as_ref(),
    };
    let cadre_id = cadres::resolve(tx, choice)?;
    let pointer = match new.cadre_id {
        Some(_) => "/cadreId",
        None => "/cadreRef",
    };
    let unknown = || Error::field(pointer, "reference-unknown");
    let cadre = cadres::store::lock(tx, cadre_id)?.ok_or_else(unknown)?;
    let unit = organizations::store::find(tx, cadre.organization_id)?.ok_or_else(unknown)?;
    let source = rules::source_of(&context.reach, &cadre, &unit.path).ok_or_else(unknown)?;
    if let Some(existing) = new
        .id
        .map(|id| store::find_record(tx, id))
        .transpose()?
        .flatten()
    {
        return repeat(context, new, &cadre, existing);
    }
    let mut errors = FieldErrors::default();
    rules::check_day(new.occurred_on, &cadre, context.today, &mut errors);
    errors.into_result()?;
    let entry = draft(tx, context, new, &cadre, source)?;
    let corrected = new
        .supersedes_id
        .map(|id| corrected(tx, context, id, &entry));
    let corrected = corrected.transpose()?;
    store::insert(tx, &entry)?;
    record(
        tx,
        context,
        "growth-entry.created",
        &entry,
        &members(new),
        None,
    )?;
    if let Some(mut former) = corrected {
        former.superseded_by_id = Some(entry.id);
        change(
            tx,
            context,
            &mut former,
            "growth-entry.superseded",
            &["supersededById"],
            None,
        )?;
    }
    Ok((shown(tx, context, entry.id)?, true))
}

/// Verifies an entry that another person wrote about another person.
///
/// # Errors
/// `NotFound`, `StaleVersion`, `Forbidden`, `IllegalTransition`.
pub fn verify(tx: &mut DbConn, context: &Context, id: Id) -> Result<GrowthEntryResponse> {
    let record = begin(tx, context, id)?;
    if !rules::may_verify(&record, context) {
        return Err(Error::Forbidden(None));
    }
    let mut entry = record.entry.clone();
    let caller = context.actor.id();
    if entry.status == EntryStatus::Verified && entry.verified_by == caller {
        return GrowthEntryResponse::from_record(record, context);
    }
    require(&record, context, rules::can_be_verified(&entry))?;
    entry.status = EntryStatus::Verified;
    entry.verified_by = caller;
    let changed = ["status", "verifiedBy"];
    change(
        tx,
        context,
        &mut entry,
        "growth-entry.verified",
        &changed,
        None,
    )?;
    shown(tx, context, id)
}

/// Lets the cadre say that an entry by others is not so.
///
/// # Errors
/// `NotFound`, `StaleVersion`, `Forbidden`, `IllegalTransition`.
pub fn dispute(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &DisputeGrowthEntry,
) -> Result<GrowthEntryResponse> {
    let record = begin(tx, context, id)?;
    if !rules::may_dispute(&record, context) {
        return Err(Error::Forbidden(None));
    }
    let mut entry = record.entry.clone();
    let reason = input.reason.as_str();
    if entry.status == EntryStatus::Disputed && entry.dispute_reason.as_deref() == Some(reason) {
        return GrowthEntryResponse::from_record(record, context);
    }
    require(&record, context, rules::can_be_disputed(&entry))?;
    entry.status = EntryStatus::Disputed;
    entry.dispute_reason = Some(reason.to_owned());
    let changed = ["status", "disputeReason"];
    change(
        tx,
        context,
        &mut entry,
        "growth-entry.disputed",
        &changed,
        Some(reason),
    )?;
    shown(tx, context, id)
}

/// An entry of a file that was kept elsewhere, verified there by the unit.
#[derive(Debug, Clone)]
pub struct PastEntry<'a> {
    /// Whose file it belongs to.
    pub cadre: &'a Cadre,
    /// The day it is about.
    pub occurred_on: Date,
    /// Kind.
    pub kind: EntryKind,
    /// Title.
    pub title: Text<200>,
    /// What the cadre did.
    pub participation: Option<Text<2000>>,
    /// How the organisation helped.
    pub support: Option<Text<2000>>,
    /// What came of it.
    pub outcome: Option<Text<2000>>,
}

/// Takes over entries that were kept elsewhere; they come from the unit and are verified.
///
/// # Errors
/// When the database refuses.
pub fn load(tx: &mut DbConn, context: &Context, past: &[PastEntry<'_>]) -> Result<usize> {
    let mut entries = Vec::with_capacity(past.len());
    for entry in past {
        let new = CreateGrowthEntry {
            id: None,
            cadre_id: Some(entry.cadre.id),
            cadre_ref: None,
            occurred_on: entry.occurred_on,
            kind: entry.kind,
            title: entry.title.clone(),
            participation: entry.participation.clone(),
            support: entry.support.clone(),
            outcome: entry.outcome.clone(),
            evidence: None,
            supersedes_id: None,
        };
        let mut row = draft(tx, context, &new, entry.cadre, EntrySource::Unit)?;
        row.status = EntryStatus::Verified;
        row.verified_by = context.actor.id();
        entries.push((row, members(&new)));
    }
    let rows: Vec<GrowthEntry> = entries.iter().map(|(row, _)| row.clone()).collect();
    store::insert_many(tx, &rows)?;
    for (row, members) in &entries {
        record(tx, context, "growth-entry.created", row, members, None)?;
    }
    Ok(entries.len())
}

fn is_visible(record: &GrowthEntryRecord, context: &Context) -> bool {
    rules::sees(record, &context.reach, &context.actor)
}

/// The entry that a verb is about, locked; the verb's own permission is asked for after.
pub(super) fn begin(tx: &mut DbConn, context: &Context, id: Id) -> Result<GrowthEntryRecord> {
    let record = store::sight_locked(tx, id)?.filter(|row| is_visible(row, context));
    record.ok_or(Error::NotFound)
}

/// Lets a verb pass when `If-Match` does and the entry's state allows it.
pub(super) fn require(record: &GrowthEntryRecord, context: &Context, allowed: bool) -> Result<()> {
    let current = || Ok(current(record.clone(), context));
    context.allow(record.entry.version, allowed, current)
}

/// The answer to a create whose id exists.
fn repeat(
    context: &Context,
    new: &CreateGrowthEntry,
    cadre: &Cadre,
    existing: GrowthEntryRecord,
) -> Result<(GrowthEntryResponse, bool)> {
    let entry = &existing.entry;
    let text = |text: &Option<Text<2000>>| text.clone().map(String::from);
    let same = journal::created_by_caller(context, entry.created_by)
        && entry.cadre_id == cadre.id
        && entry.occurred_on == new.occurred_on
        && entry.kind == new.kind
        && entry.title == new.title.as_str()
        && entry.participation == text(&new.participation)
        && entry.support == text(&new.support)
        && entry.outcome == text(&new.outcome)
        && entry.evidence == new.evidence.clone().unwrap_or_default().to_json()?
        && entry.supersedes_id == new.supersedes_id;
    if same {
        return Ok((GrowthEntryResponse::from_record(existing, context)?, false));
    }
    let visible = is_visible(&existing, context);
    let current = if visible {
        current(existing, context)
    } else {
        None
    };
    Err(Error::Duplicate(DuplicateKey::ID, current))
}

fn draft(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateGrowthEntry,
    cadre: &Cadre,
    source: EntrySource,
) -> Result<GrowthEntry> {
    let text = |text: &Option<Text<2000>>| text.clone().map(String::from);
    Ok(GrowthEntry {
        id: new.id.unwrap_or_else(|| context.new_id()),
        created_by: context.actor.id(),
        kind: new.kind,
        title: new.title.as_str().to_owned(),
        participation: text(&new.participation),
        support: text(&new.support),
        outcome: text(&new.outcome),
        evidence: new.evidence.clone().unwrap_or_default().to_json()?,
        source,
        status: EntryStatus::Recorded,
        supersedes_id: new.supersedes_id,
        ..blank(tx, context, cadre, new.occurred_on)?
    })
}

/// An entry about a day of a cadre, of which nothing is said yet: a draft that nobody wrote.
///
/// # Errors
/// When the database refuses.
pub fn blank(
    tx: &mut DbConn,
    context: &Context,
    cadre: &Cadre,
    occurred_on: Date,
) -> Result<GrowthEntry> {
    let unit_then = cadres::career_store::organization_on(tx, cadre.id, occurred_on)?;
    Ok(GrowthEntry {
        id: context.new_id(),
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: None,
        cadre_id: cadre.id,
        occurred_on,
        kind: EntryKind::Other,
        title: String::new(),
        participation: None,
        support: None,
        outcome: None,
        evidence: EvidenceList::default().to_json()?,
        source: EntrySource::Unit,
        status: EntryStatus::Draft,
        verified_by: None,
        dispute_reason: None,
        supersedes_id: None,
        superseded_by_id: None,
        organization_id: unit_then.map_or(cadre.organization_id, |unit| unit.id),
        phase: cadres::phase_on(cadre.reported_on, occurred_on).0,
        present_organization_id: cadre.organization_id,
    })
}

/// The entry that a new one corrects, locked: of the same cadre, by the same side, and not corrected yet.
fn corrected(tx: &mut DbConn, context: &Context, id: Id, new: &GrowthEntry) -> Result<GrowthEntry> {
    let unknown = || Error::field("/supersedesId", "reference-unknown");
    let former = store::sight_locked(tx, id)?
        .filter(|row| row.entry.cadre_id == new.cadre_id && is_visible(row, context))
        .ok_or_else(unknown)?;
    if !rules::may_supersede(&former.entry, new.source, &context.actor) {
        return Err(Error::Forbidden(None));
    }
    if let Some(successor) = former.entry.superseded_by_id {
        let successor = store::find_record(tx, successor)?.filter(|row| is_visible(row, context));
        let current = successor.and_then(|row| current(row, context));
        return Err(Error::Duplicate(
            DuplicateKey::member("supersedesId"),
            current,
        ));
    }
    Ok(former.entry)
}

/// Writes a changed row, and that it changed.
pub(super) fn change(
    tx: &mut DbConn,
    context: &Context,
    entry: &mut GrowthEntry,
    action: &'static str,
    changed: &[&str],
    reason: Option<&str>,
) -> Result<()> {
    entry.version += 1;
    entry.updated_at = context.now;
    store::update(tx, entry)?;
    record(tx, context, action, entry, changed, reason)
}

pub(super) fn record(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    entry: &GrowthEntry,
    changed: &[&str],
    reason: Option<&str>,
) -> Result<()> {
    let change = Change {
        changed_fields: changed,
        organization_id: Some(entry.present_organization_id),
        cadre_id: Some(entry.cadre_id),
        reason,
        ..Change::new(action, "growth-entry", entry.id, entry.version)
    };
    journal::record(tx, context, &change)
}

/// The members that a new entry sets, by their names in the API.
fn members(new: &CreateGrowthEntry) -> Vec<&'static str> {
    let mut members = vec!["cadreId", "occurredOn", "kind", "title"];
    members.extend(filled!(new; participation, support, outcome, evidence, supersedes_id));
    members
}

pub(super) fn shown(conn: &mut DbConn, context: &Context, id: Id) -> Result<GrowthEntryResponse> {
    let record = store::find_record(conn, id)?.ok_or(Error::NotFound)?;
    GrowthEntryResponse::from_record(record, context)
}

/// A resource as the `current` of an error.
fn current(record: GrowthEntryRecord, context: &Context) -> Current {
    let entry = GrowthEntryResponse::from_record(record, context).ok()?;
    serde_json::to_value(entry).ok().map(Box::new)
}
