//! `Idempotency-Key`: the reply of a keyed POST is kept in the transaction of its effect and given again.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use diesel::prelude::*;

use super::body::BodyDigest;
use super::kept::{self, KeptBody};
use super::reply::{Reply, Resources};
use crate::context::Context;
use crate::db::schema::idempotency_keys;
use crate::db::{DbConn, Id, UtcTimestamp, advisory_key, try_advisory_lock};
use crate::error::{Error, Result};
use crate::vault::Vault;

/// How long a key is remembered, in seconds.
pub const WINDOW: i64 = 30 * 24 * 3600;
/// Rows removed in passing by each keyed request, so that no job has to.
const SWEEP: i64 = 4;

/// A request with a key: the account, the key and what the key is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    /// The account; keys of different accounts never meet.
    pub account_id: Id,
    /// The key.
    pub key: String,
    /// Method, path and canonical body.
    pub fingerprint: BodyDigest,
}

/// Reads the header: quoted (a structured-field string) or bare, 8–255 visible ASCII characters.
///
/// # Errors
/// `Malformed` for anything else.
pub fn parse_key(header: &str) -> Result<String> {
    let bare = header
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(header);
    let visible = bare
        .bytes()
        .all(|b| (0x21..=0x7e).contains(&b) && b != b'"' && b != b'\\');
    if (8..=255).contains(&bare.len()) && visible {
        Ok(bare.to_owned())
    } else {
        Err(Error::parameter(
            "Idempotency-Key",
            "parameter-invalid",
            &["8 to 255 visible ASCII characters"],
        ))
    }
}

impl Keyed {
    /// Runs the work unless its reply is kept already.
    ///
    /// # Errors
    /// What the work returns; as [`Keyed::kept`].
    pub fn run(
        &self,
        conn: &mut DbConn,
        context: &Context,
        work: impl FnOnce(&mut DbConn) -> Result<Reply>,
    ) -> Result<Reply> {
        self.lock(conn)?;
        if let Some(reply) = self.kept(conn, context)? {
            return Ok(reply);
        }
        let reply = work(conn)?;
        self.keep(conn, context, &reply)?;
        Ok(reply)
    }

    /// The reply that is kept, as long as its account may see it: with all the authority it had then, and while it still reads
    /// what the reply tells of.
    ///
    /// # Errors
    /// `IdempotencyMismatch` when the key was used for another request, `Forbidden` with less authority, `NotFound` when the
    /// account no longer reads the result.
    pub fn kept(&self, conn: &mut DbConn, context: &Context) -> Result<Option<Reply>> {
        let Some(kept) = self.find(conn, context.now)? else {
            return Ok(None);
        };
        if kept.fingerprint != self.fingerprint {
            return Err(Error::IdempotencyMismatch);
        }
        kept.check(conn, context)?;
        kept.into_reply(&context.deps.vault, &self.row()).map(Some)
    }

    /// What names the row in which the reply is kept.
    fn row(&self) -> Vec<u8> {
        [self.account_id.0.as_bytes(), self.key.as_bytes()].concat()
    }

    /// On PostgreSQL another instance may be carrying the request out; SQLite has one writer.
    fn lock(&self, conn: &mut DbConn) -> Result<()> {
        let number = advisory_key(&[self.account_id.0.as_bytes(), self.key.as_bytes()]);
        let free = try_advisory_lock(conn, number)?;
        if free { Ok(()) } else { Err(Error::Conflict) }
    }

    fn find(&self, conn: &mut DbConn, now: UtcTimestamp) -> Result<Option<Kept>> {
        use idempotency_keys::dsl;
        let kept = dsl::idempotency_keys
            .filter(dsl::account_id.eq(self.account_id))
            .filter(dsl::idempotency_key.eq(&self.key))
            .filter(dsl::created_at.gt(now.plus_seconds(-WINDOW)))
            .select((
                dsl::fingerprint,
                dsl::status,
                dsl::headers,
                dsl::body,
                dsl::body_encoding,
                dsl::authority,
                dsl::resources,
            ))
            .first::<Kept>(conn)
            .optional()?;
        Ok(kept)
    }

    fn keep(&self, conn: &mut DbConn, context: &Context, reply: &Reply) -> Result<()> {
        use idempotency_keys::dsl;
        let now = context.now;
        let old = dsl::idempotency_keys.filter(dsl::created_at.le(now.plus_seconds(-WINDOW)));
        let old: Vec<(Id, String)> = old
            .select((dsl::account_id, dsl::idempotency_key))
            .limit(SWEEP)
            .load(conn)?;
        for (account_id, key) in old {
            diesel::delete(dsl::idempotency_keys.find((account_id, key))).execute(conn)?;
        }
        diesel::delete(dsl::idempotency_keys.find((self.account_id, &self.key))).execute(conn)?;
        let body = KeptBody::from_bytes(&reply.body)?;
        let is_large = body.is_large();
        let (encoding, bytes) = kept::seal(body, &context.deps.vault, &self.row())?;
        let resources = reply.resources.as_ref().map(serde_json::to_string);
        let resources = resources.transpose().map_err(Error::internal)?;
        let authority = serde_json::to_string(&context.actor.authority());
        diesel::insert_into(dsl::idempotency_keys)
            .values((
                dsl::account_id.eq(self.account_id),
                dsl::idempotency_key.eq(&self.key),
                dsl::fingerprint.eq(self.fingerprint.to_vec()),
                dsl::status.eq(i32::from(reply.status)),
                dsl::headers.eq(serde_json::to_string(&reply.headers).map_err(Error::internal)?),
                dsl::body.eq(&bytes),
                dsl::body_encoding.eq(encoding),
                dsl::created_at.eq(now),
                dsl::authority.eq(authority.map_err(Error::internal)?),
                dsl::resources.eq(resources),
            ))
            .execute(conn)?;
        if is_large {
            kept::keep_quota(conn, self.account_id)?;
        }
        Ok(())
    }
}

#[derive(Queryable)]
struct Kept {
    fingerprint: Vec<u8>,
    status: i32,
    headers: String,
    body: Vec<u8>,
    body_encoding: String,
    authority: String,
    resources: Option<String>,
}

impl Kept {
    fn check(&self, conn: &mut DbConn, context: &Context) -> Result<()> {
        let then: Vec<String> = serde_json::from_str(&self.authority).map_err(Error::internal)?;
        let now = context.actor.authority();
        if !then.iter().all(|line| now.contains(line)) {
            return Err(Error::Forbidden(None));
        }
        let Some(resources) = &self.resources else {
            return Ok(());
        };
        let told: Resources = serde_json::from_str(resources).map_err(Error::internal)?;
        if (context.deps.hooks.reads)(conn, context, &told.kind, &told.ids)? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    }

    /// The reply; one whose body is no longer kept still tells by its status and headers what became of the request.
    fn into_reply(self, vault: &Vault, row: &[u8]) -> Result<Reply> {
        let mut headers: Vec<(String, String)> =
            serde_json::from_str(&self.headers).map_err(Error::internal)?;
        let (encoding, bytes) = kept::open(&self.body_encoding, self.body, vault, row)?;
        let body = kept::read(encoding, bytes)?;
        if body.is_none() {
            headers.retain(|(name, _)| name != "content-type");
        }
        Ok(Reply {
            status: u16::try_from(self.status).map_err(Error::internal)?,
            headers,
            body: body.unwrap_or_default(),
            resources: None,
        }
        .with_header("idempotent-replayed", "true"))
    }
}

/// Keyed requests that this process is carrying out.
#[derive(Default)]
pub struct InFlight(Mutex<HashSet<(Id, String)>>);

impl InFlight {
    /// Takes the key's place until the guard is dropped.
    ///
    /// # Errors
    /// `Conflict` while another request has it.
    pub fn enter(&self, keyed: &Keyed) -> Result<InFlightGuard<'_>> {
        let key = (keyed.account_id, keyed.key.clone());
        let fresh = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key.clone());
        if fresh {
            Ok(InFlightGuard { all: self, key })
        } else {
            Err(Error::Conflict)
        }
    }
}

/// A keyed request's place.
pub struct InFlightGuard<'a> {
    all: &'a InFlight,
    key: (Id, String),
}

impl Drop for InFlightGuard<'_> {
    fn drop(&mut self) {
        self.all
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_and_bare_keys_are_equal() {
        assert_eq!(
            parse_key("\"abcdefgh\"").unwrap(),
            parse_key("abcdefgh").unwrap()
        );
        for bad in [
            "short",
            "has blank inside",
            "",
            "\"abcdefg",
            "ümlautkey",
            &"x".repeat(256),
        ] {
            assert!(parse_key(bad).is_err(), "{bad}");
        }
    }
}
