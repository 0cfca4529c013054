//! What the service remembers of itself: a value by name.

use diesel::prelude::*;

use super::schema::service_state;
use super::{DbConn, on_backend};
use crate::error::Result;

/// The value kept under a name.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, name: &str) -> Result<Option<String>> {
    let value = service_state::table.find(name).select(service_state::value);
    Ok(value.first(conn).optional()?)
}

/// The same, which nobody else changes before the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, name: &str) -> Result<Option<String>> {
    if let DbConn::Postgres(conn) = tx {
        let value = service_state::table.find(name).select(service_state::value);
        return Ok(value.for_update().first(conn).optional()?);
    }
    find(tx, name)
}

/// Keeps a value in place of the one before.
///
/// # Errors
/// When the database refuses.
pub fn set(tx: &mut DbConn, name: &str, value: &str) -> Result<()> {
    on_backend!(tx, |c| diesel::insert_into(service_state::table)
        .values((service_state::name.eq(name), service_state::value.eq(value)))
        .on_conflict(service_state::name)
        .do_update()
        .set(service_state::value.eq(value))
        .execute(c))?;
    Ok(())
}

/// Keeps a value unless it is kept already, and tells whether it was another: of callers who claim the same value at once, the
/// first to commit is told so, and the others wait for that.
///
/// # Errors
/// When the database refuses.
pub fn claim(tx: &mut DbConn, name: &str, value: &str) -> Result<bool> {
    if find(tx, name)?.as_deref() == Some(value) {
        return Ok(false);
    }
    let new = (service_state::name.eq(name), service_state::value.eq(value));
    let inserted = on_backend!(tx, |c| diesel::insert_into(service_state::table)
        .values(new)
        .on_conflict_do_nothing()
        .execute(c))?;
    if inserted == 1 {
        return Ok(true);
    }
    let another = service_state::table
        .find(name)
        .filter(service_state::value.ne(value));
    let replaced = diesel::update(another)
        .set(service_state::value.eq(value))
        .execute(tx)?;
    Ok(replaced == 1)
}

/// Forgets a value.
///
/// # Errors
/// When the database refuses.
pub fn remove(tx: &mut DbConn, name: &str) -> Result<()> {
    diesel::delete(service_state::table.find(name)).execute(tx)?;
    Ok(())
}
