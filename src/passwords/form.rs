//! The form in which passwords are kept.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use crate::error::{Error, Result};

/// KiB of memory (OWASP's minimum for two passes and one lane).
const MEMORY: u32 = 19_456;
/// Passes over it.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;

/// Of the present form, and the hash of no password: what an unknown user's password is compared with.
pub(super) const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmUhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes a password with a salt of its own. Takes tens of milliseconds: see [`super::Passwords`].
///
/// # Errors
/// When there is no memory for it.
pub fn hash(password: &str) -> Result<String> {
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(Error::internal)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon2
        .hash_password(password.as_bytes())
        .map_err(Error::internal)?;
    Ok(hash.to_string())
}

/// Whether `kept` is a hash of the password. Takes as long as [`hash`].
///
/// # Errors
/// When `kept` is no hash of ours, or there is no memory.
pub fn verify(password: &str, kept: &str) -> Result<bool> {
    let parsed = PasswordHash::new(kept).map_err(Error::internal)?;
    match Argon2::default().verify_password(password.as_bytes(), &parsed) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(Error::internal(error)),
    }
}

/// Whether a hash was made with less than what is asked today.
pub(super) fn is_outdated(kept: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(kept) else {
        return true;
    };
    let figure = |name: &str| parsed.params.get_decimal(name).unwrap_or(0);
    let is_ours = parsed.algorithm.as_str() == "argon2id" && parsed.version == Some(19);
    !is_ours || figure("m") < MEMORY || figure("t") < PASSES || figure("p") < LANES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_a_phc_string_with_todays_parameters() {
        let kept = hash("gaoshan liushui").unwrap();
        assert!(
            kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{kept}"
        );
        assert_ne!(kept, hash("gaoshan liushui").unwrap());
        assert!(verify("gaoshan liushui", &kept).unwrap());
        assert!(!verify("Gaoshan liushui", &kept).unwrap());
        assert!(!is_outdated(&kept));
    }

    #[test]
    fn nobodys_hash_has_todays_form_and_fits_no_password() {
        assert!(!is_outdated(NOBODY));
        assert!(!verify("", NOBODY).unwrap());
        assert!(!verify("nobody is here!!", NOBODY).unwrap());
    }

    #[test]
    fn weaker_hashes_are_outdated_and_still_verify() {
        let weaker = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8192, 1, 1, None).unwrap(),
        );
        let kept = weaker.hash_password(b"gaoshan").unwrap().to_string();
        assert!(is_outdated(&kept));
        assert!(verify("gaoshan", &kept).unwrap());
        assert!(is_outdated(&kept.replace("argon2id", "argon2i")));
    }
}
