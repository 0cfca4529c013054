//! Prepared statements are kept from one piece of work to the next, and their number has a bound.
//!
//! A list has as many statements as there are combinations of filters, sorts and members, and a connection would keep each for
//! ever. One that keeps too many is given up between two pieces of work, and its worker opens another.

use std::cell::Cell;

/// Most statements that a connection keeps: more than a service at work has, and some 30 MB at most.
const MOST: usize = 1_000;

thread_local! {
    /// Statements kept by the connection of this thread; a worker has one.
    static KEPT: Cell<usize> = const { Cell::new(0) };
}

/// Notes that the connection of this thread keeps one more.
pub(super) fn note() {
    KEPT.set(KEPT.get() + 1);
}

/// Whether the connection of this thread keeps too many; if so, the next one is counted from none.
pub(super) fn are_too_many() -> bool {
    let too_many = KEPT.get() > MOST;
    if too_many {
        KEPT.set(0);
    }
    too_many
}
