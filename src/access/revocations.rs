//! What has been ended before its time, as this instance knows it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::db::{Id, UtcTimestamp};

/// Accounts and sessions whose access tokens were ended, each with its latest epoch.
///
/// A token carries the epoch its account had when it was made; a later epoch voids it. No two clocks are compared. The room
/// `accounts` keeps the same in the database, for every instance.
#[derive(Debug, Default)]
pub struct Revocations(RwLock<HashMap<Id, UtcTimestamp>>);

impl Revocations {
    /// Voids the tokens of a subject that were made in an earlier epoch.
    pub fn raise(&self, subject: Id, epoch: UtcTimestamp) {
        let mut epochs = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = epochs.entry(subject).or_insert(epoch);
        *known = (*known).max(epoch);
    }

    /// Whether a subject's tokens of an epoch are void.
    pub fn voids(&self, subject: Id, epoch: UtcTimestamp) -> bool {
        let epochs = self.0.read().unwrap_or_else(PoisonError::into_inner);
        epochs.get(&subject).is_some_and(|latest| epoch < *latest)
    }

    /// Forgets epochs that began before a moment: every token they voided has expired.
    pub fn forget_before(&self, moment: UtcTimestamp) {
        let mut epochs = self.0.write().unwrap_or_else(PoisonError::into_inner);
        epochs.retain(|_, epoch| *epoch >= moment);
    }
}

/// What a request ends, as long as its transaction is not committed.
#[derive(Debug, Clone, Default)]
pub struct PendingRevocations(Arc<Mutex<Vec<(Id, UtcTimestamp)>>>);

impl PendingRevocations {
    /// Notes a subject's new epoch.
    pub fn note(&self, subject: Id, epoch: UtcTimestamp) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.push((subject, epoch));
    }

    /// Lets what was noted take effect on this instance: the transaction is committed.
    pub fn take_effect(&self, revocations: &Revocations) {
        let noted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for (subject, epoch) in noted {
            revocations.raise(subject, epoch);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_epoch_voids_and_an_earlier_one_takes_nothing_back() {
        let revocations = Revocations::default();
        let subject = Id(uuid::Uuid::from_u128(1));
        assert!(!revocations.voids(subject, UtcTimestamp(0)));
        revocations.raise(subject, UtcTimestamp(20));
        revocations.raise(subject, UtcTimestamp(10));
        assert!(revocations.voids(subject, UtcTimestamp(19)));
        assert!(!revocations.voids(subject, UtcTimestamp(20)));
        revocations.forget_before(UtcTimestamp(21));
        assert!(!revocations.voids(subject, UtcTimestamp(0)));
    }
}
