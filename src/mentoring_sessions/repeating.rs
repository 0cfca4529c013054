//! A talk that is sent once more, as phones do that heard no answer.

use super::model::{FollowUp, SessionRecord};
use super::pair::Named;
use super::recording::{is_confidential, words};
use super::request::{CreateMentoringSession, FollowUpInput};
use super::response::{Attached, MentoringSessionResponse};
use super::service;
use super::words::{SessionWords, open_follow_up};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, Result};
use crate::http::Outcome;
use crate::journal;

/// The answer to a record whose id exists: what is the same, by the same caller, is given back, whatever was done since.
///
/// # Errors
/// `Duplicate` for an id that says something else.
pub fn repeated(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateMentoringSession,
    named: &Named,
    existing: SessionRecord,
) -> Result<Outcome<MentoringSessionResponse>> {
    let id = existing.session.id;
    if journal::created_by_caller(context, existing.session.created_by) {
        let attached = service::attached(tx, [&existing])?;
        if is_same(context, new, named, &existing, &attached)? {
            let session = MentoringSessionResponse::from_record(existing, &attached, context)?;
            return Ok(Outcome::Unchanged(session));
        }
    }
    let current = service::current(tx, context, id)?;
    Err(Error::Duplicate(DuplicateKey::ID, current))
}

fn is_same(
    context: &Context,
    new: &CreateMentoringSession,
    named: &Named,
    existing: &SessionRecord,
    attached: &Attached,
) -> Result<bool> {
    let session = &existing.session;
    let stored = SessionWords::open(&context.deps.vault, &session.id, &session.words)?;
    Ok(session.cadre_id == named.cadre_id
        && session.mentor_id == named.mentor_id
        && new
            .assignment_id
            .is_none_or(|id| id == session.assignment_id)
        && session.kind == new.kind
        && session.occurred_at == new.occurred_at
        && session.minutes == new.minutes.map(i32::from)
        && session.confidential == is_confidential(new)
        && stored == words(new)
        && others(existing, attached) == sorted(new.participants())
        && is_agreed(context, new, existing, attached)?)
}

fn others(existing: &SessionRecord, attached: &Attached) -> Vec<Id> {
    let group = existing.session.group_id;
    let group = group.and_then(|id| attached.groups.get(&id));
    let ids = group.into_iter().flatten().map(|(cadre_id, ..)| *cadre_id);
    let ids: Vec<Id> = ids.filter(|id| *id != existing.session.cadre_id).collect();
    sorted(&ids)
}

fn sorted(ids: &[Id]) -> Vec<Id> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

/// Whether the same was agreed; of a group, what a cadre is to do stands with that cadre, so that here only the rest is compared.
fn is_agreed(
    context: &Context,
    new: &CreateMentoringSession,
    existing: &SessionRecord,
    attached: &Attached,
) -> Result<bool> {
    let session = &existing.session;
    let stored = attached.follow_ups.get(&session.id);
    let stored: &[FollowUp] = stored.map_or(&[], Vec::as_slice);
    let is_here = |one: &&FollowUpInput| {
        let others = new.participants();
        one.owner_id.is_none_or(|id| !others.contains(&id))
    };
    let sent: Vec<&FollowUpInput> = new.agreed().iter().filter(is_here).collect();
    if sent.len() != stored.len() {
        return Ok(false);
    }
    for (one, row) in sent.into_iter().zip(stored) {
        let text = open_follow_up(&context.deps.vault, &row.id, &row.words)?;
        let due_on = one.due_by(session.occurred_on);
        let same = one.id.is_none_or(|id| id == row.id)
            && one.text.as_str() == text
            && due_on == row.due_on
            && one.owner_id.is_none_or(|id| id == row.owner_id());
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}
