//! Lists of runs and of proposals.

use diesel::prelude::*;

use super::model::{Proposal, Run};
use super::request::{ProposalFilters, RunFilters};
use crate::context::Context;
use crate::db::schema::{matching_proposals, matching_runs};
use crate::db::{DbConn, Id, MultiBackend, within};
use crate::error::Result;
use crate::listing::{List, Sort, SortColumn};

/// What lists of runs are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunSort {
    /// The id.
    Id,
}

impl Sort for RunSort {
    type Row = Run;
    type Source = matching_runs::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(matching_runs::id, |row| row.id),
        }
    }
}

/// What lists of proposals are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalSort {
    /// The id.
    Id,
}

impl Sort for ProposalSort {
    type Row = Proposal;
    type Source = matching_proposals::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(matching_proposals::id, |row| row.id),
        }
    }
}

type Runs<'a> = matching_runs::BoxedQuery<'a, MultiBackend>;
type Proposals<'a> = matching_proposals::BoxedQuery<'a, MultiBackend>;

/// A page of runs.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn runs(
    conn: &mut DbConn,
    context: &Context,
    filters: &RunFilters,
    list: &List<RunSort>,
) -> Result<Vec<Run>> {
    let query = seen(context, filters).select(Run::as_select());
    Ok(list.window(query, false)?.load(conn)?)
}

/// How many runs there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total_runs(conn: &mut DbConn, context: &Context, filters: &RunFilters) -> Result<i64> {
    Ok(seen(context, filters).count().get_result(conn)?)
}

fn seen<'a>(context: &Context, filters: &RunFilters) -> Runs<'a> {
    let mut query = matching_runs::table.into_boxed::<MultiBackend>();
    if !context.reach.everything {
        query = query.filter(within!(
            matching_runs::table,
            matching_runs::organization_id,
            &context.reach
        ));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(matching_runs::status.eq_any(statuses.0.clone()));
    }
    query
}

/// A page of a run's proposals.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn proposals(
    conn: &mut DbConn,
    run_id: Id,
    filters: &ProposalFilters,
    list: &List<ProposalSort>,
) -> Result<Vec<Proposal>> {
    let query = of_run(run_id, filters).select(Proposal::as_select());
    Ok(list.window(query, false)?.load(conn)?)
}

/// How many proposals a run has.
///
/// # Errors
/// When the database refuses.
pub fn total_proposals(conn: &mut DbConn, run_id: Id, filters: &ProposalFilters) -> Result<i64> {
    Ok(of_run(run_id, filters).count().get_result(conn)?)
}

fn of_run<'a>(run_id: Id, filters: &ProposalFilters) -> Proposals<'a> {
    let mut query = matching_proposals::table
        .into_boxed::<MultiBackend>()
        .filter(matching_proposals::run_id.eq(run_id));
    if let Some(roles) = &filters.role {
        query = query.filter(matching_proposals::role.eq_any(roles.0.clone()));
    }
    if let Some(id) = filters.cadre_id {
        query = query.filter(matching_proposals::cadre_id.eq(id));
    }
    if let Some(id) = filters.mentor_id {
        query = query.filter(matching_proposals::mentor_id.eq(id));
    }
    if let Some(matched) = filters.matched {
        query = query.filter(matching_proposals::matched.eq(matched.0));
    }
    query
}
