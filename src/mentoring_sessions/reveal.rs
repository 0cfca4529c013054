//! Opening a confidential talk: a manager and a second person, who see it from the same moment, and never without a trace.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{SessionRecord, SessionReveal};
use super::request::RevealMentoringSession;
use super::response::{MentoringSessionResponse, reading};
use super::rules::{self, Placed};
use super::{reveal_store, service, store};
use crate::access::Role;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::journal::{self, Change};
use crate::kinships;
use crate::values::text_enum;

text_enum! {
    /// Where the opening of a confidential talk stands.
    pub enum RevealStatus {
        /// One has asked; another has still to agree.
        Waiting = "WAITING",
        /// Two agree: both read what was said.
        Open = "OPEN",
    }
}

/// The opening of a confidential talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionRevealed {
    /// Where it stands.
    pub status: RevealStatus,
    /// When it was asked for.
    pub asked_at: UtcTimestamp,
    /// Until when another may agree or, once two do, both may read.
    pub until: UtcTimestamp,
    /// The talk; what was said in it once two agree.
    pub session: MentoringSessionResponse,
}

/// Asks for a confidential talk, agrees to what another asked for, or reads what two have agreed on.
///
/// # Errors
/// `NotFound`, `Forbidden` for who may not, or may only agree and nobody has asked.
pub fn reveal(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &RevealMentoringSession,
) -> Result<SessionRevealed> {
    let reach = reading(context);
    let record = store::lock_record(tx, id)?
        .filter(|record| Placed::of_session(record).is_known(&reach))
        .ok_or(Error::NotFound)?;
    let caller = context.actor.id().ok_or(Error::Forbidden(None))?;
    if !rules::may_reveal(&record, context) {
        return Err(Error::Forbidden(None));
    }
    let seconds = rules::reveal_hours(context.today) * 3600;
    let (action, reveal) = advance(tx, context, &record, caller, seconds)?;
    let Some(action) = action else {
        return shown(tx, context, record, &reveal, seconds);
    };
    let change = Change {
        organization_id: Some(record.session.present_organization_id),
        cadre_id: Some(record.session.cadre_id),
        reason: Some(input.reason.as_str()),
        ..Change::new(action, "mentoring-session", id, record.session.version)
    };
    journal::record(tx, context, &change)?;
    shown(tx, context, record, &reveal, seconds)
}

/// What the request comes to, and how the journal names it; nothing where the one who asked asks once more.
fn advance(
    tx: &mut DbConn,
    context: &Context,
    record: &SessionRecord,
    caller: Id,
    seconds: i64,
) -> Result<(Option<&'static str>, SessionReveal)> {
    let id = record.session.id;
    // One that two agreed on at the last moment began twice as long ago.
    let known = reveal_store::latest(tx, id, context.now.plus_seconds(-2 * seconds))?;
    let is_live = |since: UtcTimestamp| since.plus_seconds(seconds) > context.now;
    let open = known.iter().find(|one| {
        let is_of_both = one.asked_by == caller || one.agreed_by == Some(caller);
        is_of_both && one.agreed_at.is_some_and(is_live)
    });
    if let Some(open) = open {
        return Ok((Some("mentoring-session.revealed"), open.clone()));
    }
    let mut waiting = known.into_iter().filter(|one| one.agreed_at.is_none());
    if let Some(asked) = waiting.find(|one| is_live(one.asked_at)) {
        if kinships::is_behind(tx, context, asked.asked_by)? {
            return Ok((None, asked));
        }
        let agreed = SessionReveal {
            agreed_by: Some(caller),
            agreed_at: Some(context.now),
            ..asked
        };
        reveal_store::update(tx, &agreed)?;
        return Ok((Some("mentoring-session.revealed"), agreed));
    }
    let actor = &context.actor;
    if !actor.holds(Role::ProgrammeManager, &record.present_path) {
        return Err(Error::Forbidden(None));
    }
    let asked = SessionReveal {
        id: context.new_id(),
        session_id: id,
        asked_by: caller,
        asked_at: context.now,
        agreed_by: None,
        agreed_at: None,
    };
    reveal_store::insert(tx, &asked)?;
    Ok((Some("mentoring-session.reveal-asked"), asked))
}

fn shown(
    tx: &mut DbConn,
    context: &Context,
    record: SessionRecord,
    reveal: &SessionReveal,
    seconds: i64,
) -> Result<SessionRevealed> {
    let attached = service::attached(tx, [&record])?;
    let since = reveal.agreed_at.unwrap_or(reveal.asked_at);
    let is_open = reveal.agreed_at.is_some();
    Ok(SessionRevealed {
        status: if is_open {
            RevealStatus::Open
        } else {
            RevealStatus::Waiting
        },
        asked_at: reveal.asked_at,
        until: since.plus_seconds(seconds),
        session: MentoringSessionResponse::shown(record, &attached, context, is_open)?,
    })
}
