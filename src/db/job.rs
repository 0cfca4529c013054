//! A request at a door: the work, how long its caller waits, and what became of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::connect::DbConn;
use super::wanted::{self, Broken, Limit};
use crate::error::{Error, Result, Unavailable, panic_message};

/// What a caller is told whose work never began.
pub(super) const TOO_LONG: Error = Error::Unavailable(Unavailable::WaitedTooLong);

/// What a caller is told whose work was ended.
const TOOK_TOO_LONG: Error = Error::Unavailable(Unavailable::TookTooLong);
/// How long a read may take, between the begin of its first and of its last statement.
const LONGEST_READ: Duration = Duration::from_secs(30);
/// How long a write may take: a file of the largest size, written at once.
const LONGEST_WRITE: Duration = Duration::from_secs(120);

/// Whose turn it is: a caller who waited too long leaves before the work begins, or a worker begins it; never both. A caller may
/// leave later too.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<AtomicU8>);

/// The caller's side of a turn: dropped when the caller has an answer or leaves.
pub(super) struct Waiting(Turn);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.0.store(Turn::LEFT, Ordering::Release);
    }
}

impl Turn {
    const WAITING: u8 = 0;
    const BEGUN: u8 = 1;
    const LEFT: u8 = 2;

    /// The caller's side.
    pub(super) fn waiting(&self) -> Waiting {
        Waiting(self.clone())
    }

    /// Whether nobody waits for the work any more.
    pub(super) fn is_left(&self) -> bool {
        self.0.load(Ordering::Acquire) == Self::LEFT
    }

    /// Whether the caller leaves, because the work has not begun.
    pub(super) fn give_up(&self) -> bool {
        self.take(Self::LEFT).is_ok()
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
    /// A write of many rows: it shares its transaction with nobody.
    Alone,
    /// A write that is undone when it has come to its end; it shares its transaction with nobody.
    DryRun,
}

impl Mode {
    /// Whether the transaction is the job's alone.
    pub(super) fn is_alone(self) -> bool {
        matches!(self, Self::Alone | Self::DryRun)
    }
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
        Instant::now() <= self.deadline && self.turn.begin()
    }

    fn mode(&self) -> Mode {
        self.mode
    }

    fn run(&mut self, conn: &mut DbConn) -> Verdict {
        let longest = match self.mode {
            Mode::Write | Mode::Alone | Mode::DryRun => LONGEST_WRITE,
            Mode::Snapshot | Mode::Page | Mode::Statement => LONGEST_READ,
        };
        let limit = Limit {
            turn: self.turn.clone(),
            until: Instant::now() + longest,
        };
        let done = wanted::while_wanted(limit, || (self.work)(conn));
        let outcome = done.unwrap_or_else(|broken| {
            Err(match broken {
                Broken::Unwanted => TOOK_TOO_LONG,
                Broken::Panicked(panic) => Error::internal(panic_message(panic.as_ref())),
            })
        });
        let verdict = match &outcome {
            Ok(_) if self.mode == Mode::DryRun => Verdict::Undo,
            Ok(_) => Verdict::Keep,
            Err(Error::Unavailable(Unavailable::DatabaseBusy)) => Verdict::Retry,
            Err(Error::Unavailable(Unavailable::DatabaseLost)) => Verdict::Lost,
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
