//! Queries of the setup token.

use crate::db::{DbConn, UtcTimestamp, service_state};
use crate::error::Result;

/// The row of `service_state` that holds the token's digest and end.
const MARK: &str = "setup-token";

/// A token's digest, and until when it is good.
pub(super) type Kept = (String, UtcTimestamp);

/// Keeps a token's digest in place of the one before.
pub(super) fn keep(tx: &mut DbConn, digest: &str, until: UtcTimestamp) -> Result<()> {
    service_state::set(tx, MARK, &format!("{digest} {}", until.0))
}

/// The digest of the token that is good, and until when it is.
pub(super) fn find(conn: &mut DbConn) -> Result<Option<Kept>> {
    Ok(service_state::find(conn, MARK)?.and_then(|text| read(&text)))
}

/// The same, which one request at a time may use.
pub(super) fn lock(tx: &mut DbConn) -> Result<Option<Kept>> {
    Ok(service_state::lock(tx, MARK)?.and_then(|text| read(&text)))
}

fn read(text: &str) -> Option<Kept> {
    let (digest, until) = text.split_once(' ')?;
    Some((digest.to_owned(), UtcTimestamp(until.parse().ok()?)))
}

/// Removes the token.
pub(super) fn remove(tx: &mut DbConn) -> Result<()> {
    service_state::remove(tx, MARK)
}
