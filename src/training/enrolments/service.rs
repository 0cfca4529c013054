//! Use cases of enrolments: reading them.

use super::model::EnrolmentRecord;
use super::request::EnrolmentFilters;
use super::response::EnrolmentResponse;
use super::rules;
use super::store::{self, EnrolmentSort};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::listing::{Fields, List, Page};
use crate::organizations::ListedOrganizations;
use crate::training::reach::reading;

/// One enrolment as the caller may see it.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<EnrolmentResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)
}

/// The enrolment as the caller may see it, if they may.
///
/// # Errors
/// When the database refuses.
pub fn visible(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<EnrolmentResponse>> {
    let reach = reading(context);
    let seen = store::find_record(conn, id)?.filter(|record| rules::sees(record, &reach));
    Ok(seen.map(|record| EnrolmentResponse::from_record(record, &Fields::all(), context)))
}

/// Whether an enrolment that the caller reads is this cadre's, and they took part.
///
/// # Errors
/// When the database refuses.
pub fn completed(conn: &mut DbConn, context: &Context, id: Id, cadre_id: Id) -> Result<bool> {
    let reach = reading(context);
    let seen = store::find_record(conn, id)?.filter(|record| rules::sees(record, &reach));
    Ok(seen.is_some_and(|record| {
        record.enrolment.cadre_id == cadre_id && record.enrolment.status.took_part()
    }))
}

/// The latest enrolments of a cadre that the caller reads, the latest event first, and no more than so many.
///
/// # Errors
/// When the database refuses.
pub fn of_cadre(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    most: i64,
) -> Result<Vec<EnrolmentResponse>> {
    let reach = reading(context);
    let mut rows = store::latest_of(conn, cadre_id, most)?;
    rows.retain(|record| rules::sees(record, &reach));
    let shown =
        |record: EnrolmentRecord| EnrolmentResponse::from_record(record, &Fields::all(), context);
    Ok(rows.into_iter().map(shown).collect())
}

/// A page of enrolments.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &EnrolmentFilters,
    list: &List<EnrolmentSort>,
) -> Result<Page<EnrolmentResponse>> {
    let subtree = filters.subtree.is_none_or(|flag| flag.0);
    let organizations =
        ListedOrganizations::new(conn, &context.reach, filters.organization_id, subtree)?;
    let rows = store::page(conn, context, filters, &organizations, list)?;
    let total = || store::total(conn, context, filters, &organizations);
    list.page(rows, total, |record| {
        Ok(EnrolmentResponse::from_record(
            record,
            &list.fields,
            context,
        ))
    })
}
