//! Queries of organizations.

mod list;
mod tree;

use std::collections::BTreeMap;

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{FormerName, Organization, OrganizationKind};
use crate::access::Subtree;
use crate::db::schema::{organization_names, organizations};
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, on_backend};
use crate::error::{Error, Result};
use crate::external_ids::{self, ExternalIds, Kind};
use crate::search::{self, Named};
use crate::values::Date;

pub use list::{OrganizationSort, page, total};
pub use tree::{
    children, children_with_kinds, hold_tree, kinds_under, line, lock_tree, path, rewrite_paths,
    root_paths, within,
};

/// The organization with an id.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Organization>> {
    let found = organizations::table
        .find(id)
        .select(Organization::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// The organization with an id, which nobody can move, merge or remove before the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn find_shared(tx: &mut DbConn, id: Id) -> Result<Option<Organization>> {
    if let DbConn::Postgres(tx) = tx {
        let locked = organizations::table
            .find(id)
            .select(organizations::id)
            .for_share();
        locked.first::<Id>(tx).optional()?;
    }
    find(tx, id)
}

/// The organization with an id, which nobody else can change before the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn find_locked(tx: &mut DbConn, id: Id) -> Result<Option<Organization>> {
    if let DbConn::Postgres(tx) = tx {
        let locked = organizations::table
            .find(id)
            .select(organizations::id)
            .for_update();
        locked.first::<Id>(tx).optional()?;
    }
    find(tx, id)
}

/// The organization with a code.
///
/// # Errors
/// When the database refuses.
pub fn find_by_code(conn: &mut DbConn, code: &str) -> Result<Option<Organization>> {
    let found = organizations::table
        .filter(organizations::code.eq(code))
        .select(Organization::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// The organizations with some ids, in no order.
///
/// # Errors
/// When the database refuses.
pub fn find_many(conn: &mut DbConn, ids: &[Id]) -> Result<Vec<Organization>> {
    let mut found = Vec::new();
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        let some = organizations::table
            .filter(organizations::id.eq_any(ids))
            .select(Organization::as_select());
        found.extend(some.load(conn)?);
    }
    Ok(found)
}

/// The organizations with some codes, in no order.
///
/// # Errors
/// When the database refuses.
pub fn find_many_by_code(conn: &mut DbConn, codes: &[&str]) -> Result<Vec<Organization>> {
    let mut found = Vec::new();
    for codes in codes.chunks(ROWS_PER_STATEMENT) {
        let some = organizations::table
            .filter(organizations::code.eq_any(codes))
            .select(Organization::as_select());
        found.extend(some.load(conn)?);
    }
    Ok(found)
}

/// Every organization with its path, by its code.
///
/// # Errors
/// When the database refuses.
pub fn placed_by_code(conn: &mut DbConn) -> Result<HashMap<String, (Id, String)>> {
    let rows: Vec<(String, Id, String)> = organizations::table
        .select((organizations::code, organizations::id, organizations::path))
        .load(conn)?;
    let placed = rows.into_iter().map(|(code, id, path)| (code, (id, path)));
    Ok(placed.collect())
}

/// The id of the organization with a code.
///
/// # Errors
/// When the database refuses.
pub fn id_of_code(conn: &mut DbConn, code: &str) -> Result<Option<Id>> {
    let found = organizations::table
        .filter(organizations::code.eq(code))
        .select(organizations::id)
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Every organization, parents before children, for imports and names in rosters.
///
/// # Errors
/// When the database refuses.
pub fn all(conn: &mut DbConn) -> Result<Vec<Organization>> {
    let all = organizations::table
        .select(Organization::as_select())
        .order(organizations::path.asc())
        .load(conn)?;
    Ok(all)
}

/// Every name and code that organizations had.
///
/// # Errors
/// When the database refuses.
pub fn all_former_names(conn: &mut DbConn) -> Result<Vec<FormerName>> {
    let all = organization_names::table
        .select(FormerName::as_select())
        .load(conn)?;
    Ok(all)
}

/// Adds an organization with what it is found by.
///
/// # Errors
/// `Duplicate` for a code, path or external id that another bears, or when the database refuses.
pub fn insert(tx: &mut DbConn, row: &Organization) -> Result<()> {
    insert_many(tx, std::slice::from_ref(row))
}

/// Adds organizations, parents before children.
///
/// # Errors
/// As [`insert`].
pub fn insert_many(tx: &mut DbConn, rows: &[Organization]) -> Result<()> {
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(organizations::table)
            .values(rows)
            .execute(c))?;
    }
    let borne: Vec<ExternalIds> = rows
        .iter()
        .map(|row| ExternalIds::from_json(&row.external_ids))
        .collect::<Result<_>>()?;
    let borne: Vec<_> = rows.iter().map(|row| row.id).zip(&borne).collect();
    external_ids::add_many(tx, Kind::Organization, &borne)?;
    let named: Vec<_> = rows.iter().map(present_names).collect();
    search::add_many(tx, Kind::Organization, &named)
}

/// Writes an organization over its former version.
///
/// # Errors
/// `StaleVersion` when another change came first, `Duplicate` for a code or path that another bears, or when the database
/// refuses.
pub fn update(tx: &mut DbConn, row: &Organization) -> Result<()> {
    let former = organizations::table
        .filter(organizations::id.eq(row.id))
        .filter(organizations::version.eq(row.version - 1));
    let written = diesel::update(former).set(row).execute(tx)?;
    if written == 0 {
        return Err(Error::StaleVersion(None));
    }
    index(tx, row)
}

/// Notes what an organization was called until a day; of two names until one day the later one is dated after it.
///
/// # Errors
/// When the database refuses.
pub fn remember_name(tx: &mut DbConn, row: &Organization, last_day: Date) -> Result<()> {
    let taken: Option<Date> = organization_names::table
        .filter(organization_names::organization_id.eq(row.id))
        .filter(organization_names::valid_to.ge(last_day))
        .select(organization_names::valid_to)
        .order(organization_names::valid_to.desc())
        .first(tx)
        .optional()?;
    let former = FormerName {
        organization_id: row.id,
        valid_to: taken.map_or(last_day, |taken| taken.plus_days(1)),
        code: row.code.clone(),
        name: row.name.clone(),
        short_name: row.short_name.clone(),
    };
    diesel::insert_into(organization_names::table)
        .values(&former)
        .execute(tx)?;
    Ok(())
}

/// The names and codes an organization had, the latest first.
///
/// # Errors
/// When the database refuses.
pub fn former_names(conn: &mut DbConn, id: Id) -> Result<Vec<FormerName>> {
    let names = organization_names::table
        .filter(organization_names::organization_id.eq(id))
        .select(FormerName::as_select())
        .order(organization_names::valid_to.desc())
        .load(conn)?;
    Ok(names)
}

/// Removes an organization that nothing refers to.
///
/// # Errors
/// `InUse` when something does, or when the database refuses.
pub fn delete(tx: &mut DbConn, row: &Organization) -> Result<()> {
    external_ids::replace(tx, Kind::Organization, row.id, &ExternalIds::default())?;
    search::replace(tx, Kind::Organization, row.id, &[])?;
    let names = organization_names::table.filter(organization_names::organization_id.eq(row.id));
    diesel::delete(names).execute(tx)?;
    let present = organizations::table
        .filter(organizations::id.eq(row.id))
        .filter(organizations::version.eq(row.version));
    match diesel::delete(present).execute(tx)? {
        0 => Err(Error::StaleVersion(None)),
        _ => Ok(()),
    }
}

/// Every organization with what it is found by.
///
/// # Errors
/// When the database refuses.
pub fn named(conn: &mut DbConn) -> Result<Vec<Named>> {
    let rows: Vec<(Id, String, Option<String>, String)> = organizations::table
        .select((
            organizations::id,
            organizations::name,
            organizations::short_name,
            organizations::code,
        ))
        .load(conn)?;
    let former: Vec<(Id, String, Option<String>, String)> = organization_names::table
        .select((
            organization_names::organization_id,
            organization_names::name,
            organization_names::short_name,
            organization_names::code,
        ))
        .load(conn)?;
    let mut named = BTreeMap::new();
    for (id, name, short_name, code) in rows.into_iter().chain(former) {
        let entry = named.entry(id).or_insert_with(|| Named {
            kind: Kind::Organization,
            id,
            names: Vec::new(),
            codes: Vec::new(),
        });
        entry.names.push(name);
        entry.names.extend(short_name);
        entry.codes.push(code);
    }
    Ok(named.into_values().collect())
}

/// Makes present and former names and codes findable.
fn index(tx: &mut DbConn, row: &Organization) -> Result<()> {
    let former = former_names(tx, row.id)?;
    let (id, mut names, mut codes) = present_names(row);
    for name in &former {
        names.push(&name.name);
        names.extend(name.short_name.as_deref());
        codes.push(&name.code);
    }
    search::replace_with_codes(tx, Kind::Organization, id, &names, &codes)
}

/// What an organization is called now.
fn present_names(row: &Organization) -> (Id, Vec<&str>, Vec<&str>) {
    let names = std::iter::once(row.name.as_str()).chain(row.short_name.as_deref());
    (row.id, names.collect(), vec![&row.code])
}

/// The units with these paths, as subtrees with their kinds.
///
/// # Errors
/// When the database refuses.
pub fn at(conn: &mut DbConn, paths: &[String]) -> Result<Vec<(Subtree, OrganizationKind)>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let units: Vec<(Id, String, OrganizationKind)> = organizations::table
        .filter(organizations::path.eq_any(paths))
        .select((organizations::id, organizations::path, organizations::kind))
        .load(conn)?;
    let subtree = |(organization_id, path, kind)| {
        let subtree = Subtree {
            organization_id,
            path,
        };
        (subtree, kind)
    };
    Ok(units.into_iter().map(subtree).collect())
}
