//! The gate in front of the passwords.
//!
//! Who guesses is slowed down and then refused by account and network, so that one guesser locks out neither the owner of the
//! account nor the office behind the same address. A network from which an account has signed in before is known: its attempts at
//! this account have a line of their own, and count for themselves alone. An attempt is counted before the password is compared,
//! and taken back when it was right, so that those made at once are as few as those made one after another.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lru::LruCache;

use super::{Attempts, Throttle, Turn, Turns};
use crate::clock::Clock;
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::network::Network;

/// Failures at one account from one network without consequence.
const FREE_FAILURES: i32 = 5;
/// Failures from one network in a minute, at accounts that do not know it, before all such attempts are refused.
const MOST_FAILURES: u32 = 60;
/// Failures from one network in a minute before such attempts go one after another.
const SLOW_FROM: u32 = 30;
/// How long each of those takes at least.
const SLOWED: Duration = Duration::from_millis(100);
/// Passwords of one network compared at once.
const AT_ONCE: usize = 8;
/// Accounts and networks remembered at once; the longest unused are forgotten first.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(100_000).unwrap();

/// Who wants to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The name they typed.
    pub username: String,
    /// Where from.
    pub network: Network,
    /// Whether the account of this name has signed in from there before.
    pub is_known: bool,
}

type Pair = (String, Network);

/// A line in which attempts wait for their turn.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Line {
    /// Those at an account: from a network it knows, or from all others.
    Account(String, Option<Network>),
    /// Those from a network, at accounts that know it or not.
    Network(Network, bool),
    /// Those from a network that fails too often.
    Slow(Network),
}

/// The gate.
pub struct Gate {
    lines: Turns<Line>,
    pairs: Mutex<LruCache<Pair, Attempts>>,
    networks: Throttle<Network>,
    clients: Throttle<(Id, Network)>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            lines: Turns::default(),
            pairs: Mutex::new(LruCache::new(REMEMBERED)),
            networks: Throttle::new(MOST_FAILURES, 60),
            clients: Throttle::new(MOST_FAILURES, 60),
        }
    }
}

impl Gate {
    /// Waits for a turn to compare a password. The attempt counts as failed until [`Entered::succeeded`] or [`Entered::undo`].
    ///
    /// # Errors
    /// `TooManyRequests` where the account or the network has failed too often, or too many wait.
    pub async fn enter(&self, who: SignIn, clock: &Clock) -> Result<Entered<'_>> {
        let SignIn {
            username,
            network,
            is_known,
        } = who;
        let pair = (username, network);
        self.check(&pair, is_known, clock.now())?;
        let line = Line::Account(pair.0.clone(), is_known.then_some(network));
        let account = self.lines.take(line, 1).await?;
        let shared = self.lines.take(Line::Network(network, is_known), AT_ONCE);
        let shared = shared.await?;
        let slow = if !is_known && self.networks.used(&network, clock.now()) >= SLOW_FROM {
            let slow = self.lines.take(Line::Slow(network), 1).await?;
            tokio::time::sleep(SLOWED).await;
            Some(slow)
        } else {
            None
        };
        let now = clock.now();
        let former = self.check(&pair, is_known, now)?;
        if !is_known {
            self.networks.count(network, now)?;
        }
        self.remember(&pair, former.after_failure(FREE_FAILURES, now));
        Ok(Entered {
            gate: self,
            pair,
            former,
            is_known,
            at: now,
            _turns: (account, shared, slow),
        })
    }

    /// Counts an attempt at a secret nobody guesses, by network: activation codes and the token of the first start. It counts as
    /// failed until [`Gate::take_back`].
    ///
    /// # Errors
    /// `TooManyRequests`.
    pub fn count(&self, network: Network, now: UtcTimestamp) -> Result<()> {
        self.networks.count(network, now)
    }

    /// Takes such an attempt back, because it did not fail.
    pub fn take_back(&self, network: Network, now: UtcTimestamp) {
        self.networks.take_back(&network, now);
    }

    /// Counts an attempt of a client from a network until it is taken back; those of people are counted apart.
    ///
    /// # Errors
    /// `TooManyRequests`.
    pub fn count_client(&self, id: Id, network: Network, now: UtcTimestamp) -> Result<()> {
        self.clients.count((id, network), now)
    }

    /// Takes the attempt of a client back.
    pub fn take_back_client(&self, id: Id, network: Network, now: UtcTimestamp) {
        self.clients.take_back(&(id, network), now);
    }

    fn check(&self, pair: &Pair, is_known: bool, now: UtcTimestamp) -> Result<Attempts> {
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        let attempts = pairs.get(pair).copied().unwrap_or_default();
        drop(pairs);
        attempts.check(now)?;
        if !is_known {
            self.networks.check(&pair.1, now)?;
        }
        Ok(attempts)
    }

    fn remember(&self, pair: &Pair, attempts: Attempts) {
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        if attempts == Attempts::default() {
            pairs.pop(pair);
        } else {
            pairs.put(pair.clone(), attempts);
        }
    }
}

/// An attempt whose turn it is.
pub struct Entered<'a> {
    gate: &'a Gate,
    pair: Pair,
    former: Attempts,
    is_known: bool,
    at: UtcTimestamp,
    _turns: (Turn<'a, Line>, Turn<'a, Line>, Option<Turn<'a, Line>>),
}

impl Entered<'_> {
    /// The password was right: what failed before is forgotten.
    pub fn succeeded(self) {
        self.back_to(Attempts::default());
    }

    /// The password was not compared: it is as if nothing had been tried.
    pub fn undo(self) {
        self.back_to(self.former);
    }

    fn back_to(&self, attempts: Attempts) {
        self.gate.remember(&self.pair, attempts);
        if !self.is_known {
            self.gate.networks.take_back(&self.pair.1, self.at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread();
        { runtime }.enable_time().build().unwrap().block_on(work)
    }

    fn who(username: &str, last: u8, is_known: bool) -> SignIn {
        SignIn {
            username: username.to_owned(),
            network: Network::from_address([192, 0, 2, last].into()),
            is_known,
        }
    }

    fn clock() -> Clock {
        Clock::manual(UtcTimestamp(1_000_000), chrono_tz::UTC)
    }

    #[test]
    fn a_guesser_locks_out_nobody_but_themselves() {
        let (gate, clock) = (Gate::default(), clock());
        block_on(async {
            for _ in 0..5 {
                gate.enter(who("li", 1, false), &clock).await.unwrap();
            }
            let sixth = gate.enter(who("li", 1, false), &clock).await;
            assert!(matches!(sixth.err(), Some(Error::TooManyRequests(1))));
            gate.enter(who("li", 2, false), &clock)
                .await
                .unwrap()
                .succeeded();
            gate.enter(who("li", 3, true), &clock)
                .await
                .unwrap()
                .succeeded();
            clock.advance(1);
            gate.enter(who("li", 1, false), &clock)
                .await
                .unwrap()
                .succeeded();
            gate.enter(who("li", 1, false), &clock).await.unwrap();
        });
    }

    #[test]
    fn a_network_that_fails_keeps_out_only_those_who_never_came_from_it() {
        let (gate, clock) = (Gate::default(), clock());
        block_on(async {
            for _ in 0..60 {
                gate.count(who("", 1, false).network, clock.now()).unwrap();
            }
            let new = gate.enter(who("wang", 1, false), &clock).await;
            assert!(matches!(new.err(), Some(Error::TooManyRequests(60))));
            gate.enter(who("li", 1, true), &clock)
                .await
                .unwrap()
                .succeeded();
            gate.enter(who("wang", 2, false), &clock)
                .await
                .unwrap()
                .succeeded();
        });
    }

    #[test]
    fn attempts_at_once_are_as_few_as_one_after_another() {
        let (gate, clock) = (Gate::default(), clock());
        let heard = block_on(async {
            let attempt = async || {
                let entered = gate.enter(who("li", 1, false), &clock).await;
                tokio::task::yield_now().await;
                entered.is_ok()
            };
            let all = futures_util::future::join_all((0..40).map(|_| attempt())).await;
            all.into_iter().filter(|heard| *heard).count()
        });
        assert_eq!(heard, 5);
    }
}
