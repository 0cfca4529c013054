//! Talks of a programme that has run for a while before it came here.

use super::model::{FollowUp, MentoringSession, NewFollowUp, SessionKind};
use super::words::SessionWords;
use super::{follow_up_store, recording, rules, store};
use crate::assignments::Assignment;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::Result;

/// A talk as it is told.
#[derive(Debug, Clone)]
pub struct PastSession<'a> {
    /// The pair.
    pub pair: &'a Assignment,
    /// The cadre's unit on the day.
    pub organization_id: Id,
    /// Kind.
    pub kind: SessionKind,
    /// When it was held.
    pub occurred_at: UtcTimestamp,
    /// How long it took.
    pub minutes: i32,
    /// What it was about.
    pub topics: Vec<String>,
    /// What was said.
    pub note: String,
    /// Whether the other of the pair confirmed it.
    pub is_confirmed: bool,
    /// What was agreed.
    pub agreed: Option<NewFollowUp>,
}

/// Takes over talks, which the mentors recorded.
///
/// # Errors
/// `Duplicate` when a pair had two of a kind on a day.
pub fn take_over(tx: &mut DbConn, context: &Context, past: &[PastSession<'_>]) -> Result<usize> {
    let mut sessions = Vec::with_capacity(past.len());
    let mut agreed = Vec::new();
    for told in past {
        let row = session(context, told)?;
        if let Some(one) = &told.agreed {
            agreed.push(FollowUp::agreed(context, &row, (context.new_id(), 0), one)?);
        }
        sessions.push(row);
    }
    store::insert_many(tx, &sessions)?;
    follow_up_store::insert_many(tx, &agreed)?;
    recording::journal_all(tx, context, &sessions)?;
    Ok(sessions.len())
}

fn session(context: &Context, told: &PastSession<'_>) -> Result<MentoringSession> {
    let id = context.new_id();
    let words = SessionWords {
        topics: told.topics.clone(),
        place: None,
        note: Some(told.note.clone()),
    };
    Ok(MentoringSession {
        created_by: None,
        kind: told.kind,
        occurred_at: told.occurred_at,
        occurred_on: context.deps.clock.day_of(told.occurred_at),
        confidential: rules::is_confidential_by_default(told.kind),
        minutes: Some(told.minutes),
        words: words.seal(&context.deps.vault, &id)?,
        confirmed_at: told.is_confirmed.then_some(context.now),
        organization_id: told.organization_id,
        ..MentoringSession::blank(context, id, told.pair)
    })
}
