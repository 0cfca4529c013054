//! Queries of the signing keys.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::access::SigningKey;
use crate::db::schema::signing_keys;
use crate::db::{DbConn, UtcTimestamp};
use crate::error::Result;
use crate::vault::{SecretLocation, Vault};

const ALGORITHM: &str = "EdDSA";

/// Lets one transaction at a time decide about keys; SQLite has one writer.
pub(super) fn lock(tx: &mut DbConn) -> Result<()> {
    if let DbConn::Postgres(conn) = tx {
        conn.batch_execute("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE")?;
    }
    Ok(())
}

/// Keys that sign, will sign or still verify.
pub(super) fn in_use(
    conn: &mut DbConn,
    vault: &Vault,
    now: UtcTimestamp,
) -> Result<Vec<SigningKey>> {
    let rows: Vec<(String, Vec<u8>, Vec<u8>, UtcTimestamp)> = signing_keys::table
        .filter(
            signing_keys::retired_at
                .is_null()
                .or(signing_keys::retired_at.assume_not_null().gt(now)),
        )
        .filter(signing_keys::algorithm.eq(ALGORITHM))
        .order((signing_keys::active_from, signing_keys::kid))
        .select((
            signing_keys::kid,
            signing_keys::public_key,
            signing_keys::private_key_encrypted,
            signing_keys::active_from,
        ))
        .load(conn)?;
    let open = |(kid, public_key, sealed, active_from): (String, _, Vec<u8>, _)| {
        Ok(SigningKey {
            private_key: vault.open(place(&kid), &sealed)?,
            kid,
            public_key,
            active_from,
        })
    };
    rows.into_iter().map(open).collect()
}

/// Where the private part of a key is stored.
fn place(kid: &str) -> SecretLocation<'_> {
    SecretLocation::new("signing_keys.private_key_encrypted", kid.as_bytes())
}

/// Binds to their place what an older version sealed for none; how many there were.
///
/// # Errors
/// When the database refuses, or when something cannot be read with this key.
pub fn bind_all(tx: &mut DbConn, vault: &Vault) -> Result<usize> {
    let mut count = 0;
    let keys = signing_keys::table.select((signing_keys::kid, signing_keys::private_key_encrypted));
    for (kid, stored) in keys.load::<(String, Vec<u8>)>(tx)? {
        if let Some(bound) = vault.bind(place(&kid), &stored)? {
            let row = diesel::update(signing_keys::table.find(&kid));
            count += row
                .set(signing_keys::private_key_encrypted.eq(bound))
                .execute(tx)?;
        }
    }
    Ok(count)
}

/// Lets every key that has no end yet end at a moment.
pub(super) fn retire_all(tx: &mut DbConn, at: UtcTimestamp) -> Result<()> {
    diesel::update(signing_keys::table.filter(signing_keys::retired_at.is_null()))
        .set(signing_keys::retired_at.eq(at))
        .execute(tx)?;
    Ok(())
}

/// Removes the private parts of keys that have ended; the public parts stay for whoever has to check an old signature.
pub(super) fn forget_private_parts(tx: &mut DbConn, now: UtcTimestamp) -> Result<()> {
    let ended = signing_keys::table.filter(signing_keys::retired_at.assume_not_null().le(now));
    diesel::update(ended)
        .set(signing_keys::private_key_encrypted.eq(Vec::new()))
        .execute(tx)?;
    Ok(())
}

/// Keeps a new key.
pub(super) fn insert(
    tx: &mut DbConn,
    vault: &Vault,
    key: &SigningKey,
    now: UtcTimestamp,
) -> Result<()> {
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::kid.eq(&key.kid),
            signing_keys::algorithm.eq(ALGORITHM),
            signing_keys::public_key.eq(&key.public_key),
            signing_keys::private_key_encrypted.eq(vault.seal(place(&key.kid), &key.private_key)?),
            signing_keys::created_at.eq(now),
            signing_keys::active_from.eq(key.active_from),
        ))
        .execute(tx)?;
    Ok(())
}
