//! Counting what a caller does too often.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use crate::db::UtcTimestamp;
use crate::error::{Error, Result};

/// Lets each key do something a number of times per window; kept in this process.
pub struct Throttle<K = String> {
    limit: u32,
    window: i64,
    counts: Mutex<HashMap<K, (i64, u32)>>,
}

/// Keys remembered at once; beyond it the windows that have ended are forgotten.
const MAX_KEYS: usize = 10_000;

impl<K: Eq + Hash> Throttle<K> {
    /// `limit` times in `window` seconds.
    pub fn new(limit: u32, window: i64) -> Self {
        Self {
            limit,
            window,
            counts: Mutex::new(HashMap::new()),
        }
    }

    /// Refuses a key that has used up its window.
    ///
    /// # Errors
    /// `TooManyRequests` with the seconds to wait.
    pub fn check(&self, key: &K, now: UtcTimestamp) -> Result<()> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get(key) {
            Some((began, count)) if *count >= self.limit && now.seconds() < began + self.window => {
                Err(Error::TooManyRequests(
                    u64::try_from(began + self.window - now.seconds()).unwrap_or(1),
                ))
            }
            _ => Ok(()),
        }
    }

    /// Counts one more.
    pub fn count(&self, key: K, now: UtcTimestamp) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MAX_KEYS {
            counts.retain(|_, (began, _)| now.seconds() < *began + self.window);
        }
        let entry = counts.entry(key).or_insert((now.seconds(), 0));
        if now.seconds() >= entry.0 + self.window {
            *entry = (now.seconds(), 0);
        }
        entry.1 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_waits_for_the_end_of_its_window_and_others_do_not() {
        let throttle = Throttle::new(2, 60);
        let at = |seconds: i64| UtcTimestamp(seconds * 1_000_000);
        for second in 0..2 {
            assert!(throttle.check(&"a", at(second)).is_ok());
            throttle.count("a", at(second));
        }
        assert!(matches!(
            throttle.check(&"a", at(10)),
            Err(Error::TooManyRequests(50))
        ));
        assert!(throttle.check(&"b", at(10)).is_ok());
        assert!(throttle.check(&"a", at(60)).is_ok());
    }
}
