//! The growth entry that a finished posting begins.

use super::model::{Posting, PostingRecord};
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::growth_entries::{self, BegunEntry, EntryKind};

/// Begins the entry: what the cadre did is the task, the organisation helped by host and lead mentor, and what came of it is the result.
/// The cadre or the unit completes it.
///
/// # Errors
/// When the database refuses.
pub fn begin_entry(
    tx: &mut DbConn,
    context: &Context,
    record: &PostingRecord,
    finished: &Posting,
) -> Result<Id> {
    let cadre = cadres::store::find(tx, finished.cadre_id)?.ok_or(Error::NotFound)?;
    let host = match (&record.host, &finished.host_name) {
        (Some((name, _)), _) | (None, Some(name)) => name.as_str(),
        (None, None) => "",
    };
    let support = match &record.lead_mentor_name {
        Some(mentor) => format!("{host} / {mentor}"),
        None => host.to_owned(),
    };
    let entry = BegunEntry {
        cadre: &cadre,
        occurred_on: finished.ends_on.unwrap_or(context.today),
        kind: EntryKind::Posting,
        title: host.to_owned(),
        participation: Some(finished.task.clone()),
        support: Some(support),
        outcome: finished.result_text.clone(),
    };
    growth_entries::begin_entry(tx, context, entry)
}
