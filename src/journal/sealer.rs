//! The sealer: positions without gaps, in the order of commits, and a chain of hashes.
//!
//! A plain sequence is given out before the commit, so on PostgreSQL a reader that polls it loses rows that commit late. The
//! sealer numbers only rows it can see. SQLite has one writer: it seals inside every commit. On PostgreSQL one sealer per
//! cluster, held by an advisory lock, seals what waits.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::model::Entry;
use crate::db::schema::{journal_entries, journal_payloads, journal_pending, journal_seals};
use crate::db::{Backend, Db, DbConn, UtcTimestamp, on_backend};
use crate::error::{Error, Result};

/// Rows sealed at once.
const BATCH: i64 = 1000;
/// How often PostgreSQL is asked what waits.
const INTERVAL: Duration = Duration::from_millis(100);
/// The advisory lock of the one sealer of a cluster.
const LOCK: &str = "SELECT pg_try_advisory_lock(9466427)";

/// Seals what waits; on SQLite a part of every commit.
///
/// # Errors
/// When the database refuses.
pub fn seal(conn: &mut DbConn) -> Result<()> {
    while seal_batch(conn)? == usize::try_from(BATCH).unwrap_or(usize::MAX) {}
    Ok(())
}

fn seal_batch(conn: &mut DbConn) -> Result<usize> {
    // An outer join, so that the queue leads whatever the statistics say: the journal is never read through for it.
    let waiting: Vec<Option<Entry>> = journal_pending::table
        .left_join(journal_entries::table.on(journal_entries::id.eq(journal_pending::entry_id)))
        .order(journal_pending::entry_id)
        .limit(BATCH)
        .select(Option::<Entry>::as_select())
        .load(conn)?;
    let waiting: Vec<Entry> = waiting.into_iter().flatten().collect();
    let (Some(first), Some(last)) = (waiting.first(), waiting.last()) else {
        return Ok(0);
    };
    let (first, last) = (first.id, last.id);
    let (mut position, mut chain) = last_seal(conn)?;
    let mut seals = Vec::with_capacity(waiting.len());
    for entry in &waiting {
        position += 1;
        let leaf = leaf_hash(entry, position)?;
        chain = crate::vault::sha256(&[&chain, &leaf]);
        seals.push(NewSeal {
            position,
            entry_id: entry.id,
            leaf_hash: leaf.to_vec(),
            chain_hash: chain.to_vec(),
            sealed_at: entry.occurred_at,
        });
    }
    on_backend!(conn, |c| diesel::insert_into(journal_seals::table)
        .values(&seals)
        .execute(c))?;
    let ids: Vec<i64> = waiting.iter().map(|entry| entry.id).collect();
    let contiguous = usize::try_from(last - first + 1).is_ok_and(|span| span == ids.len());
    if contiguous {
        diesel::delete(
            journal_pending::table.filter(journal_pending::entry_id.between(first, last)),
        )
        .execute(conn)?;
    } else {
        diesel::delete(journal_pending::table.filter(journal_pending::entry_id.eq_any(ids)))
            .execute(conn)?;
    }
    Ok(seals.len())
}

#[derive(Insertable)]
#[diesel(table_name = journal_seals)]
struct NewSeal {
    position: i64,
    entry_id: i64,
    leaf_hash: Vec<u8>,
    chain_hash: Vec<u8>,
    sealed_at: UtcTimestamp,
}

fn last_seal(conn: &mut DbConn) -> Result<(i64, [u8; 32])> {
    let last = journal_seals::table
        .order(journal_seals::position.desc())
        .select((journal_seals::position, journal_seals::chain_hash))
        .first::<(i64, Vec<u8>)>(conn)
        .optional()?;
    let Some((position, chain)) = last else {
        return Ok((0, [0; 32]));
    };
    let chain = <[u8; 32]>::try_from(chain)
        .map_err(|_| Error::internal("a seal's hash has the wrong length"))?;
    Ok((position, chain))
}

/// RFC 6962 §2.1: SHA-256 over a zero byte and the row in canonical JSON. The payload stands in it as a salted digest.
fn leaf_hash(entry: &Entry, position: i64) -> Result<[u8; 32]> {
    let row = serde_json::json!({
        "action": entry.action,
        "actorId": entry.actor_id,
        "actorType": entry.actor_type,
        "cadreId": entry.cadre_id,
        "changedFields": entry.changed_fields,
        "entryId": entry.id,
        "occurredAt": entry.occurred_at.0,
        "organizationId": entry.organization_id,
        "payloadDigest": entry.payload_digest.as_deref().map(crate::vault::hex),
        "position": position,
        "requestId": entry.request_id,
        "resourceId": entry.resource_id,
        "resourceType": entry.resource_type,
        "version": entry.version,
    });
    let text = serde_json::to_vec(&row).map_err(Error::internal)?;
    Ok(crate::vault::sha256(&[&[0], &text]))
}

/// Seals on PostgreSQL until it is dropped; has nothing to do on SQLite, which seals in its commits.
pub struct Sealer {
    _until_dropped: Sender<()>,
}

impl Sealer {
    /// Begins sealing.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start(db: &Db) -> Result<Self> {
        let (until_dropped, end) = bounded(0);
        if db.backend() == Backend::Postgres {
            let db = db.clone();
            std::thread::Builder::new()
                .name("sealer".to_owned())
                .spawn(move || run(&db, &end))
                .map_err(Error::internal)?;
        }
        Ok(Self {
            _until_dropped: until_dropped,
        })
    }
}

fn run(db: &Db, end: &Receiver<()>) {
    loop {
        if let Err(error) = hold_and_seal(db, end) {
            tracing::warn!(error = %error, "sealer interrupted");
        }
        if !wait(end, Duration::from_secs(1)) {
            return;
        }
    }
}

/// Takes the cluster's lock and seals until something fails; without the lock, returns at once.
fn hold_and_seal(db: &Db, end: &Receiver<()>) -> Result<()> {
    let mut conn = db.dedicated()?;
    let held: bool = diesel::select(diesel::dsl::sql::<Bool>(LOCK.trim_start_matches("SELECT ")))
        .get_result(&mut conn)?;
    if !held {
        return Ok(());
    }
    loop {
        conn.batch_execute("BEGIN")?;
        let sealed = seal(&mut conn);
        conn.batch_execute(if sealed.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        sealed?;
        if !wait(end, INTERVAL) {
            return Ok(());
        }
    }
}

/// Waits; false when the sealer was dropped.
fn wait(end: &Receiver<()>, duration: Duration) -> bool {
    end.recv_timeout(duration) == Err(RecvTimeoutError::Timeout)
}

/// What `journal verify` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Rows that are sealed.
    pub sealed: i64,
    /// Rows that wait for the sealer.
    pub waiting: i64,
    /// The first position at which row, payload, seal or chain do not agree.
    pub broken_at: Option<i64>,
    /// The last chain hash, in hexadecimal.
    pub head: String,
    /// Rows whose reasons and overrides were erased: the salted digest of what they were still stands in the row.
    pub erased: i64,
}

/// Of rows in the order of their ids, the payloads that are kept: salt and text.
fn payloads(
    conn: &mut DbConn,
    ids: &[i64],
) -> Result<std::collections::HashMap<i64, (Vec<u8>, String)>> {
    let kept: Vec<(i64, Vec<u8>, String)> = journal_payloads::table
        .filter(journal_payloads::entry_id.eq_any(ids))
        .select((
            journal_payloads::entry_id,
            journal_payloads::salt,
            journal_payloads::payload,
        ))
        .load(conn)?;
    Ok(kept
        .into_iter()
        .map(|(id, salt, text)| (id, (salt, text)))
        .collect())
}

/// Whether a payload is the one that its row keeps the salted digest of.
fn is_of_row(entry: &Entry, payload: &(Vec<u8>, String)) -> bool {
    let (salt, text) = payload;
    let digest = crate::vault::sha256(&[salt, text.as_bytes()]);
    entry.payload_digest.as_deref() == Some(&digest[..])
}

/// Recomputes every leaf and the chain, and every payload's salted digest.
///
/// # Errors
/// When the database cannot be read.
pub fn verify(conn: &mut DbConn, mut progress: impl FnMut(i64)) -> Result<Verification> {
    let (mut position, mut chain) = (0_i64, [0_u8; 32]);
    let waiting = journal_pending::table.count().get_result(conn)?;
    let entries: i64 = journal_entries::table.count().get_result(conn)?;
    let mut erased = 0;
    loop {
        let rows: Vec<(i64, Vec<u8>, Vec<u8>, Entry)> = journal_seals::table
            .inner_join(journal_entries::table.on(journal_entries::id.eq(journal_seals::entry_id)))
            .filter(journal_seals::position.gt(position))
            .order(journal_seals::position)
            .limit(BATCH)
            .select((
                journal_seals::position,
                journal_seals::leaf_hash,
                journal_seals::chain_hash,
                Entry::as_select(),
            ))
            .load(conn)?;
        if rows.is_empty() {
            let complete = position + waiting == entries;
            let broken_at = if complete { None } else { Some(position + 1) };
            return Ok(Verification {
                sealed: position,
                waiting,
                broken_at,
                head: crate::vault::hex(&chain),
                erased,
            });
        }
        let ids: Vec<i64> = rows.iter().map(|(.., entry)| entry.id).collect();
        let payloads = payloads(conn, &ids)?;
        for (sealed_position, leaf, sealed_chain, entry) in rows {
            let expected = leaf_hash(&entry, sealed_position)?;
            chain = crate::vault::sha256(&[&chain, &expected]);
            let payload = payloads.get(&entry.id);
            let is_altered = payload.is_some_and(|payload| !is_of_row(&entry, payload));
            erased += i64::from(payload.is_none() && entry.payload_digest.is_some());
            if sealed_position != position + 1
                || leaf != expected
                || sealed_chain != chain
                || is_altered
            {
                let head = crate::vault::hex(&chain);
                return Ok(Verification {
                    sealed: position,
                    waiting,
                    broken_at: Some(position + 1),
                    head,
                    erased,
                });
            }
            position = sealed_position;
        }
        progress(position);
    }
}
