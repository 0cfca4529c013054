//! Secondments, for who appraises in their time.

use diesel::prelude::*;

use super::model::PostingArrangement;
use crate::db::schema::{organizations, postings};
use crate::db::{DbConn, Id, unindexed};
use crate::error::Result;
use crate::values::Date;

/// The secondments of a cadre to units of the tree that have begun: the host's path, and the first and the last day, as it is planned
/// where it is still to come.
///
/// # Errors
/// When the database refuses.
pub fn secondments_of(conn: &mut DbConn, cadre_id: Id) -> Result<Vec<(String, (Date, Date))>> {
    let spent = postings::table
        .inner_join(
            organizations::table.on(organizations::id
                .nullable()
                .eq(postings::host_organization_id)),
        )
        .filter(postings::cadre_id.eq(cadre_id))
        .filter(
            unindexed(postings::arrangement, postings::arrangement)
                .eq(PostingArrangement::Secondment),
        )
        .filter(postings::starts_on.is_not_null())
        .order(postings::id)
        .select((
            organizations::path,
            postings::starts_on.assume_not_null(),
            postings::ends_on,
            postings::planned_ends_on,
        ));
    let spent: Vec<(String, Date, Option<Date>, Date)> = spent.load(conn)?;
    let days = |(path, first, ended, planned): (String, Date, Option<Date>, Date)| {
        (path, (first, ended.unwrap_or(planned)))
    };
    Ok(spent.into_iter().map(days).collect())
}
