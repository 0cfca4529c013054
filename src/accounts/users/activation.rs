//! Activation codes: made at random, shown once, kept as a digest.

use super::response::Activation;
use crate::db::UtcTimestamp;

/// How long a code is good, in seconds.
const LIFE: i64 = 7 * 24 * 3600;
/// Letters and digits that are not taken for one another.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters, of five bits each.
const LENGTH: usize = 28;
/// Characters between hyphens.
const GROUP: usize = 4;

/// A new code with the digest that is kept of it.
pub fn issue(now: UtcTimestamp) -> (Activation, Vec<u8>) {
    let mut bytes = [0; LENGTH];
    crate::vault::random(&mut bytes);
    let mut code = String::with_capacity(LENGTH + LENGTH / GROUP);
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % GROUP == 0 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::from(byte & 31)]));
    }
    let digest = digest(&code);
    let expires_at = now.plus_seconds(LIFE);
    (Activation { code, expires_at }, digest)
}

/// The digest of a code as someone typed it.
pub fn digest(typed: &str) -> Vec<u8> {
    let plain: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    crate::vault::sha256(&[b"activation\0", plain.as_bytes()]).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_recognized_however_it_is_typed() {
        let now = UtcTimestamp(0);
        let (activation, kept) = issue(now);
        assert_eq!(activation.code.len(), 34);
        assert_eq!(activation.expires_at, now.plus_seconds(7 * 24 * 3600));
        let typed = activation
            .code
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o");
        assert_eq!(digest(&typed), kept);
        assert_ne!(issue(now).1, kept);
    }
}
