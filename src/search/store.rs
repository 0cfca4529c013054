//! Queries of search keys.

use diesel::prelude::*;

use super::Named;
use crate::db::schema::search_keys::{self, dsl};
use crate::db::{DbConn, Id, on_backend, service_state};
use crate::error::Result;
use crate::external_ids::Kind;
use crate::values::pinyin::{SearchKeys, search_text};

/// Makes the keys of `names` the resource's search keys.
///
/// # Errors
/// When the database refuses.
pub fn replace(tx: &mut DbConn, kind: Kind, resource_id: Id, names: &[&str]) -> Result<()> {
    replace_with_codes(tx, kind, resource_id, names, &[])
}

/// Makes the keys of `names`, and `codes` as they are, the resource's search keys.
///
/// # Errors
/// When the database refuses.
pub fn replace_with_codes(
    tx: &mut DbConn,
    kind: Kind,
    resource_id: Id,
    names: &[&str],
    codes: &[&str],
) -> Result<()> {
    let old = search_keys::table
        .filter(dsl::resource_id.eq(resource_id))
        .filter(dsl::resource_type.eq(kind.as_str()));
    diesel::delete(old).execute(tx)?;
    insert(tx, &[(kind, resource_id, keys_of(kind, names, codes))])
}

/// Adds the keys of many new resources of one kind, each with its names and codes.
///
/// # Errors
/// When the database refuses.
pub fn add_many(tx: &mut DbConn, kind: Kind, named: &[(Id, Vec<&str>, Vec<&str>)]) -> Result<()> {
    let keys: Vec<_> = named
        .iter()
        .map(|(id, names, codes)| (kind, *id, keys_of(kind, names, codes)))
        .collect();
    insert(tx, &keys)
}

/// The keys of names and codes, each once.
fn keys_of(kind: Kind, names: &[&str], codes: &[&str]) -> Vec<String> {
    let mut keys: Vec<String> = codes.iter().map(|code| search_text(code)).collect();
    for name in names {
        let of_name = match kind {
            Kind::Cadre | Kind::Mentor => SearchKeys::of_person(name),
            Kind::Organization => SearchKeys::of_unit(name),
        };
        keys.push(of_name.name);
        keys.extend(of_name.initials);
    }
    keys.retain(|key| !key.is_empty());
    keys.sort();
    keys.dedup();
    keys
}

/// SQLite takes 32,766 parameters in a statement; a key has three.
const KEYS_PER_STATEMENT: usize = 10_000;

fn insert(tx: &mut DbConn, keyed: &[(Kind, Id, Vec<String>)]) -> Result<()> {
    let rows: Vec<_> = keyed
        .iter()
        .flat_map(|(kind, id, keys)| keys.iter().map(|key| (kind.as_str(), key.as_str(), *id)))
        .map(|(kind, key, id)| {
            (
                dsl::resource_type.eq(kind),
                dsl::search_key.eq(key),
                dsl::resource_id.eq(id),
            )
        })
        .collect();
    for rows in rows.chunks(KEYS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(search_keys::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
}

/// The resources of one kind whose names may be these, however their dots and width are written.
///
/// # Errors
/// When the database refuses.
pub fn namesakes(conn: &mut DbConn, kind: Kind, names: &[&str]) -> Result<Vec<Id>> {
    let keys: Vec<String> = names.iter().map(|name| search_text(name)).collect();
    let mut found = Vec::new();
    for keys in keys.chunks(KEYS_PER_STATEMENT) {
        let ids: Vec<Id> = search_keys::table
            .filter(dsl::resource_type.eq(kind.as_str()))
            .filter(dsl::search_key.eq_any(keys))
            .select(dsl::resource_id)
            .load(conn)?;
        found.extend(ids);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// How keys are made; another number makes every key anew at the next start.
const FORM: &str = "2";
/// The row of `service_state` that says how the stored keys were made.
const MARK: &str = "search-keys-form";

/// Makes every key anew where the stored ones were made in another way; how many names were read.
///
/// # Errors
/// When the database refuses.
pub fn renew(
    tx: &mut DbConn,
    named: impl FnOnce(&mut DbConn) -> Result<Vec<Named>>,
) -> Result<usize> {
    // Of instances that start at once, one makes the keys.
    if !service_state::claim(tx, MARK, FORM)? {
        return Ok(0);
    }
    let named = named(tx)?;
    diesel::delete(search_keys::table).execute(tx)?;
    fn texts(texts: &[String]) -> Vec<&str> {
        texts.iter().map(String::as_str).collect()
    }
    let keyed: Vec<_> = named
        .iter()
        .map(|named| {
            let keys = keys_of(named.kind, &texts(&named.names), &texts(&named.codes));
            (named.kind, named.id, keys)
        })
        .collect();
    insert(tx, &keyed)?;
    Ok(named.len())
}
