//! Queries of the setup token.

use diesel::prelude::*;

use crate::db::schema::service_state;
use crate::db::{DbConn, UtcTimestamp};
use crate::error::Result;

/// The row of `service_state` that holds the token's digest and end.
const MARK: &str = "setup-token";

/// Keeps a token's digest in place of the one before.
pub(super) fn keep(tx: &mut DbConn, digest: &str, until: UtcTimestamp) -> Result<()> {
    remove(tx)?;
    diesel::insert_into(service_state::table)
        .values((
            service_state::name.eq(MARK),
            service_state::value.eq(format!("{digest} {}", until.0)),
        ))
        .execute(tx)?;
    Ok(())
}

/// The digest of the token that is good, and until when it is.
pub(super) fn find(conn: &mut DbConn) -> Result<Option<(String, UtcTimestamp)>> {
    let text: Option<String> = service_state::table
        .find(MARK)
        .select(service_state::value)
        .first(conn)
        .optional()?;
    Ok(text.and_then(|text| {
        let (digest, until) = text.split_once(' ')?;
        Some((digest.to_owned(), UtcTimestamp(until.parse().ok()?)))
    }))
}

/// Lets one request at a time use the token.
pub(super) fn lock(tx: &mut DbConn) -> Result<()> {
    if let DbConn::Postgres(tx) = tx {
        let row = service_state::table.find(MARK).select(service_state::name);
        row.for_update().first::<String>(tx).optional()?;
    }
    Ok(())
}

/// Removes the token.
pub(super) fn remove(tx: &mut DbConn) -> Result<()> {
    diesel::delete(service_state::table.find(MARK)).execute(tx)?;
    Ok(())
}
