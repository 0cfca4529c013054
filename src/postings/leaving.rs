//! Postings of those who leave the programme.

use super::model::PostingStatus;
use super::store;
use super::transitions::{BROKEN_OFF, CANCELLED, GIVEN_UP, RECALLED, broken_off, given_up};
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::events::{CadreLeft, LeavingCause};
use crate::transitions::{record, write};

/// Whoever leaves the programme begins no posting any more, and comes back from the present one; at the regular end of the programme a
/// posting that runs is still brought to its own end. Who goes to another unit takes their postings along.
///
/// # Errors
/// When the database refuses.
pub fn end_all(tx: &mut DbConn, context: &Context, left: CadreLeft) -> Result<()> {
    if left.cause == LeavingCause::Transferred {
        return Ok(());
    }
    for row in store::lock_live_of(tx, left.cadre_id)? {
        if row.status == PostingStatus::Planned {
            let row = write(tx, context, &row, given_up(&row, None))?;
            record(tx, context, CANCELLED, &row, GIVEN_UP, None)?;
        } else if left.cause == LeavingCause::Left {
            let on = left.on.max(row.first_day());
            let row = write(tx, context, &row, broken_off(&row, on, None))?;
            record(tx, context, RECALLED, &row, BROKEN_OFF, None)?;
        }
    }
    Ok(())
}
