//! Queries of runs and proposals, and of what a run is computed from.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::{Proposal, Run};
use super::request::Cohort;
use super::world::Recruit;
use crate::access::Subtree;
use crate::assignments::AssignmentStatus;
use crate::cadres::{CadreStatus, PostCategory};
use crate::db::schema::{assignments, cadres, matching_proposals, matching_runs, organizations};
use crate::db::{DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, inside, on_backend};
use crate::error::{Error, Result};
use crate::mentors::MentorRole;
use crate::values::{Date, DateBound};

/// The active cadres of a subtree, of one intake where asked, with the day they reported.
///
/// # Errors
/// When the database refuses.
pub fn recruits(
    conn: &mut DbConn,
    subtree: &Subtree,
    cohort: Option<&Cohort>,
) -> Result<Vec<(Recruit, Date)>> {
    type Row = (
        Id,
        Id,
        Option<PostCategory>,
        Option<String>,
        Option<String>,
        Date,
    );
    let units = organizations::table
        .filter(inside!(subtree))
        .select(organizations::id);
    let mut query = cadres::table
        .into_boxed::<MultiBackend>()
        .filter(cadres::status.eq(CadreStatus::Active))
        .filter(cadres::organization_id.eq_any(units));
    if let Some(DateBound(day)) = cohort.and_then(|cohort| cohort.reported_on_gte) {
        query = query.filter(cadres::reported_on.ge(day));
    }
    if let Some(DateBound(day)) = cohort.and_then(|cohort| cohort.reported_on_lte) {
        query = query.filter(cadres::reported_on.le(day));
    }
    let rows: Vec<Row> = query
        .select((
            cadres::id,
            cadres::organization_id,
            cadres::post_category,
            cadres::major,
            cadres::post_title,
            cadres::reported_on,
        ))
        .load(conn)?;
    let recruit = |(id, organization_id, post, major, title, reported_on): Row| {
        let words = [major, title];
        let text = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let recruit = Recruit {
            id,
            organization_id,
            post,
            text,
            present: [None, None],
            proposed: [None, None],
        };
        (recruit, reported_on)
    };
    Ok(rows.into_iter().map(recruit).collect())
}

/// What a run needs of a pair.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = assignments)]
pub struct LivePair {
    /// Id.
    pub id: Id,
    /// The cadre.
    pub cadre_id: Id,
    /// The mentor.
    pub mentor_id: Id,
    /// As what the mentor guides.
    pub role: MentorRole,
    /// In effect, or proposed.
    pub status: AssignmentStatus,
    /// Since when it needs another mentor.
    pub needs_replacement_since: Option<Date>,
}

/// The pairs in effect and the proposals of cadres who are in a subtree now.
///
/// # Errors
/// When the database refuses.
pub fn live_pairs(conn: &mut DbConn, subtree: &Subtree) -> Result<Vec<LivePair>> {
    let units = organizations::table
        .filter(inside!(subtree))
        .select(organizations::id);
    let live = [AssignmentStatus::Active, AssignmentStatus::Proposed];
    let pairs = assignments::table
        .filter(assignments::status.eq_any(live))
        .filter(assignments::present_organization_id.eq_any(units))
        .select(LivePair::as_select());
    Ok(pairs.load(conn)?)
}

/// The mentors of pairs, by the pairs' ids.
///
/// # Errors
/// When the database refuses.
pub fn mentors_of_pairs(conn: &mut DbConn, ids: &[Id]) -> Result<BTreeMap<Id, Id>> {
    let pairs = assignments::table
        .filter(assignments::id.eq_any(ids))
        .select((assignments::id, assignments::mentor_id));
    Ok(pairs.load(conn)?.into_iter().collect())
}

/// A run with its unit's path.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<(Run, String)>> {
    let found = matching_runs::table
        .inner_join(organizations::table.on(organizations::id.eq(matching_runs::organization_id)))
        .filter(matching_runs::id.eq(id))
        .select((Run::as_select(), organizations::path));
    Ok(found.first(conn).optional()?)
}

/// A run that nobody else can change before the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, id: Id) -> Result<Option<(Run, String)>> {
    if let DbConn::Postgres(tx) = tx {
        let locked = matching_runs::table
            .find(id)
            .select(matching_runs::id)
            .for_update();
        locked.first::<Id>(tx).optional()?;
    }
    find(tx, id)
}

/// Writes a new run.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut DbConn, run: &Run) -> Result<()> {
    diesel::insert_into(matching_runs::table)
        .values(run)
        .execute(tx)?;
    Ok(())
}

/// Writes a changed run over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, run: &Run, version: i64) -> Result<()> {
    let former = matching_runs::table
        .find(run.id)
        .filter(matching_runs::version.eq(version));
    match diesel::update(former).set(run).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// Writes a run's proposals in place of those that it had.
///
/// # Errors
/// When the database refuses.
pub fn put_proposals(tx: &mut DbConn, run_id: Id, rows: &[Proposal]) -> Result<()> {
    let former = matching_proposals::table.filter(matching_proposals::run_id.eq(run_id));
    diesel::delete(former).execute(tx)?;
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(matching_proposals::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
}

/// A run's proposals, by id.
///
/// # Errors
/// When the database refuses.
pub fn proposals(conn: &mut DbConn, run_id: Id) -> Result<Vec<Proposal>> {
    let rows = matching_proposals::table
        .filter(matching_proposals::run_id.eq(run_id))
        .order(matching_proposals::id)
        .select(Proposal::as_select());
    Ok(rows.load(conn)?)
}

/// One of a run's proposals.
///
/// # Errors
/// When the database refuses.
pub fn proposal(conn: &mut DbConn, run_id: Id, id: Id) -> Result<Option<Proposal>> {
    let row = matching_proposals::table
        .filter(matching_proposals::id.eq(id))
        .filter(matching_proposals::run_id.eq(run_id))
        .select(Proposal::as_select());
    Ok(row.first(conn).optional()?)
}

/// Writes a changed proposal.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update_proposal(tx: &mut DbConn, row: &Proposal, version: i64) -> Result<()> {
    let former = matching_proposals::table
        .find(row.id)
        .filter(matching_proposals::version.eq(version));
    match diesel::update(former).set(row).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// The names of units and cadres, by id.
///
/// # Errors
/// When the database refuses.
pub fn names(conn: &mut DbConn, ids: &[Id]) -> Result<BTreeMap<Id, String>> {
    let units: Vec<(Id, String)> = organizations::table
        .filter(organizations::id.eq_any(ids))
        .select((organizations::id, organizations::name))
        .load(conn)?;
    let persons: Vec<(Id, String)> = cadres::table
        .filter(cadres::id.eq_any(ids))
        .select((cadres::id, cadres::name))
        .load(conn)?;
    Ok(units.into_iter().chain(persons).collect())
}
