//! Events that begin on a day.

use super::model::TrainingEvent;
use super::store;
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::journal::{self, Change};
use crate::transitions::Resource;
use crate::values::Date;

/// Journals the open events that begin on a day; nothing is stored of it.
///
/// # Errors
/// When the database refuses.
pub fn journal_beginning(tx: &mut DbConn, context: &Context, day: Date) -> Result<()> {
    let events = store::beginning(tx, day)?;
    let begins = |event: &TrainingEvent| Change {
        changed_fields: &["status"],
        organization_id: event.organization(),
        effective_on: Some(day),
        ..Change::new(
            "training-event.started",
            TrainingEvent::KIND,
            event.id,
            event.version,
        )
    };
    let changes: Vec<Change<'_>> = events.iter().map(begins).collect();
    journal::record_many(tx, context, &changes)
}
