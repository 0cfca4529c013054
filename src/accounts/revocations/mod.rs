//! Access tokens ended before their time: on every instance within seconds, on this one at once.
//!
//! Each account has an epoch, a moment that only grows; 0 while nothing was ever ended. Whoever makes a token reads the
//! epoch first and the grants after it, so that a token with old grants never carries a new epoch. A session that ended has
//! an epoch too, and no token of it outlives that.

mod store;

pub(super) use store::{epoch, recorded_since, sweep};

use crate::access::Subtree;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;

/// Ends the access tokens of accounts or sessions.
///
/// # Errors
/// When the database refuses.
pub fn end_tokens(tx: &mut DbConn, context: &Context, subjects: &[Id]) -> Result<()> {
    let mut subjects = subjects.to_vec();
    subjects.sort_unstable();
    subjects.dedup();
    for (subject, epoch) in store::raise(tx, &subjects, context.now)? {
        context.pending_revocations.note(subject, epoch);
    }
    Ok(())
}

/// Ends the access tokens of every account that is granted something at an organization of the subtree: their tokens carry
/// the organizations' paths, which are about to change or have just changed.
///
/// # Errors
/// When the database refuses.
pub fn end_tokens_within(tx: &mut DbConn, context: &Context, subtree: &Subtree) -> Result<()> {
    let subjects = store::granted_within(tx, subtree)?;
    end_tokens(tx, context, &subjects)
}
