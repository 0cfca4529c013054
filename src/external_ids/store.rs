//! Queries of external ids.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{ChangedIds, ExternalId, ExternalIds, Kind, Source};
use crate::db::schema::external_ids::{self, dsl};
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, on_backend};
use crate::error::Result;

/// The resource that bears an id.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, kind: Kind, source: &Source, id: &ExternalId) -> Result<Option<Id>> {
    let found = external_ids::table
        .find((kind.as_str(), source.as_str(), id.as_str()))
        .select(dsl::resource_id)
        .first(conn)
        .optional()?;
    Ok(found)
}

/// The resources that bear ids of one source; none where there is no source.
///
/// # Errors
/// When the database refuses.
pub fn find_many(
    conn: &mut DbConn,
    kind: Kind,
    source: Option<&Source>,
    ids: &[&ExternalId],
) -> Result<HashMap<ExternalId, Id>> {
    let Some(source) = source else {
        return Ok(HashMap::new());
    };
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        let borne = external_ids::table
            .filter(dsl::resource_type.eq(kind.as_str()))
            .filter(dsl::source.eq(source.as_str()))
            .filter(dsl::external_id.eq_any(ids.iter().map(|id| id.as_str())))
            .select((dsl::external_id, dsl::resource_id));
        let rows: Vec<(String, Id)> = borne.load(conn)?;
        found.extend(
            rows.into_iter()
                .map(|(id, holder)| (ExternalId(id), holder)),
        );
    }
    Ok(found)
}

/// Adds the ids of many new resources of one kind.
///
/// # Errors
/// `Duplicate` for an id that another resource bears, or when the database refuses.
pub fn add_many(tx: &mut DbConn, kind: Kind, borne: &[(Id, &ExternalIds)]) -> Result<()> {
    let all: Vec<_> = borne
        .iter()
        .flat_map(|(resource_id, ids)| ids.0.iter().map(|(source, id)| (*resource_id, source, id)))
        .collect();
    for ids in all.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<_> = ids
            .iter()
            .map(|(resource_id, source, id)| {
                (
                    dsl::resource_type.eq(kind.as_str()),
                    dsl::source.eq(source.as_str()),
                    dsl::external_id.eq(id.as_str()),
                    dsl::resource_id.eq(*resource_id),
                )
            })
            .collect();
        on_backend!(tx, |c| diesel::insert_into(external_ids::table)
            .values(&rows)
            .execute(c))?;
    }
    Ok(())
}

/// Makes `ids` the resource's ids. An id that another resource bears breaks `external_ids_pkey`.
///
/// # Errors
/// `Duplicate`, or when the database refuses.
pub fn replace(tx: &mut DbConn, kind: Kind, resource_id: Id, ids: &ExternalIds) -> Result<()> {
    let bears = external_ids::table
        .filter(dsl::resource_id.eq(resource_id))
        .filter(dsl::resource_type.eq(kind.as_str()));
    diesel::delete(bears).execute(tx)?;
    for (source, id) in &ids.0 {
        insert(tx, kind, resource_id, source, id)?;
    }
    Ok(())
}

/// Turns the ids a resource shows into others. Ids that it took over in a merge and does not show go on naming it.
///
/// # Errors
/// As [`replace`].
pub fn change(
    tx: &mut DbConn,
    kind: Kind,
    resource_id: Id,
    ChangedIds { former, ids }: &ChangedIds,
) -> Result<()> {
    for (source, id) in &former.0 {
        if ids.0.get(source) != Some(id) {
            let row = external_ids::table.find((kind.as_str(), source.as_str(), id.as_str()));
            diesel::delete(row).execute(tx)?;
        }
    }
    for (source, id) in &ids.0 {
        if former.0.get(source) != Some(id) && find(tx, kind, source, id)? != Some(resource_id) {
            insert(tx, kind, resource_id, source, id)?;
        }
    }
    Ok(())
}

fn insert(
    tx: &mut DbConn,
    kind: Kind,
    resource_id: Id,
    source: &Source,
    id: &ExternalId,
) -> Result<()> {
    diesel::insert_into(external_ids::table)
        .values((
            dsl::resource_type.eq(kind.as_str()),
            dsl::source.eq(source.as_str()),
            dsl::external_id.eq(id.as_str()),
            dsl::resource_id.eq(resource_id),
        ))
        .execute(tx)?;
    Ok(())
}

/// Makes all ids of one resource name another, as a merge does.
///
/// # Errors
/// When the database refuses.
pub fn retarget(tx: &mut DbConn, kind: Kind, from: Id, to: Id) -> Result<()> {
    let borne = external_ids::table
        .filter(dsl::resource_id.eq(from))
        .filter(dsl::resource_type.eq(kind.as_str()));
    diesel::update(borne)
        .set(dsl::resource_id.eq(to))
        .execute(tx)?;
    Ok(())
}
