//! Postings of a programme that has run for a while before it came here.

use super::model::{Posting, PostingArrangement, PostingFront, PostingRating, PostingStatus};
use super::{guests, store};
use crate::cadres::{self, Cadre};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::journal::{self, Change};
use crate::transitions::Resource;
use crate::values::Date;

/// A posting as it is told.
#[derive(Debug, Clone)]
pub struct PastPosting<'a> {
    /// The cadre.
    pub cadre: &'a Cadre,
    /// The front.
    pub front: PostingFront,
    /// The arrangement.
    pub arrangement: PostingArrangement,
    /// The host, where it is a unit of the tree.
    pub host_organization_id: Option<Id>,
    /// The host's name.
    pub host_name: String,
    /// The mentor who leads.
    pub lead_mentor_id: Option<Id>,
    /// The task.
    pub task: String,
    /// The first and the last day.
    pub days: (Date, Date),
    /// How the cadre did, where it is over.
    pub rating: PostingRating,
}

/// Takes over postings: over, running or to come, by their days.
///
/// # Errors
/// `Duplicate` when two of one person share a day.
pub fn take_over(tx: &mut DbConn, context: &Context, past: &[PastPosting<'_>]) -> Result<usize> {
    let rows: Vec<Posting> = past.iter().map(|one| taken_over(context, one)).collect();
    store::insert_many(tx, &rows)?;
    let changed = ["cadreId", "front", "arrangement", "task", "status"];
    let line = |row: &Posting| Change {
        changed_fields: &changed,
        organization_id: row.organization(),
        cadre_id: row.cadre(),
        ..Change::new("posting.created", Posting::KIND, row.id, row.version)
    };
    let lines: Vec<Change<'_>> = rows.iter().map(line).collect();
    journal::record_many(tx, context, &lines)?;
    Ok(rows.len())
}

fn taken_over(context: &Context, past: &PastPosting<'_>) -> Posting {
    let (first, last) = past.days;
    let status = if first > context.today {
        PostingStatus::Planned
    } else if last < context.today {
        PostingStatus::Finished
    } else {
        PostingStatus::Active
    };
    let is_over = status == PostingStatus::Finished;
    let is_outside = past.host_organization_id.is_none();
    let mut row = Posting {
        front: past.front,
        arrangement: past.arrangement,
        host_organization_id: past.host_organization_id,
        host_name: is_outside.then(|| past.host_name.clone()),
        lead_mentor_id: past.lead_mentor_id,
        task: past.task.clone(),
        planned_starts_on: first,
        planned_ends_on: last,
        starts_on: (status != PostingStatus::Planned).then_some(first),
        ends_on: is_over.then_some(last),
        status,
        result_rating: is_over.then_some(past.rating),
        phase: cadres::phase_on(past.cadre.reported_on, first).0,
        ..Posting::blank(context, context.new_id(), past.cadre)
    };
    row.guest_until = guests::until(&row, last);
    row
}
