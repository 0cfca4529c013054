//! A request at a door: the work, how long its caller waits, and what became of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Instant;

use tokio::sync::oneshot;

use super::connect::DbConn;
use crate::error::{Error, Result, panic_message};

/// What a caller is told whose work never began.
pub(super) const TOO_LONG: Error = Error::Unavailable("request waited too long", 1);

/// Whose turn it is: a caller who waited too long leaves, or a worker begins the work; never both.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<AtomicU8>);

impl Turn {
    const WAITING: u8 = 0;
    const BEGUN: u8 = 1;
    const GIVEN_UP: u8 = 2;

    /// Whether the caller leaves, because the work has not begun.
    pub(super) fn give_up(&self) -> bool {
        self.take(Self::GIVEN_UP).is_ok()
    }

    /// Whether the work may begin, or go on with another attempt.
    fn begin(&self) -> bool {
        self.take(Self::BEGUN)
            .map_or_else(|turn| turn == Self::BEGUN, |_| true)
    }

    fn take(&self, turn: u8) -> std::result::Result<u8, u8> {
        self.0
            .compare_exchange(Self::WAITING, turn, Ordering::AcqRel, Ordering::Acquire)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Snapshot,
    Page,
    Statement,
    Write,
}

/// One request at a door: run first, answered only when its transaction has ended.
pub(super) trait Job: Send {
    /// Whether it may begin, or be tried again: the caller has neither left nor waited too long.
    fn begin(&self) -> bool;
    fn mode(&self) -> Mode;
    /// Runs the work; whether it may be committed, or must be retried.
    fn run(&mut self, conn: &mut DbConn) -> Verdict;
    /// Ends the request with its own outcome, or with `failure` when the transaction could not end well.
    fn answer(&mut self, failure: Option<Error>);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Keep,
    Undo,
    Retry,
    Lost,
}

pub(super) struct Task<T, F> {
    pub(super) work: F,
    pub(super) mode: Mode,
    pub(super) deadline: Instant,
    pub(super) turn: Turn,
    pub(super) outcome: Option<Result<T>>,
    pub(super) reply: Option<oneshot::Sender<Result<T>>>,
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: FnMut(&mut DbConn) -> Result<T> + Send,
{
    fn begin(&self) -> bool {
        let is_awaited = self.reply.as_ref().is_some_and(|reply| !reply.is_closed());
        is_awaited && Instant::now() <= self.deadline && self.turn.begin()
    }

    fn mode(&self) -> Mode {
        self.mode
    }

    fn run(&mut self, conn: &mut DbConn) -> Verdict {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(conn)))
            .unwrap_or_else(|panic| Err(Error::Internal(panic_message(panic.as_ref()))));
        let verdict = match &outcome {
            Ok(_) => Verdict::Keep,
            Err(Error::Unavailable("database busy", _)) => Verdict::Retry,
            Err(Error::Unavailable("database connection lost", _)) => Verdict::Lost,
            Err(_) => Verdict::Undo,
        };
        self.outcome = Some(outcome);
        verdict
    }

    fn answer(&mut self, failure: Option<Error>) {
        let Some(reply) = self.reply.take() else {
            return;
        };
        let outcome = match (failure, self.outcome.take()) {
            (None, Some(outcome)) => outcome,
            (Some(_), Some(Err(error))) => Err(error),
            (Some(failure), _) => Err(failure),
            (None, None) => Err(TOO_LONG),
        };
        // A caller that has left needs no answer.
        drop(reply.send(outcome));
    }
}
