//! Queries that find whom to enrol.

use diesel::prelude::*;

use crate::access::{Reach, Subtree};
use crate::cadres::store::in_phases;
use crate::cadres::{CadreStatus, Phase, PostCategory};
use crate::db::schema::{cadres, organizations};
use crate::db::{DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, unindexed, within};
use crate::error::Result;
use crate::values::Date;

/// Someone who may be enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Candidate {
    /// Who.
    pub cadre_id: Id,
    /// Status.
    pub status: CadreStatus,
    /// The day of reporting.
    pub reported_on: Date,
    /// Kind of post.
    pub post_category: Option<PostCategory>,
    /// The unit.
    pub organization_id: Id,
    /// The unit's path.
    pub path: String,
}

/// Those with these ids, in the order of the ids.
///
/// # Errors
/// When the database refuses.
pub fn by_ids(conn: &mut DbConn, ids: &[Id]) -> Result<Vec<Candidate>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(ROWS_PER_STATEMENT) {
        let rows = cadres::table
            .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
            .filter(cadres::id.eq_any(some.to_vec()))
            .select((
                cadres::id,
                cadres::status,
                cadres::reported_on,
                cadres::post_category,
                organizations::id,
                organizations::path,
            ));
        found.extend(rows.load::<Candidate>(conn)?);
    }
    found.sort_by_key(|candidate| candidate.cadre_id);
    Ok(found)
}

/// Who is asked for: all who take part in the programme and fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection<'a> {
    /// What the caller reaches.
    pub reach: &'a Reach,
    /// The unit asked for, with all below it.
    pub asked: Subtree,
    /// The years of the programme; all where there is none.
    pub phases: &'a [Phase],
    /// The kinds of post; all where there is none.
    pub post_categories: &'a [PostCategory],
    /// The day on which the years are told.
    pub day: Date,
}

/// The ids of those who are asked for, in their order, and no more than so many.
///
/// # Errors
/// When the database refuses.
pub fn ids_of(conn: &mut DbConn, selection: &Selection<'_>, most: usize) -> Result<Vec<Id>> {
    let asked = Reach {
        subtrees: vec![selection.asked.clone()],
        ..Reach::default()
    };
    let status = unindexed(cadres::status, cadres::status);
    let mut rows = cadres::table
        .filter(status.eq(CadreStatus::Active))
        .into_boxed::<MultiBackend>()
        .filter(within!(cadres::table, cadres::organization_id, &asked));
    if !selection.reach.everything {
        rows = rows.filter(within!(
            cadres::table,
            cadres::organization_id,
            selection.reach
        ));
    }
    if !selection.phases.is_empty() {
        rows = rows.filter(in_phases(selection.phases, selection.day));
    }
    if !selection.post_categories.is_empty() {
        let kinds = selection.post_categories.to_vec();
        rows = rows.filter(cadres::post_category.eq_any(kinds));
    }
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = rows.order(cadres::id).limit(most);
    Ok(rows.select(cadres::id).load(conn)?)
}
