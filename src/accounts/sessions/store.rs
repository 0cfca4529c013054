//! Queries of sessions, refresh tokens and failed attempts.

use diesel::prelude::*;

use super::model::{RefreshToken, Session};
use crate::db::schema::{refresh_tokens, sessions};
use crate::db::{DbConn, Id, MultiBackend, UtcTimestamp, service_state};
use crate::error::Result;
use crate::listing::{List, Sort, SortColumn};
use crate::throttling::Attempts;
use crate::vault::{self, Vault};

/// Writes a new session.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut DbConn, row: &Session) -> Result<()> {
    diesel::insert_into(sessions::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// The session with an id.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Session>> {
    let row = sessions::table.find(id).select(Session::as_select());
    Ok(row.first(conn).optional()?)
}

/// The session with an id, which nobody else can change before the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, id: Id) -> Result<Option<Session>> {
    if let DbConn::Postgres(tx) = tx {
        let row = sessions::table.find(id).select(sessions::id).for_update();
        row.first::<Id>(tx).optional()?;
    }
    find(tx, id)
}

/// Notes that a session was used, and its new ends.
///
/// # Errors
/// When the database refuses.
pub fn touch(tx: &mut DbConn, row: &Session) -> Result<()> {
    diesel::update(sessions::table.find(row.id))
        .set((
            sessions::last_used_at.eq(row.last_used_at),
            sessions::idle_expires_at.eq(row.idle_expires_at),
            sessions::expires_at.eq(row.expires_at),
        ))
        .execute(tx)?;
    Ok(())
}

/// Ends a session; whether it had not ended before.
///
/// # Errors
/// When the database refuses.
pub fn end(tx: &mut DbConn, id: Id, now: UtcTimestamp) -> Result<bool> {
    let open = sessions::table
        .find(id)
        .filter(sessions::ended_at.is_null());
    let ended = diesel::update(open)
        .set(sessions::ended_at.eq(now))
        .execute(tx)?;
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::session_id.eq(id))).execute(tx)?;
    Ok(ended > 0)
}

/// Sessions of a user that have not been ended, but one.
///
/// # Errors
/// When the database refuses.
pub fn open_of(conn: &mut DbConn, user_id: Id, except: Option<Id>) -> Result<Vec<Id>> {
    let open = sessions::table
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::ended_at.is_null())
        .select(sessions::id);
    let ids: Vec<Id> = open.load(conn)?;
    Ok(ids.into_iter().filter(|id| Some(*id) != except).collect())
}

/// Sessions of a user that are alive beyond the `most` used last.
///
/// # Errors
/// When the database refuses.
pub fn alive_beyond(
    conn: &mut DbConn,
    user_id: Id,
    now: UtcTimestamp,
    most: i64,
) -> Result<Vec<Id>> {
    let surplus = alive(user_id, now)
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .offset(most)
        .limit(i64::from(u16::MAX))
        .select(sessions::id);
    Ok(surplus.load(conn)?)
}

/// Removes sessions of a user that are over since a moment.
///
/// # Errors
/// When the database refuses.
pub fn forget(tx: &mut DbConn, user_id: Id, over_since: UtcTimestamp) -> Result<()> {
    let over: Vec<Id> = sessions::table
        .filter(sessions::user_id.eq(user_id))
        .filter(
            sessions::expires_at
                .le(over_since)
                .or(sessions::idle_expires_at.le(over_since))
                .or(sessions::ended_at.assume_not_null().le(over_since)),
        )
        .select(sessions::id)
        .load(tx)?;
    if over.is_empty() {
        return Ok(());
    }
    let tokens = refresh_tokens::table.filter(refresh_tokens::session_id.eq_any(over.clone()));
    diesel::delete(tokens).execute(tx)?;
    diesel::delete(sessions::table.filter(sessions::id.eq_any(over))).execute(tx)?;
    Ok(())
}

/// What lists of sessions are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionSort {
    /// The id.
    Id,
}

impl Sort for SessionSort {
    type Row = Session;
    type Source = sessions::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(sessions::id, |row| row.id),
        }
    }
}

/// Rows of a page of a user's sessions that are alive.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    user_id: Id,
    now: UtcTimestamp,
    list: &List<SessionSort>,
) -> Result<Vec<Session>> {
    let query = alive(user_id, now).select(Session::as_select());
    Ok(list.window(query, false)?.load(conn)?)
}

/// How many sessions of a user are alive.
///
/// # Errors
/// When the database refuses.
pub fn total(conn: &mut DbConn, user_id: Id, now: UtcTimestamp) -> Result<i64> {
    Ok(alive(user_id, now).count().get_result(conn)?)
}

fn alive(user_id: Id, now: UtcTimestamp) -> sessions::BoxedQuery<'static, MultiBackend> {
    sessions::table
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::idle_expires_at.gt(now))
        .filter(sessions::expires_at.gt(now))
        .into_boxed()
}

/// Keeps a refresh token.
///
/// # Errors
/// When the database refuses.
pub fn insert_token(tx: &mut DbConn, row: &RefreshToken) -> Result<()> {
    diesel::insert_into(refresh_tokens::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// The refresh token with a digest.
///
/// # Errors
/// When the database refuses.
pub fn find_token(conn: &mut DbConn, digest: &[u8]) -> Result<Option<RefreshToken>> {
    let row = refresh_tokens::table
        .find(digest)
        .select(RefreshToken::as_select());
    Ok(row.first(conn).optional()?)
}

/// The unused successor of a token.
///
/// # Errors
/// When the database refuses.
pub fn successor(conn: &mut DbConn, token: &RefreshToken) -> Result<Option<RefreshToken>> {
    let row = refresh_tokens::table
        .filter(refresh_tokens::session_id.eq(token.session_id))
        .filter(refresh_tokens::predecessor.eq(&token.digest))
        .select(RefreshToken::as_select());
    Ok(row.first(conn).optional()?)
}

/// Forgets a token, so that using it gives it away.
///
/// # Errors
/// When the database refuses.
pub fn forget_token(tx: &mut DbConn, digest: &[u8]) -> Result<()> {
    diesel::delete(refresh_tokens::table.find(digest)).execute(tx)?;
    Ok(())
}

/// Notes a token's first use: its predecessors are forgotten, so that using them again gives them away.
///
/// # Errors
/// When the database refuses.
pub fn use_token(tx: &mut DbConn, token: &RefreshToken, now: UtcTimestamp) -> Result<()> {
    let predecessors = refresh_tokens::table
        .filter(refresh_tokens::session_id.eq(token.session_id))
        .filter(refresh_tokens::used_at.is_not_null());
    diesel::delete(predecessors).execute(tx)?;
    diesel::update(refresh_tokens::table.find(&token.digest))
        .set(refresh_tokens::used_at.eq(now))
        .execute(tx)?;
    Ok(())
}

/// Where failures of names that no user has are counted: few enough rows that nobody can fill the table, and counted like
/// those of users, so that nobody learns which names exist.
const SLOTS: u16 = 4096;

fn slot(vault: &Vault, username: &str) -> (String, String) {
    let tag = vault.tag("unknown username", username.as_bytes());
    let number = u16::from_be_bytes([tag[0], tag[1]]) % SLOTS;
    (format!("failed-sign-in-{number:04}"), vault::hex(&tag))
}

/// Failed attempts under a name that no user has.
///
/// # Errors
/// When the database refuses.
pub fn attempts_of_unknown(conn: &mut DbConn, vault: &Vault, username: &str) -> Result<Attempts> {
    let (name, tag) = slot(vault, username);
    let text = service_state::find(conn, &name)?;
    Ok(kept_attempts(text, &tag))
}

/// The same, which nobody else can change before the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_attempts_of_unknown(
    tx: &mut DbConn,
    vault: &Vault,
    username: &str,
) -> Result<Attempts> {
    let (name, tag) = slot(vault, username);
    let text = service_state::lock(tx, &name)?;
    Ok(kept_attempts(text, &tag))
}

fn kept_attempts(text: Option<String>, tag: &str) -> Attempts {
    text.and_then(|text| read_attempts(&text, tag))
        .unwrap_or_default()
}

fn read_attempts(text: &str, tag: &str) -> Option<Attempts> {
    let (held, rest) = text.split_once(' ')?;
    let (failed, until) = rest.split_once(' ')?;
    let until: i64 = until.parse().ok()?;
    (held == tag).then_some(Attempts {
        failed: failed.parse().ok()?,
        wait_until: (until > 0).then_some(UtcTimestamp(until)),
    })
}

/// Keeps the failed attempts under a name that no user has.
///
/// # Errors
/// When the database refuses.
pub fn keep_attempts_of_unknown(
    tx: &mut DbConn,
    vault: &Vault,
    username: &str,
    attempts: Attempts,
) -> Result<()> {
    let (name, tag) = slot(vault, username);
    let until = attempts.wait_until.map_or(0, |until| until.0);
    let value = format!("{tag} {} {until}", attempts.failed);
    service_state::set(tx, &name, &value)
}
