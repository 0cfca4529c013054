//! Secrets at rest: what is stored encrypted, what is found by a keyed digest, and where random bytes come from.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{constant_time, digest, hmac, rand};

use crate::error::{Error, Result};

/// The installation's secret key and what is derived from it; keys for different uses differ.
pub struct Vault {
    fields: LessSafeKey,
    identity: hmac::Key,
    cursor: hmac::Key,
    tags: hmac::Key,
    key_id: [u8; 4],
}

/// Version byte of the stored form: key id, nonce, ciphertext with tag, which is bound to the place it is stored at.
const FORM: u8 = 2;
/// The form before, which was bound to no place.
const UNBOUND: u8 = 1;

/// Where a secret is stored. It opens there and nowhere else: who can write to the database cannot have one person's number shown
/// as another's.
#[derive(Debug, Clone, Copy)]
pub struct SecretLocation<'a> {
    column: &'static str,
    row: &'a [u8],
}

impl<'a> SecretLocation<'a> {
    /// A column, with its table's name before it, and what names the row.
    pub const fn new(column: &'static str, row: &'a [u8]) -> Self {
        Self { column, row }
    }
}

impl Vault {
    /// A vault from the installation's 32-byte key.
    ///
    /// # Errors
    /// Never in practice: the derived keys have the right length.
    pub fn new(secret: &[u8; 32]) -> Result<Self> {
        let derive = |purpose: &str| {
            hmac::sign(
                &hmac::Key::new(hmac::HMAC_SHA256, secret),
                purpose.as_bytes(),
            )
        };
        let fields = UnboundKey::new(&AES_256_GCM, derive("xinmiao fields").as_ref())
            .map_err(Error::internal)?;
        let mut key_id = [0; 4];
        key_id.copy_from_slice(&derive("xinmiao key id").as_ref()[..4]);
        Ok(Self {
            fields: LessSafeKey::new(fields),
            identity: hmac::Key::new(hmac::HMAC_SHA256, derive("xinmiao identity").as_ref()),
            cursor: hmac::Key::new(hmac::HMAC_SHA256, derive("xinmiao cursor").as_ref()),
            tags: hmac::Key::new(hmac::HMAC_SHA256, derive("xinmiao tags").as_ref()),
            key_id,
        })
    }

    /// Names the key without telling anything of it.
    pub fn key_id(&self) -> String {
        hex(&self.key_id)
    }

    /// Encrypts a value for the place it is stored at; the same value gives other bytes each time.
    ///
    /// # Errors
    /// When the cipher refuses, which it does not for fields of our size.
    pub fn seal(&self, place: SecretLocation<'_>, value: &[u8]) -> Result<Vec<u8>> {
        self.encrypt(FORM, &self.binding(place), value)
    }

    /// Encrypts as versions before 0.1.0 did, for tests of what becomes of it.
    ///
    /// # Errors
    /// As [`Vault::seal`].
    #[doc(hidden)]
    pub fn seal_unbound(&self, value: &[u8]) -> Result<Vec<u8>> {
        self.encrypt(UNBOUND, &self.key_id, value)
    }

    fn encrypt(&self, form: u8, binding: &[u8], value: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        random(&mut nonce);
        let mut sealed = value.to_vec();
        self.fields
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(binding),
                &mut sealed,
            )
            .map_err(Error::internal)?;
        let mut stored = Vec::with_capacity(1 + 4 + NONCE_LEN + sealed.len());
        stored.push(form);
        stored.extend_from_slice(&self.key_id);
        stored.extend_from_slice(&nonce);
        stored.append(&mut sealed);
        Ok(stored)
    }

    /// What a ciphertext is authenticated with besides itself.
    fn binding(&self, place: SecretLocation<'_>) -> Vec<u8> {
        let column = place.column.as_bytes();
        [&self.key_id, column, b"\0", place.row].concat()
    }

    /// Decrypts what [`Vault::seal`] made for this place.
    ///
    /// # Errors
    /// When the bytes were made with another key or for another place, or changed since.
    pub fn open(&self, place: SecretLocation<'_>, stored: &[u8]) -> Result<Vec<u8>> {
        self.decrypt(FORM, &self.binding(place), stored)
    }

    /// What an older version sealed for no place, sealed for its place; `None` for what is bound already or empty.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn bind(&self, place: SecretLocation<'_>, stored: &[u8]) -> Result<Option<Vec<u8>>> {
        if stored.first() != Some(&UNBOUND) {
            return Ok(None);
        }
        let value = self.decrypt(UNBOUND, &self.key_id, stored)?;
        self.seal(place, &value).map(Some)
    }

    fn decrypt(&self, form: u8, binding: &[u8], stored: &[u8]) -> Result<Vec<u8>> {
        let unreadable = || Error::internal("a stored secret cannot be read with this key");
        let (head, sealed) = stored
            .split_at_checked(1 + 4 + NONCE_LEN)
            .ok_or_else(unreadable)?;
        if head[0] != form || head[1..5] != self.key_id {
            return Err(unreadable());
        }
        let nonce = Nonce::try_assume_unique_for_key(&head[5..]).map_err(|_| unreadable())?;
        let mut sealed = sealed.to_vec();
        let plain = self
            .fields
            .open_in_place(nonce, Aad::from(binding), &mut sealed)
            .map_err(|_| unreadable())?;
        Ok(plain.to_vec())
    }

    /// Decrypts text.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_text(&self, place: SecretLocation<'_>, stored: &[u8]) -> Result<String> {
        String::from_utf8(self.open(place, stored)?).map_err(Error::internal)
    }

    /// The digest under which an identity number is found; useless without the key.
    pub fn identity_digest(&self, number: &str) -> Vec<u8> {
        hmac::sign(&self.identity, number.to_uppercase().as_bytes())
            .as_ref()
            .to_vec()
    }

    /// Authenticates content for a purpose; useless for any other purpose and without the key.
    pub fn tag(&self, purpose: &str, content: &[u8]) -> [u8; 16] {
        let mut tag = [0; 16];
        tag.copy_from_slice(&self.derive(purpose, content)[..16]);
        tag
    }

    /// A secret made of content for a purpose: the same each time, and not to be guessed without the key.
    pub fn derive(&self, purpose: &str, content: &[u8]) -> [u8; 32] {
        let mut signing = hmac::Context::with_key(&self.tags);
        signing.update(purpose.as_bytes());
        signing.update(b"\0");
        signing.update(content);
        let mut secret = [0; 32];
        secret.copy_from_slice(signing.sign().as_ref());
        secret
    }

    /// Authenticates a cursor.
    pub fn sign_cursor(&self, content: &[u8]) -> [u8; 16] {
        let mut tag = [0; 16];
        tag.copy_from_slice(&hmac::sign(&self.cursor, content).as_ref()[..16]);
        tag
    }
}

/// Fills `bytes` from the operating system's generator; there is nothing to fall back on when it fails.
pub fn random(bytes: &mut [u8]) {
    if rand::fill(bytes).is_err() {
        std::process::abort();
    }
}

/// A secret of 256 random bits as URL-safe text.
pub fn random_token() -> String {
    use base64::Engine;
    let mut bytes = [0; 32];
    random(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// Compares secrets in constant time.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| {
        char::from(if nibble < 10 {
            b'0' + nibble
        } else {
            b'a' + nibble - 10
        })
    };
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_at_the_same_place_only() {
        let vault = Vault::new(&[7; 32]).unwrap();
        let place = SecretLocation::new("cadres.phone_encrypted", b"one");
        let sealed = vault.seal(place, b"990001199803150018").unwrap();
        assert_ne!(sealed, vault.seal(place, b"990001199803150018").unwrap());
        assert_eq!(vault.open(place, &sealed).unwrap(), b"990001199803150018");
        assert!(Vault::new(&[8; 32]).unwrap().open(place, &sealed).is_err());
        for elsewhere in [
            SecretLocation::new("cadres.phone_encrypted", b"two"),
            SecretLocation::new("mentors.phone_encrypted", b"one"),
            SecretLocation::new("cadres.phone_encrypte", b"done"),
        ] {
            assert!(vault.open(elsewhere, &sealed).is_err());
        }
        let mut changed = sealed;
        *changed.last_mut().unwrap() ^= 1;
        assert!(vault.open(place, &changed).is_err());
    }

    #[test]
    fn what_an_older_version_sealed_is_bound_once_and_opens_only_then() {
        let vault = Vault::new(&[7; 32]).unwrap();
        let place = SecretLocation::new("cadres.phone_encrypted", b"one");
        let old = vault.seal_unbound(b"13900000001").unwrap();
        assert!(vault.open(place, &old).is_err());
        let bound = vault.bind(place, &old).unwrap().unwrap();
        assert_eq!(vault.open_text(place, &bound).unwrap(), "13900000001");
        assert_eq!(vault.bind(place, &bound).unwrap(), None);
        assert_eq!(vault.bind(place, &[]).unwrap(), None);
    }

    #[test]
    fn the_identity_digest_ignores_the_case_of_the_check_digit() {
        let vault = Vault::new(&[7; 32]).unwrap();
        assert_eq!(
            vault.identity_digest("11010519491231002x"),
            vault.identity_digest("11010519491231002X")
        );
    }
}
