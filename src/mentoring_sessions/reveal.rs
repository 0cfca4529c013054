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
use crate::kinships::{self, Person, Records};
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
    // One that two agreed on at the last moment began twice as long ago.
    let known = reveal_store::latest(tx, id, context.now.plus_seconds(-2 * seconds))?;
    let is_live = |since: UtcTimestamp| since.plus_seconds(seconds) > context.now;
    let open = known.iter().find(|one| {
        let is_of_both = one.asked_by == caller || one.agreed_by == Some(caller);
        is_of_both && one.agreed_at.is_some_and(is_live)
    });
    let waiting = known
        .iter()
        .find(|one| one.agreed_at.is_none() && is_live(one.asked_at));
    let is_manager = context
        .actor
        .holds(Role::ProgrammeManager, &record.present_path);
    let (action, reveal) = match (open, waiting) {
        (Some(open), _) => ("mentoring-session.revealed", open.clone()),
        (None, Some(asked)) if is_caller(tx, context, asked.asked_by)? => {
            return shown(tx, context, record, asked, seconds);
        }
        (None, Some(asked)) => {
            let agreed = SessionReveal {
                agreed_by: Some(caller),
                agreed_at: Some(context.now),
                ..asked.clone()
            };
            reveal_store::update(tx, &agreed)?;
            ("mentoring-session.revealed", agreed)
        }
        (None, None) if is_manager => {
            let asked = SessionReveal {
                id: context.new_id(),
                session_id: id,
                asked_by: caller,
                asked_at: context.now,
                agreed_by: None,
                agreed_at: None,
            };
            reveal_store::insert(tx, &asked)?;
            ("mentoring-session.reveal-asked", asked)
        }
        (None, None) => return Err(Error::Forbidden(None)),
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

/// Whether the caller is the person behind an account; whoever has two is one person still.
fn is_caller(tx: &mut DbConn, context: &Context, account: Id) -> Result<bool> {
    let asked = kinships::records(tx, Person::user(account))?;
    Ok(context.actor.id() == Some(account) || Records::calling(&context.actor).is(&asked))
}

fn shown(
    tx: &mut DbConn,
    context: &Context,
    record: SessionRecord,
    reveal: &SessionReveal,
    seconds: i64,
) -> Result<SessionRevealed> {
    let records = [record];
    let attached = service::attached(tx, &records)?;
    let [record] = records;
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
