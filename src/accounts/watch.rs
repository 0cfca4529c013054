//! What other instances did: ended tokens and new keys take effect here within seconds.

use std::time::Duration;

use super::{revocations, signing_keys};
use crate::access::{ACCESS_LIFE, Keys, SKEW};
use crate::db::{DbConn, UtcTimestamp};
use crate::error::Result;
use crate::http::State;

/// How often the database is asked.
const INTERVAL: Duration = Duration::from_secs(1);
/// How far back each question reaches, in seconds: what was committed late or by a clock that is behind is not missed.
const OVERLAP: i64 = 120;
/// How long an ended token could still be used, in seconds; older epochs are forgotten.
const KEPT: i64 = ACCESS_LIFE + SKEW + OVERLAP;
/// Rounds between two removals of what is forgotten.
const SWEEP_EVERY: u64 = 600;

/// Watches for as long as the process lives.
pub async fn watch(state: State) {
    let mut since = state.deps.clock.now().plus_seconds(-KEPT);
    let mut round = 0_u64;
    let mut failing = false;
    loop {
        match reload(&state, since).await {
            Ok(latest) => {
                since = since.max(latest.plus_seconds(-OVERLAP));
                failing = false;
            }
            Err(error) if failing => tracing::debug!(error = %error, "access not reloaded"),
            Err(error) => {
                tracing::warn!(error = %error, "access not reloaded");
                failing = true;
            }
        }
        round += 1;
        if round.is_multiple_of(SWEEP_EVERY) {
            sweep(&state).await;
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Takes over the keys and what was ended since a moment; the latest moment seen.
///
/// # Errors
/// When the database refuses.
pub async fn reload(state: &State, since: UtcTimestamp) -> Result<UtcTimestamp> {
    let deps = state.deps.clone();
    let look = move |conn: &mut DbConn| {
        let epochs = revocations::recorded_since(conn, since)?;
        Ok((epochs, signing_keys::load(conn, &deps)?))
    };
    // A replica may be behind.
    let (epochs, keys) = if state.config.replica.is_some() {
        state.db.write(look).await?
    } else {
        state.db.read(look).await?
    };
    let mut latest = since;
    for (subject, epoch, recorded_at) in epochs {
        state.deps.revocations.raise(subject, epoch);
        latest = latest.max(recorded_at);
    }
    let keys = Keys::arrange(&keys, state.deps.clock.now());
    if !keys.is_same_as(&state.tokens.keys()) {
        state.tokens.replace_keys(keys);
    }
    Ok(latest)
}

async fn sweep(state: &State) {
    let moment = state.deps.clock.now().plus_seconds(-KEPT);
    state.deps.revocations.forget_before(moment);
    let swept = state
        .db
        .write(move |tx| revocations::sweep(tx, moment))
        .await;
    if let Err(error) = swept {
        tracing::warn!(error = %error, "old ends of tokens not removed");
    }
}
