//! Postings, for whom the host's side sees.

use diesel::prelude::*;

use super::model::PostingArrangement;
use super::store::is_shown_to_host;
use crate::db::schema::{organizations, postings};
use crate::db::{DbConn, Id, unindexed};
use crate::error::Result;
use crate::values::Date;

/// Of the postings in which a cadre is a guest on a day: the mentor who leads, and the host's path where it is a unit of the tree.
///
/// # Errors
/// When the database refuses.
pub fn hosts_of(
    conn: &mut DbConn,
    cadre_id: Id,
    day: Date,
) -> Result<Vec<(Option<Id>, Option<String>)>> {
    let hosts = postings::table
        .left_join(
            organizations::table.on(organizations::id
                .nullable()
                .eq(postings::host_organization_id)),
        )
        .filter(postings::cadre_id.eq(cadre_id))
        .filter(postings::starts_on.is_not_null())
        .filter(is_shown_to_host!(day))
        .select((postings::lead_mentor_id, organizations::path.nullable()));
    Ok(hosts.load(conn)?)
}

/// The secondments of a cadre to units of the tree that are over and still shown to the host's side: first and last day.
///
/// # Errors
/// When the database refuses.
pub fn ended_secondments(
    conn: &mut DbConn,
    cadre_id: Id,
    day: Date,
) -> Result<Vec<(Id, (Date, Date))>> {
    let ended = postings::table
        .filter(postings::cadre_id.eq(cadre_id))
        .filter(
            unindexed(postings::arrangement, postings::arrangement)
                .eq(PostingArrangement::Secondment),
        )
        .filter(postings::host_organization_id.is_not_null())
        .filter(postings::starts_on.is_not_null())
        .filter(postings::ends_on.is_not_null())
        .filter(is_shown_to_host!(day))
        .select((
            postings::id,
            (
                postings::starts_on.assume_not_null(),
                postings::ends_on.assume_not_null(),
            ),
        ));
    Ok(ended.load(conn)?)
}

/// Writes the last day on which the host's side sees some postings. No member shows it, so that versions stay.
///
/// # Errors
/// When the database refuses.
pub fn show_until(tx: &mut DbConn, ids: &[Id], last: Date) -> Result<()> {
    diesel::update(postings::table.filter(postings::id.eq_any(ids.to_vec())))
        .set(postings::guest_until.eq(last))
        .execute(tx)?;
    Ok(())
}
