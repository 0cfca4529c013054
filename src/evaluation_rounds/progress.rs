//! How far the raters of a round have come.

use super::progress_store::{self, ProgressSort};
use super::request::RoundProgressFilters;
use super::response::{EvaluationRoundResponse, TurnedEvaluationRound, UnitProgressResponse};
use super::scope::RoundScope;
use super::store;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::http::Reply;
use crate::listing::{List, Page};
use crate::organizations::ListedOrganizations;

/// A page of the units that the caller reaches, with how far their raters have come.
///
/// # Errors
/// `NotFound` for a round out of reach; as the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    id: Id,
    filters: &RoundProgressFilters,
    list: &List<ProgressSort>,
) -> Result<Page<UnitProgressResponse>> {
    let scope = RoundScope::from_context(context);
    let record = store::find_record(conn, id)?;
    record
        .filter(|record| scope.sees(&record.organization.path))
        .ok_or(Error::NotFound)?;
    let subtree = filters.subtree.is_none_or(|flag| flag.0);
    let units = ListedOrganizations::new(conn, &scope.reach, filters.organization_id, subtree)?;
    let rows = progress_store::page(conn, id, &scope.reach, &units, list)?;
    let total = || progress_store::total(conn, id, &scope.reach, &units);
    list.page(rows, total, |row| {
        Ok(UnitProgressResponse {
            organization_id: row.organization_id,
            organization_name: row.organization_name,
            progress: row.progress.into(),
        })
    })
}

/// A round with how far the raters of all units have come that the caller reaches.
///
/// # Errors
/// When the database refuses.
pub fn turned(
    conn: &mut DbConn,
    context: &Context,
    round: EvaluationRoundResponse,
) -> Result<TurnedEvaluationRound> {
    let scope = RoundScope::from_context(context);
    let progress = progress_store::sum_of(conn, round.id, &scope.reach)?.into();
    Ok(TurnedEvaluationRound { round, progress })
}

impl TurnedEvaluationRound {
    /// The reply; its `ETag` is that of the round alone, as a later read gives it.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn reply(&self) -> Result<Reply> {
        let mut reply = Reply::resource(200, &self.round)?;
        reply.body = serde_json::to_vec(self).map_err(Error::internal)?;
        Ok(reply)
    }
}
