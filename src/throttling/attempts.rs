//! Failures in a row, and how long they make one wait.

use crate::db::UtcTimestamp;
use crate::error::{Error, Result};

/// Failed attempts since the last that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// How many.
    pub failed: i32,
    /// Before when no attempt is heard.
    pub wait_until: Option<UtcTimestamp>,
}

/// Longest wait, in seconds: an attacker cannot lock the owner out for longer.
const LONGEST_WAIT: i64 = 60;

impl Attempts {
    /// Lets an attempt be heard.
    ///
    /// # Errors
    /// `TooManyRequests` while it has to wait.
    pub fn check(self, now: UtcTimestamp) -> Result<()> {
        let left = self.wait_until.map_or(0, |until| until.0 - now.0);
        match u64::try_from(left) {
            Ok(micros) if micros > 0 => Err(Error::TooManyRequests(micros.div_ceil(1_000_000))),
            _ => Ok(()),
        }
    }

    /// After one more failure: the last of those that are `free` makes the next attempt wait a second, each further one twice as
    /// long.
    #[must_use]
    pub fn after_failure(self, free: i32, now: UtcTimestamp) -> Self {
        let failed = self.failed.saturating_add(1);
        let doublings = u32::try_from(failed - free).ok();
        let wait = doublings.map(|n| {
            let seconds = 1_i64.checked_shl(n).unwrap_or(LONGEST_WAIT);
            now.plus_seconds(if n >= 6 { LONGEST_WAIT } else { seconds })
        });
        Self {
            failed,
            wait_until: wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c23_waits_double_from_one_second_to_a_minute() {
        let now = UtcTimestamp(1_000_000);
        let mut attempts = Attempts::default();
        let mut waits = Vec::new();
        for _ in 0..80 {
            attempts = attempts.after_failure(5, now);
            let wait = attempts.wait_until.map_or(0, |until| until.seconds() - 1);
            waits.push(wait);
        }
        assert_eq!(waits[..13], [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert!(waits[12..].iter().all(|wait| *wait == 60));
        let half = UtcTimestamp(now.0 + 59_500_000);
        assert!(matches!(
            attempts.check(half),
            Err(Error::TooManyRequests(1))
        ));
        attempts.check(now.plus_seconds(60)).unwrap();
    }
}
