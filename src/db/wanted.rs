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
use super::prepared;

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

/// Ends unwanted work where a statement begins, and counts the statements that are kept. Every connection of the process has one.
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
        match event {
            InstrumentationEvent::StartQuery { .. } => {}
            InstrumentationEvent::CacheQuery { .. } => return prepared::note(),
            _ => return,
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;

    use super::*;

    diesel::table! {
        rows (id) {
            id -> Integer,
        }
    }

    fn one_statement(limit: Limit) -> Result<(), Broken> {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        conn.set_instrumentation(WantedOnly);
        while_wanted(limit, || conn.batch_execute("SELECT 1").unwrap())
    }

    #[test]
    fn no_statement_begins_after_the_limit_or_when_the_caller_has_left() {
        let limit = |turn: &Turn, until| Limit {
            turn: turn.clone(),
            until,
        };
        let later = Instant::now() + Duration::from_secs(60);
        let turn = Turn::default();
        let waiting = turn.waiting();
        assert!(one_statement(limit(&turn, later)).is_ok());
        let over = one_statement(limit(&turn, Instant::now() - Duration::from_millis(1)));
        assert!(matches!(over, Err(Broken::Unwanted)));
        drop(waiting);
        let left = one_statement(limit(&turn, later));
        assert!(matches!(left, Err(Broken::Unwanted)));
    }

    #[test]
    fn statements_that_are_kept_are_counted_each_once() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        conn.set_instrumentation(WantedOnly);
        conn.batch_execute("CREATE TABLE rows (id INTEGER PRIMARY KEY)")
            .unwrap();
        // Each of ten conditions is one of two, so that each number is a statement of its own.
        let mut select = |n: u32| {
            let query = (0..10).fold(rows::table.into_boxed(), |query, bit| {
                if n >> bit & 1 == 0 {
                    query.filter(rows::id.ge(0))
                } else {
                    query.filter(rows::id.le(9))
                }
            });
            let found: Vec<i32> = query.select(rows::id).load(&mut conn).unwrap();
            assert!(found.is_empty());
        };
        assert!(!prepared::are_too_many());
        for n in 0..1_000 {
            select(n);
        }
        // One that is kept already is not one more.
        select(7);
        assert!(!prepared::are_too_many());
        select(1_000);
        assert!(prepared::are_too_many());
        assert!(!prepared::are_too_many());
    }

    #[test]
    fn a_panic_is_told_from_work_that_was_ended() {
        let limit = Limit {
            turn: Turn::default(),
            until: Instant::now() + Duration::from_secs(60),
        };
        let broken = while_wanted(limit, || std::panic::resume_unwind(Box::new("fault")));
        let broken: Result<(), Broken> = broken;
        assert!(matches!(broken, Err(Broken::Panicked(_))));
    }
}
