//! Postings of those who leave the programme.

use super::model::PostingStatus;
use super::steps::{break_off, give_up};
use super::{exchanges, store};
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::events::{CadreLeft, LeavingCause};

/// Whoever leaves the programme begins no posting any more, and comes back from the present one; at the regular end of the programme a
/// posting that runs is still brought to its own end. Who goes to another unit takes their postings along. Other legs of an exchange go
/// on: what becomes of them is for people to say.
///
/// # Errors
/// When the database refuses.
pub fn end_all(tx: &mut DbConn, context: &Context, left: CadreLeft) -> Result<()> {
    if left.cause == LeavingCause::Transferred {
        return Ok(());
    }
    for row in store::lock_live_of(tx, left.cadre_id)? {
        if row.status == PostingStatus::Planned {
            give_up(tx, context, &row, None)?;
        } else if left.cause == LeavingCause::Left {
            break_off(tx, context, &row, left.on.max(row.first_day()), None)?;
        } else {
            continue;
        }
        if let Some(exchange_id) = row.exchange_id {
            exchanges::follow_legs(tx, context, exchange_id)?;
        }
    }
    Ok(())
}
