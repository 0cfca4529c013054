//! The keys that sign access tokens, as the database keeps them: the private part only sealed.
//!
//! A key is published before it signs, for as long as verifiers may keep the set of keys, and verifies for as long as a token
//! it signed may live: a rotation fails no request.

mod store;

pub use store::bind_all;

use crate::access::{ACCESS_LIFE, SKEW, SigningKey};
use crate::context::{Context, Deps};
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::Result;
use crate::journal::{self, Change};

/// How long verifiers may keep the published set of keys, in seconds.
pub const PUBLISHED_FOR: i64 = 600;

/// The keys in use; the first start makes one. Instances that start together make one between them.
///
/// # Errors
/// When the database refuses, or when a key was sealed with another secret key than this installation's.
pub fn load_or_create(tx: &mut DbConn, deps: &Deps) -> Result<Vec<SigningKey>> {
    store::lock(tx)?;
    let now = deps.clock.now();
    let mut keys = store::in_use(tx, &deps.vault, now)?;
    if keys.is_empty() {
        let key = SigningKey::generate(now)?;
        store::insert(tx, &deps.vault, &key, now)?;
        keys.push(key);
    }
    Ok(keys)
}

/// The keys that sign, will sign or still verify.
///
/// # Errors
/// As [`load_or_create`].
pub fn load(conn: &mut DbConn, deps: &Deps) -> Result<Vec<SigningKey>> {
    store::in_use(conn, &deps.vault, deps.clock.now())
}

/// A key that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Its name.
    pub kid: String,
    /// From when it signs.
    pub signs_from: UtcTimestamp,
    /// Until when the others verify.
    pub others_end_at: UtcTimestamp,
}

/// Publishes a new key, which signs once every verifier has had time to fetch it; the others end when the last token they
/// signed has expired.
///
/// # Errors
/// When the database refuses.
pub fn rotate(tx: &mut DbConn, context: &Context) -> Result<Rotation> {
    store::lock(tx)?;
    let keys = store::in_use(tx, &context.deps.vault, context.now)?;
    // Where none signs yet, nobody has fetched a set that this key is missing from.
    let signs_from = if keys.iter().any(|key| key.active_from <= context.now) {
        context.now.plus_seconds(PUBLISHED_FOR)
    } else {
        context.now
    };
    let others_end_at = signs_from.plus_seconds(ACCESS_LIFE + SKEW);
    store::retire_all(tx, others_end_at)?;
    store::forget_private_parts(tx, context.now)?;
    let key = SigningKey::generate(signs_from)?;
    store::insert(tx, &context.deps.vault, &key, context.now)?;
    let change = Change::new("signing-key.published", "signing-key", id_of(&key), 1);
    journal::record(tx, context, &change)?;
    Ok(Rotation {
        kid: key.kid,
        signs_from,
        others_end_at,
    })
}

/// The id under which the journal names a key: its name is a digest, and so is this.
fn id_of(key: &SigningKey) -> Id {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&crate::vault::sha256(&[&key.public_key])[..16]);
    Id(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
