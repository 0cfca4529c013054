//! Queries of the setup token.

use crate::db::{DbConn, UtcTimestamp, service_state};
use crate::error::Result;

/// The row of `service_state` that holds the token's digest and end.
const MARK: &str = "setup-token";

/// Keeps a token's digest in place of the one before.
pub(super) fn keep(tx: &mut DbConn, digest: &str, until: UtcTimestamp) -> Result<()> {
    service_state::set(tx, MARK, &format!("{digest} {}", until.0))
}

/// The digest of the token that is good, and until when it is.
pub(super) fn find(conn: &mut DbConn) -> Result<Option<(String, UtcTimestamp)>> {
    let text = service_state::find(conn, MARK)?;
    Ok(text.and_then(|text| {
        let (digest, until) = text.split_once(' ')?;
        Some((digest.to_owned(), UtcTimestamp(until.parse().ok()?)))
    }))
}

/// Lets one request at a time use the token.
pub(super) fn lock(tx: &mut DbConn) -> Result<()> {
    service_state::lock(tx, MARK)?;
    Ok(())
}

/// Removes the token.
pub(super) fn remove(tx: &mut DbConn) -> Result<()> {
    service_state::remove(tx, MARK)
}
