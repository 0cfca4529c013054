//! Talks of a programme that has run for a while before it came here.

use super::model::{FollowUp, MentoringSession, PairMember, SessionKind};
use super::words::{SessionWords, seal_follow_up};
use super::{follow_up_store, recording, rules, store};
use crate::assignments::Assignment;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::Result;
use crate::values::Date;

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
    pub agreed: Option<PastFollowUp>,
}

/// Something agreed, as it is told.
#[derive(Debug, Clone)]
pub struct PastFollowUp {
    /// Who is to do it.
    pub owner: PairMember,
    /// What is to be done.
    pub text: String,
    /// By when.
    pub due_on: Date,
    /// The day it was done.
    pub done_on: Option<Date>,
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
            agreed.push(follow_up(context, &row, one)?);
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
        id,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: None,
        cadre_id: told.pair.cadre_id,
        mentor_id: told.pair.mentor_id,
        assignment_id: told.pair.id,
        role: told.pair.role,
        kind: told.kind,
        occurred_at: told.occurred_at,
        occurred_on: context.deps.clock.day_of(told.occurred_at),
        ordinal: 0,
        confidential: rules::is_confidential_by_default(told.kind),
        minutes: Some(told.minutes),
        words: words.seal(&context.deps.vault, &id)?,
        group_id: None,
        recorded_by: PairMember::Mentor,
        late: false,
        confirmed_at: told.is_confirmed.then_some(context.now),
        organization_id: told.organization_id,
        present_organization_id: told.pair.present_organization_id,
    })
}

fn follow_up(
    context: &Context,
    session: &MentoringSession,
    told: &PastFollowUp,
) -> Result<FollowUp> {
    let id = context.new_id();
    Ok(FollowUp {
        id,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        session_id: session.id,
        ordinal: 0,
        owner: told.owner,
        words: seal_follow_up(&context.deps.vault, &id, &told.text)?,
        due_on: told.due_on,
        done_on: told.done_on,
        cadre_id: session.cadre_id,
        mentor_id: session.mentor_id,
        assignment_id: session.assignment_id,
        confidential: session.confidential,
        organization_id: session.organization_id,
        present_organization_id: session.present_organization_id,
    })
}
