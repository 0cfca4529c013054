//! Numbers for the advisory locks of PostgreSQL.

/// The number of a lock that is named by content, such as an account and its key. Two names may share a number: then one waits for
/// the other without need.
pub fn advisory_key(parts: &[&[u8]]) -> i64 {
    let digest = crate::vault::sha256(parts);
    digest[..8]
        .iter()
        .fold(0_i64, |number, byte| (number << 8) | i64::from(*byte))
}
