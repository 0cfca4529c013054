//! The list of organizations.

use diesel::prelude::*;

use super::super::model::Organization;
use super::super::request::OrganizationFilters;
use crate::access::Context;
use crate::db::schema::{external_ids, organization_names, organizations};
use crate::db::{DbConn, Id, MultiBackend};
use crate::error::Result;
use crate::external_ids::Kind;
use crate::http::{Paging, keyset};
use crate::search::named_like;

/// Members that lists of organizations are sorted by.
pub const SORTS: &[&str] = &["id", "code"];

/// Rows of a page.
///
/// # Errors
/// `Malformed`, `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &OrganizationFilters,
    paging: &Paging,
) -> Result<Vec<Organization>> {
    let sort = paging.sort(SORTS)?;
    let after = paging.after(&context.scene.vault, context.actor.id(), context.now)?;
    let query = matching(conn, filters)?.select(Organization::as_select());
    let query = match sort.member {
        "code" => keyset!(
            query,
            organizations::code,
            organizations::id,
            sort,
            after.map(|after| (after.key, after.id))
        ),
        _ => keyset!(query, organizations::id, sort, after.map(|after| after.id)),
    };
    Ok(query.limit(paging.rows()).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(conn: &mut DbConn, filters: &OrganizationFilters) -> Result<i64> {
    Ok(matching(conn, filters)?.count().get_result(conn)?)
}

fn matching(
    conn: &mut DbConn,
    filters: &OrganizationFilters,
) -> Result<organizations::BoxedQuery<'static, MultiBackend>> {
    let mut query = organizations::table.into_boxed::<MultiBackend>();
    if let Some(code) = &filters.code {
        query = query.filter(organizations::id.eq_any(bearers_of_code(conn, code.as_str())?));
    }
    if let Some(id) = filters.parent_id {
        query = query.filter(organizations::parent_id.eq(id));
    }
    if let Some(kinds) = &filters.kind {
        query = query.filter(organizations::kind.eq_any(kinds.0.clone()));
    }
    if let Some(code) = &filters.division_code {
        query = query.filter(organizations::division_code.eq(code.as_str().to_owned()));
    }
    if let Some(remote) = filters.remote {
        query = query.filter(organizations::remote.eq(remote.0));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(organizations::status.eq_any(statuses.0.clone()));
    }
    if let Some(sourced) = &filters.external_id {
        let bearers = external_ids::table
            .filter(external_ids::resource_type.eq(Kind::Organization.as_str()))
            .filter(external_ids::source.eq(sourced.source.as_str().to_owned()))
            .filter(external_ids::external_id.eq(sourced.id.as_str().to_owned()))
            .select(external_ids::resource_id);
        query = query.filter(organizations::id.eq_any(bearers));
    }
    if let Some(typed) = &filters.q {
        query = query.filter(named_like!(
            organizations::id,
            Kind::Organization,
            typed.as_str()
        ));
    }
    Ok(query)
}

/// The units that have a code, or had it; looked up first, because either index alone finds only its half.
fn bearers_of_code(conn: &mut DbConn, code: &str) -> Result<Vec<Id>> {
    let mut bearers: Vec<Id> = organization_names::table
        .filter(organization_names::code.eq(code))
        .select(organization_names::organization_id)
        .load(conn)?;
    bearers.extend(super::id_of_code(conn, code)?);
    Ok(bearers)
}
