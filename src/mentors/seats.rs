//! Seats: how many cadres a mentor guides, counted where the database decides.

use super::store;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::journal::{self, Change};

/// Takes one of the mentor's free seats for a pair that becomes active.
///
/// # Errors
/// `CapacityExceeded` when none is free, `NotFound` without such a mentor.
pub fn take_seat(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let moved = store::take_seat(tx, id)?;
    record(tx, context, id, &moved)
}

/// Gives a seat back when an active pair ends.
///
/// # Errors
/// When the database refuses.
pub fn free_seat(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let moved = store::free_seat(tx, id)?;
    record(tx, context, id, &moved)
}

/// Derived members never raise the version; the journal tells of them.
fn record(tx: &mut DbConn, context: &Context, id: Id, moved: &store::SeatMoved) -> Result<()> {
    let change = Change {
        changed_fields: &["activeMentees", "availableSeats"],
        organization_id: Some(moved.organization_id),
        ..Change::new("mentor.derived-changed", "mentor", id, moved.version)
    };
    journal::record(tx, context, &change)
}
