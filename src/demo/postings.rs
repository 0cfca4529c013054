//! The demo's postings: 520 at the three fronts.

use std::collections::HashMap;

use super::files::{self, PostingRow};
use super::plans::drawn;
use super::records::People;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::organizations;
use crate::postings::{self, PastPosting, PostingRating};

/// Takes over every posting. How a cadre did in one that is over follows from the ids in the files.
pub fn load(tx: &mut DbConn, context: &Context, people: &People) -> Result<()> {
    let units: HashMap<String, Id> = organizations::store::all(tx)?
        .into_iter()
        .map(|unit| (unit.name, unit.id))
        .collect();
    let rows: Vec<PostingRow> = files::rows(files::POSTINGS)?;
    let past = |row: &PostingRow| {
        let lead = row.lead_mentor_external_id.as_deref();
        Ok(PastPosting {
            cadre: people.cadre(&row.cadre_external_id)?,
            front: row.front,
            arrangement: row.arrangement,
            host_organization_id: units.get(&row.host_organization_name).copied(),
            host_name: row.host_organization_name.clone(),
            lead_mentor_id: lead.map(|id| people.mentor(id)).transpose()?,
            task: row.task.clone(),
            days: (row.starts_on, row.ends_on),
            rating: rating(&row.cadre_external_id),
        })
    };
    let past = rows.iter().map(past).collect::<Result<Vec<_>>>()?;
    postings::take_over(tx, context, &past)?;
    Ok(())
}

fn rating(external_id: &str) -> PostingRating {
    match drawn(&[external_id, "posting"]) % 100 {
        0..=34 => PostingRating::Good,
        35..=84 => PostingRating::FairlyGood,
        85..=97 => PostingRating::Average,
        _ => PostingRating::Poor,
    }
}
