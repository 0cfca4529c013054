//! Secondments, for who appraises in their time.

use diesel::prelude::*;

use super::model::PostingArrangement;
use crate::db::schema::{organizations, postings};
use crate::db::{DbConn, Id, unindexed};
use crate::error::Result;
use crate::values::Date;

/// Whose secondment, the host and its path, and the first and the last day.
type Secondment = (Id, Id, String, (Date, Date));

/// The secondments of some cadres to units of the tree that have begun, the first one first; the last day as it is planned where it
/// is still to come.
///
/// # Errors
/// When the database refuses.
pub fn secondments(conn: &mut DbConn, cadre_ids: &[Id]) -> Result<Vec<Secondment>> {
    let spent = postings::table
        .inner_join(
            organizations::table.on(organizations::id
                .nullable()
                .eq(postings::host_organization_id)),
        )
        .filter(postings::cadre_id.eq_any(cadre_ids.to_vec()))
        .filter(
            unindexed(postings::arrangement, postings::arrangement)
                .eq(PostingArrangement::Secondment),
        )
        .filter(postings::starts_on.is_not_null())
        .order(postings::id)
        .select((
            postings::cadre_id,
            organizations::id,
            organizations::path,
            postings::starts_on.assume_not_null(),
            postings::ends_on,
            postings::planned_ends_on,
        ));
    type Row = (Id, Id, String, Date, Option<Date>, Date);
    let spent: Vec<Row> = spent.load(conn)?;
    let days = |(cadre_id, host, path, first, ended, planned): Row| {
        (cadre_id, host, path, (first, ended.unwrap_or(planned)))
    };
    Ok(spent.into_iter().map(days).collect())
}
