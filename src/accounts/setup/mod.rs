//! First start: a one-time token makes the first administrator, for there is no default account.

mod api;
mod store;

pub(super) use api::{ENDPOINTS, PAGE_ENDPOINTS};

use super::users::{self, User, Username};
use crate::access::Role;
use crate::context::Context;
use crate::db::{DbConn, UtcTimestamp};
use crate::error::{Error, Result};
use crate::vault;

/// How long the token is good, in seconds.
const LIFE: i64 = 30 * 60;

/// A new one-time token while there is no user; the one before is void. Shown to whoever starts the service.
///
/// # Errors
/// When the database refuses.
pub fn begin(tx: &mut DbConn, context: &Context) -> Result<Option<String>> {
    if users::store::any(tx)? {
        store::remove(tx)?;
        return Ok(None);
    }
    let token = vault::random_token();
    let until = context.now.plus_seconds(LIFE);
    store::keep(tx, &digest(&token), until)?;
    Ok(Some(token))
}

/// As [`check`], before anything is held.
fn check_kept(conn: &mut DbConn, now: UtcTimestamp, token: &str) -> Result<()> {
    let kept = store::find(conn)?;
    check(conn, kept, now, token)
}

/// Whether a token may make the administrator.
///
/// # Errors
/// `Gone` when there is a user already, `WrongCredentials` for any other token than the last, and after half an hour.
fn check(
    conn: &mut DbConn,
    kept: Option<store::Kept>,
    now: UtcTimestamp,
    token: &str,
) -> Result<()> {
    if users::store::any(conn)? {
        return Err(Error::Gone);
    }
    let kept = kept.filter(|(_, until)| now < *until);
    let is_right =
        kept.is_some_and(|(kept, _)| vault::equal(kept.as_bytes(), digest(token).as_bytes()));
    if is_right {
        Ok(())
    } else {
        Err(Error::WrongCredentials)
    }
}

/// Uses the token up and makes the administrator.
///
/// # Errors
/// As [`check`].
fn finish(
    tx: &mut DbConn,
    context: &Context,
    token: &str,
    username: &Username,
    password_hash: &str,
) -> Result<User> {
    let kept = store::lock(tx)?;
    check(tx, kept, context.now, token)?;
    store::remove(tx)?;
    let grants = [(Role::Administrator, None)];
    let hash = password_hash.to_owned();
    users::service::make(tx, context, username, &grants, (None, None), hash)
}

fn digest(token: &str) -> String {
    vault::hex(&vault::sha256(&[token.as_bytes()]))
}
