//! How the body of a reply is kept: compressed, up to a bound, sealed, and of large ones as many as an account's quota holds.

use std::io::{Read, Write};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use crate::db::schema::idempotency_keys::dsl;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::vault::{SecretLocation, Vault};

/// Bodies up to this size are kept as they are, in bytes: every single resource, so that writes do not wait while one is compressed.
const SMALL: usize = 16 * 1024;
/// Bodies above this size, compressed, count against the quota, in bytes; the partial index has the same figure.
const LARGE: usize = 65_536;
/// Bodies above this size, compressed, are not kept, in bytes.
const LARGEST: usize = 2 * 1024 * 1024;
/// What the large bodies of one account take together, in bytes; of more the oldest are dropped.
const QUOTA: i64 = 32 * 1024 * 1024;

/// A body as it is kept.
pub(super) struct KeptBody {
    /// `identity`, `deflate` or `none`.
    pub encoding: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl KeptBody {
    /// The form in which a body is kept.
    ///
    /// # Errors
    /// Never in practice: what is written to is memory.
    pub fn from_bytes(body: &[u8]) -> Result<Self> {
        if body.len() <= SMALL {
            return Ok(Self {
                encoding: "identity",
                bytes: body.to_vec(),
            });
        }
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(body).map_err(Error::internal)?;
        let bytes = encoder.finish().map_err(Error::internal)?;
        Ok(if bytes.len() > LARGEST {
            Self {
                encoding: "none",
                bytes: Vec::new(),
            }
        } else {
            Self {
                encoding: "deflate",
                bytes,
            }
        })
    }

    /// Whether it counts against the quota.
    pub fn is_large(&self) -> bool {
        self.bytes.len() > LARGE
    }
}

/// What stands before the encoding of bytes that are sealed.
const SEALED: &str = "sealed-";

/// Seals a body for its row: a reply may tell what is encrypted where it comes from. The encoding says so, as bodies that older versions
/// kept are not.
///
/// # Errors
/// When the cipher refuses.
pub(super) fn seal(body: KeptBody, vault: &Vault, row: &[u8]) -> Result<(String, Vec<u8>)> {
    if body.bytes.is_empty() {
        return Ok((body.encoding.to_owned(), body.bytes));
    }
    let sealed = vault.seal(place(row), &body.bytes)?;
    Ok((format!("{SEALED}{}", body.encoding), sealed))
}

/// Opens what [`seal`] sealed: the encoding of a body, and its bytes.
///
/// # Errors
/// When it was sealed with another key or for another row.
pub(super) fn open<'a>(
    encoding: &'a str,
    bytes: Vec<u8>,
    vault: &Vault,
    row: &[u8],
) -> Result<(&'a str, Vec<u8>)> {
    match encoding.strip_prefix(SEALED) {
        Some(encoding) => Ok((encoding, vault.open(place(row), &bytes)?)),
        None => Ok((encoding, bytes)),
    }
}

fn place(row: &[u8]) -> SecretLocation<'_> {
    SecretLocation::new("idempotency_keys.body", row)
}

/// The body that was kept; none where it is no longer.
///
/// # Errors
/// When the bytes are not what [`KeptBody::from_bytes`] made.
pub(super) fn read(encoding: &str, bytes: Vec<u8>) -> Result<Option<Vec<u8>>> {
    match encoding {
        "identity" => Ok(Some(bytes)),
        "deflate" => {
            let mut body = Vec::new();
            let mut decoder = DeflateDecoder::new(&bytes[..]);
            decoder.read_to_end(&mut body).map_err(Error::internal)?;
            Ok(Some(body))
        }
        _ => Ok(None),
    }
}

/// Drops the oldest large bodies of an account beyond its quota. What was answered stays known; only its body is gone.
///
/// # Errors
/// When the database refuses.
pub(super) fn keep_quota(tx: &mut DbConn, account_id: Id) -> Result<()> {
    let large: Vec<(String, i64)> = dsl::idempotency_keys
        .filter(dsl::account_id.eq(account_id))
        .filter(sql::<Bool>("length(body) > 65536"))
        .order(dsl::created_at.desc())
        .select((
            dsl::idempotency_key,
            sql::<BigInt>("CAST(length(body) AS BIGINT)"),
        ))
        .load(tx)?;
    let mut taken = 0;
    for (key, size) in large {
        taken += size;
        if taken > QUOTA {
            diesel::update(dsl::idempotency_keys.find((account_id, key)))
                .set((dsl::body.eq(Vec::new()), dsl::body_encoding.eq("none")))
                .execute(tx)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_back_as_they_were_up_to_a_bound() {
        let small = b"{\"id\":1}".to_vec();
        let long = "{\"rows\":[]}".repeat(10_000).into_bytes();
        for body in [small, long] {
            let kept = KeptBody::from_bytes(&body).unwrap();
            assert!(kept.bytes.len() <= SMALL);
            assert_eq!(read(kept.encoding, kept.bytes).unwrap(), Some(body));
        }
        let vault = Vault::new(&[7; 32]).unwrap();
        let kept = KeptBody::from_bytes(b"{\"note\":\"x\"}").unwrap();
        let (encoding, sealed) = seal(kept, &vault, b"row").unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("note"));
        assert!(open(&encoding, sealed.clone(), &vault, b"other row").is_err());
        let opened = open(&encoding, sealed, &vault, b"row").unwrap();
        assert_eq!(opened, ("identity", b"{\"note\":\"x\"}".to_vec()));
        // What older versions kept is read as it stands.
        let older = open("identity", b"{}".to_vec(), &vault, b"row").unwrap();
        assert_eq!(older, ("identity", b"{}".to_vec()));
        let mut noise = vec![0; 3 * 1024 * 1024];
        crate::vault::random(&mut noise);
        let kept = KeptBody::from_bytes(&noise).unwrap();
        assert!(kept.bytes.is_empty() && !kept.is_large());
        assert_eq!(read(kept.encoding, kept.bytes).unwrap(), None);
    }
}
