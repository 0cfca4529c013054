//! Work that nobody waits for any more, or that takes too long, ends at its next statement and is undone.
//!
//! PostgreSQL ends a statement by itself; SQLite cannot be told to without unsafe code, so what bounds a statement there is the
//! design of the queries. The check stands where a connection says that a statement begins; it unwinds to the door, which
//! undoes the transaction. Nothing is committed by work that ended so.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Instant;

use diesel::connection::{
    Instrumentation, InstrumentationEvent, get_default_instrumentation, set_default_instrumentation,
};

use super::job::Turn;

thread_local! {
    static PRESENT: RefCell<Option<Limit>> = const { RefCell::new(None) };
}

/// How long work is wanted.
#[derive(Clone)]
pub(super) struct Limit {
    /// Whose work it is.
    pub turn: Turn,
    /// When it ends at the latest.
    pub until: Instant,
}

/// What unwinds from a statement that is not begun.
struct Unwanted;

/// Why work came to no result.
pub(super) enum Broken {
    /// It was no longer wanted.
    Unwanted,
    /// It panicked.
    Panicked(Box<dyn Any + Send>),
}

/// Does work on this thread for as long as it is wanted.
pub(super) fn while_wanted<T>(limit: Limit, work: impl FnOnce() -> T) -> Result<T, Broken> {
    PRESENT.set(Some(limit));
    let done = catch_unwind(AssertUnwindSafe(work));
    PRESENT.set(None);
    done.map_err(|payload| {
        if payload.is::<Unwanted>() {
            Broken::Unwanted
        } else {
            Broken::Panicked(payload)
        }
    })
}

/// Ends unwanted work where a statement begins. Every connection of the process has one.
#[derive(Debug, Default)]
pub struct WantedOnly;

impl WantedOnly {
    /// Gives one to every connection that is opened from now on, unless the program gives them something else that includes one.
    pub(super) fn install() {
        if get_default_instrumentation().is_none()
            && set_default_instrumentation(|| Some(Box::new(Self))).is_err()
        {
            tracing::warn!("work is not ended when its caller leaves");
        }
    }
}

impl Instrumentation for WantedOnly {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if !matches!(event, InstrumentationEvent::StartQuery { .. }) {
            return;
        }
        let is_over = PRESENT.with_borrow(|limit| {
            limit
                .as_ref()
                .is_some_and(|limit| limit.turn.is_left() || Instant::now() > limit.until)
        });
        if is_over {
            resume_unwind(Box::new(Unwanted));
        }
    }
}
