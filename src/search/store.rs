//! Queries of search keys.

use diesel::prelude::*;

use crate::db::schema::search_keys::{self, dsl};
use crate::db::{DbConn, Id, on_backend};
use crate::error::Result;
use crate::external_ids::Kind;
use crate::values::pinyin::search_text;

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
    let mut keys: Vec<String> = names.iter().copied().flat_map(keys_of).collect();
    keys.extend(codes.iter().map(|code| search_text(code)));
    keys.sort();
    keys.dedup();
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            (
                dsl::resource_type.eq(kind.as_str()),
                dsl::search_key.eq(key),
                dsl::resource_id.eq(resource_id),
            )
        })
        .collect();
    on_backend!(tx, |c| diesel::insert_into(search_keys::table)
        .values(&rows)
        .execute(c))?;
    Ok(())
}

/// Adds the keys of many new resources of one kind, each with its name.
///
/// # Errors
/// When the database refuses.
pub fn add_many(tx: &mut DbConn, kind: Kind, named: &[(Id, &str)]) -> Result<()> {
    for named in named.chunks(NAMES_PER_STATEMENT) {
        let keys = named.iter().flat_map(|(id, name)| {
            let mut keys: Vec<String> = keys_of(name).collect();
            keys.dedup();
            keys.into_iter().map(|key| (*id, key))
        });
        let rows: Vec<_> = keys
            .map(|(id, key)| {
                (
                    dsl::resource_type.eq(kind.as_str()),
                    dsl::search_key.eq(key),
                    dsl::resource_id.eq(id),
                )
            })
            .collect();
        on_backend!(tx, |c| diesel::insert_into(search_keys::table)
            .values(&rows)
            .execute(c))?;
    }
    Ok(())
}

/// SQLite takes 32,766 parameters in a statement; a name has two keys of three parameters.
const NAMES_PER_STATEMENT: usize = 1000;

/// The keys of a name; a name without initials has one.
fn keys_of(name: &str) -> impl Iterator<Item = String> {
    let keys = crate::values::pinyin::search_keys(name);
    [keys.name, keys.initials]
        .into_iter()
        .filter(|key| !key.is_empty())
}
