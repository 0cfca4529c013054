//! What an exchange becomes when a leg changes by itself.

use super::model::{Exchange, ExchangeStatus};
use super::store;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::postings::model::PostingStatus;
use crate::postings::store as leg_store;
use crate::transitions::{record, write};

/// Writes where an exchange stands after its legs have changed.
///
/// # Errors
/// When the database refuses.
pub fn follow_legs(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let Some(former) = store::lock(tx, id)? else {
        return Ok(());
    };
    let status = status_of(tx, id)?;
    if status != former.status {
        let row = Exchange {
            status,
            ..former.clone()
        };
        let row = write(tx, context, &former, row)?;
        record(
            tx,
            context,
            "exchange.derived-changed",
            &row,
            &["status"],
            None,
        )?;
    }
    Ok(())
}

fn status_of(tx: &mut DbConn, id: Id) -> Result<ExchangeStatus> {
    let legs: Vec<PostingStatus> = leg_store::statuses_of(tx, id)?;
    Ok(ExchangeStatus::from_legs(&legs))
}
