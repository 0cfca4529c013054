//! The list of organizations.

use diesel::prelude::*;

use super::super::model::Organization;
use super::super::request::OrganizationFilters;
use crate::db::schema::{organization_names, organizations};
use crate::db::{DbConn, Id, MultiBackend};
use crate::error::Result;
use crate::external_ids::{Kind, holders};
use crate::listing::{List, Sort, SortColumn};
use crate::search::named_like;

/// What lists of organizations are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationSort {
    /// The id.
    Id,
    /// The code.
    Code,
}

impl Sort for OrganizationSort {
    type Row = Organization;
    type Source = organizations::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id), ("code", Self::Code)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(organizations::id, |row| row.id),
            Self::Code => SortColumn::new(organizations::code, |row| row.code.clone()),
        }
    }
}

/// Rows of a page.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    filters: &OrganizationFilters,
    list: &List<OrganizationSort>,
) -> Result<Vec<Organization>> {
    let query = matching(conn, filters)?.select(Organization::as_select());
    Ok(list.window(query, false)?.load(conn)?)
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
        let holders = holders!(Kind::Organization, sourced);
        query = query.filter(organizations::id.eq_any(holders));
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
    let mut holders: Vec<Id> = organization_names::table
        .filter(organization_names::code.eq(code))
        .select(organization_names::organization_id)
        .load(conn)?;
    holders.extend(super::id_of_code(conn, code)?);
    Ok(holders)
}
