//! Entries that the service begins from another record, and that the cadre or the unit completes.

use super::model::{EntryKind, EntrySource, EntryStatus, GrowthEntry};
use super::request::CompleteGrowthEntry;
use super::response::GrowthEntryResponse;
use super::service::{begin, blank, change, record, require, shown};
use super::{rules, store};
use crate::access::Permission;
use crate::cadres::Cadre;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::values::{Date, Text, changed};

/// What another record says of an entry.
#[derive(Debug, Clone)]
pub struct BegunEntry<'a> {
    /// Whose file it belongs to.
    pub cadre: &'a Cadre,
    /// The day it is about.
    pub occurred_on: Date,
    /// Kind.
    pub kind: EntryKind,
    /// Title.
    pub title: String,
    /// What the cadre did.
    pub participation: Option<String>,
    /// How the organisation helped.
    pub support: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
}

/// Begins an entry, which stays a draft until someone completes it.
///
/// # Errors
/// When the database refuses.
pub fn begin_entry(tx: &mut DbConn, context: &Context, begun: BegunEntry<'_>) -> Result<Id> {
    let entry = GrowthEntry {
        kind: begun.kind,
        title: begun.title,
        participation: begun.participation,
        support: begun.support,
        outcome: begun.outcome,
        ..blank(tx, context, begun.cadre, begun.occurred_on)?
    };
    store::insert(tx, &entry)?;
    let changed = ["cadreId", "occurredOn", "kind", "title", "status"];
    record(tx, context, "growth-entry.begun", &entry, &changed, None)?;
    Ok(entry.id)
}

/// Completes an entry that the service began; it is the completer's from then on.
///
/// # Errors
/// `NotFound`, `Forbidden`, `StaleVersion`, `IllegalTransition`.
pub fn complete(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &CompleteGrowthEntry,
) -> Result<GrowthEntryResponse> {
    let found = begin(tx, context, id)?;
    if !rules::may_complete(&found, context) {
        return Err(Error::Forbidden(None));
    }
    let before = &found.entry;
    let mut entry = completed(before, input)?;
    let is_own = context.actor.id().is_some() && before.created_by == context.actor.id();
    if before.status == EntryStatus::Recorded && is_own && entry == *before {
        return GrowthEntryResponse::from_record(found, context);
    }
    require(&found, context, rules::can_be_completed(before))?;
    let reach = context.reach_of(Permission::GrowthWrite);
    entry.created_by = context.actor.id();
    entry.status = EntryStatus::Recorded;
    entry.source = if reach.cadre_id == Some(before.cadre_id) {
        EntrySource::Self_
    } else {
        EntrySource::Unit
    };
    let members =
        changed!(before, &entry; status, source, title, participation, support, outcome, evidence);
    let action = "growth-entry.completed";
    change(tx, context, &mut entry, action, &members, None)?;
    shown(tx, context, id)
}

/// An entry with what is said to complete it.
fn completed(before: &GrowthEntry, input: &CompleteGrowthEntry) -> Result<GrowthEntry> {
    let mut entry = before.clone();
    let said = |text: &Option<Text<2000>>| text.clone().map(String::from);
    if let Some(title) = &input.title {
        title.as_str().clone_into(&mut entry.title);
    }
    entry.participation = said(&input.participation).or(entry.participation);
    entry.support = said(&input.support).or(entry.support);
    entry.outcome = said(&input.outcome).or(entry.outcome);
    if let Some(evidence) = &input.evidence {
        entry.evidence = evidence.to_json()?;
    }
    Ok(entry)
}
