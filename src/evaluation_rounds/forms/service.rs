//! Reading the forms that rounds issued.

use super::request::RaterFormFilters;
use super::response::RaterFormResponse;
use super::store::{self, RaterFormSort};
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::listing::{List, Page};
use crate::organizations::ReachedOrganizations;

/// A page of forms.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &RaterFormFilters,
    list: &List<RaterFormSort>,
) -> Result<Page<RaterFormResponse>> {
    let units = ReachedOrganizations::from_reach(conn, &context.reach)?;
    let rows = store::page(conn, context, filters, &units, list)?;
    let total = || store::total(conn, context, filters, &units);
    list.page(rows, total, |record| Ok(record.into()))
}
