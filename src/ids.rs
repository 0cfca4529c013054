//! New ids: UUID version 7, growing within a process.

use std::sync::Mutex;

use crate::db::{Id, UtcTimestamp};

/// Makes ids. Two ids of one process never go backwards, so that a list sorted by id is in order of creation.
pub struct Ids {
    last: Mutex<(u64, u16)>,
    seeded: bool,
}

impl Default for Ids {
    fn default() -> Self {
        Self {
            last: Mutex::new((0, 0)),
            seeded: false,
        }
    }
}

impl Ids {
    /// Ids whose random part is a plain counter, for tests that compare bytes.
    pub fn seeded() -> Self {
        Self {
            seeded: true,
            ..Self::default()
        }
    }

    /// The next id.
    pub fn next(&self, now: UtcTimestamp) -> Id {
        let now_millis = u64::try_from(now.0 / 1000).unwrap_or_default();
        let (millis, counter) = {
            let mut last = self
                .last
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            *last = match *last {
                (millis, counter) if now_millis > millis => (now_millis, counter & 0x7ff),
                (millis, counter) if counter < 0xfff => (millis, counter + 1),
                (millis, _) => (millis + 1, 0),
            };
            *last
        };
        let mut tail = [0_u8; 10];
        if self.seeded {
            let number = (millis << 12 | u64::from(counter)).to_be_bytes();
            tail[2..].copy_from_slice(&number);
        } else {
            crate::vault::random(&mut tail);
        }
        let [high, low] = counter.to_be_bytes();
        tail[0] = high;
        tail[1] = low;
        Id(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_random_part_of_seeded_ids_is_a_counter() {
        let ids = Ids::seeded();
        let now = UtcTimestamp(1_700_000_000_000_000);
        let ends: Vec<u128> = (0..3).map(|_| ids.next(now).0.as_u128() << 80).collect();
        assert!(ends.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn ids_grow_even_within_a_millisecond() {
        let ids = Ids::default();
        let made: Vec<Id> = (0..10_000)
            .map(|n| ids.next(UtcTimestamp(1_700_000_000_000_000 + n / 100)))
            .collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
