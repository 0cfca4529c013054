//! Counting what a caller does too often.

use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use crate::db::UtcTimestamp;
use crate::error::{Error, Result};

/// Lets each key do something a number of times per window; kept in this process.
pub struct Throttle<K: Eq + Hash = String> {
    limit: u32,
    window: i64,
    windows: Mutex<LruCache<K, Window>>,
}

#[derive(Clone, Copy)]
struct Window {
    began: UtcTimestamp,
    count: u32,
}

/// Keys remembered at once; the longest unused is forgotten first.
const MAX_KEYS: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

impl<K: Eq + Hash> Throttle<K> {
    /// `limit` times in `window` seconds.
    pub fn new(limit: u32, window: i64) -> Self {
        Self {
            limit,
            window,
            windows: Mutex::new(LruCache::new(MAX_KEYS)),
        }
    }

    /// Refuses a key that has used up its window.
    ///
    /// # Errors
    /// `TooManyRequests` with the seconds to wait.
    pub fn check(&self, key: &K, now: UtcTimestamp) -> Result<()> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get(key).copied();
        window.map_or(Ok(()), |window| self.admit(window, now))
    }

    /// Counts one more; what was begun together with too many others is refused by its number.
    ///
    /// # Errors
    /// As [`Throttle::check`].
    pub fn count(&self, key: K, now: UtcTimestamp) -> Result<()> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Window {
            began: now,
            count: 0,
        };
        let window = windows.get_or_insert_mut(key, || fresh);
        if now >= window.began.plus_seconds(self.window) {
            *window = fresh;
        }
        self.admit(*window, now)?;
        window.count += 1;
        Ok(())
    }

    /// Takes back what was counted at a moment, as long as that window lasts.
    pub fn take_back(&self, key: &K, counted_at: UtcTimestamp) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = windows.get_mut(key)
            && window.began <= counted_at
        {
            window.count = window.count.saturating_sub(1);
        }
    }

    /// How often a key did it in its window.
    pub fn used(&self, key: &K, now: UtcTimestamp) -> u32 {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get(key).copied();
        window
            .filter(|window| now < window.began.plus_seconds(self.window))
            .map_or(0, |window| window.count)
    }

    fn admit(&self, window: Window, now: UtcTimestamp) -> Result<()> {
        let left = window.began.plus_seconds(self.window).0 - now.0;
        match u64::try_from(left) {
            Ok(micros) if micros > 0 && window.count >= self.limit => {
                Err(Error::TooManyRequests(micros.div_ceil(1_000_000)))
            }
            _ => Ok(()),
        }
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
            throttle.count("a", at(second)).unwrap();
        }
        assert!(matches!(
            throttle.check(&"a", at(10)),
            Err(Error::TooManyRequests(50))
        ));
        assert!(throttle.count("a", at(10)).is_err());
        assert!(throttle.check(&"b", at(10)).is_ok());
        assert!(throttle.check(&"a", at(60)).is_ok());
        throttle.count("a", at(60)).unwrap();
        assert_eq!(throttle.used(&"a", at(61)), 1);
        throttle.take_back(&"a", at(10));
        assert_eq!(throttle.used(&"a", at(61)), 1, "counted in a window before");
        throttle.take_back(&"a", at(60));
        assert_eq!(
            (throttle.used(&"a", at(61)), throttle.used(&"b", at(61))),
            (0, 0)
        );
    }
}
