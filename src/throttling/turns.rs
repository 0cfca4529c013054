//! Turns: of those with the same key a few go at once, the others wait.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// How long one waits for a turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many wait for a turn of one key; more are turned away at once.
const MOST_WAITING: usize = 64;

/// Gives turns by key. Keys nobody holds or waits for are forgotten.
pub struct Turns<K: Eq + Hash + Clone> {
    places: Mutex<HashMap<K, Arc<Semaphore>>>,
}

impl<K: Eq + Hash + Clone> Default for Turns<K> {
    fn default() -> Self {
        Self {
            places: Mutex::default(),
        }
    }
}

impl<K: Eq + Hash + Clone> Turns<K> {
    /// Waits until fewer than `at_once` others have a turn of this key; the same number must be given for it each time.
    ///
    /// # Errors
    /// `TooManyRequests` where too many wait, or after five seconds.
    pub async fn take(&self, key: K, at_once: usize) -> Result<Turn<'_, K>> {
        let too_many = || Error::TooManyRequests(1);
        let place = {
            let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            let place = places
                .entry(key.clone())
                .or_insert_with(|| Arc::new(Semaphore::new(at_once)));
            Arc::clone(place)
        };
        // From here on the place is given back, also by a caller who leaves while waiting.
        let mut turn = Turn {
            turns: self,
            key,
            place,
            permit: None,
        };
        if Arc::strong_count(&turn.place) > 1 + 2 * at_once + MOST_WAITING {
            return Err(too_many());
        }
        let waiting = Arc::clone(&turn.place).acquire_owned();
        let permit = tokio::time::timeout(PATIENCE, waiting).await;
        turn.permit = permit.map_err(|_| too_many())?.ok();
        Ok(turn)
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.places.lock().unwrap().len()
    }
}

/// A turn; the next begins when it is dropped.
pub struct Turn<'a, K: Eq + Hash + Clone> {
    turns: &'a Turns<K>,
    key: K,
    place: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl<K: Eq + Hash + Clone> Drop for Turn<'_, K> {
    fn drop(&mut self) {
        self.permit = None;
        let mut places = self
            .turns
            .places
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // The map's and ours: nobody else has it or waits.
        if Arc::strong_count(&self.place) == 2 {
            places.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread();
        { runtime }.enable_time().build().unwrap().block_on(work)
    }

    #[test]
    fn as_many_as_are_allowed_go_at_once_and_nothing_is_left_behind() {
        let turns = Turns::default();
        let (now, most) = (Cell::new(0), Cell::new(0));
        let one = async || {
            let turn = turns.take("key", 2).await.unwrap();
            now.set(now.get() + 1);
            most.set(most.get().max(now.get()));
            tokio::task::yield_now().await;
            now.set(now.get() - 1);
            drop(turn);
        };
        block_on(async {
            futures_util::future::join_all((0..20).map(|_| one())).await;
        });
        assert_eq!((most.get(), turns.len()), (2, 0));
    }

    #[test]
    fn too_many_are_turned_away_and_who_leaves_frees_the_place() {
        let turns = Turns::default();
        block_on(async {
            let held = turns.take(7, 1).await.unwrap();
            {
                let waiting: Vec<_> = (0..100).map(|_| turns.take(7, 1)).collect();
                let mut waiting = futures_util::future::join_all(waiting);
                let refused = tokio::time::timeout(Duration::from_millis(5), &mut waiting);
                assert!(refused.await.is_err(), "those in line still wait");
                let other = turns.take(8, 1).await;
                assert!(other.is_ok(), "another key has turns of its own");
            }
            let next = tokio::time::timeout(Duration::from_millis(5), turns.take(7, 1));
            assert!(next.await.is_err());
            drop(held);
            assert!(turns.take(7, 1).await.is_ok());
        });
        assert_eq!(turns.len(), 0);
    }
}
