//! The verbs of a posting: PLANNED → ACTIVE → FINISHED or RECALLED; PLANNED → CANCELLED.

use super::exchanges;
use super::model::{Posting, PostingStatus};
use super::request::{
    CancelPosting, ExtendPosting, FinishPosting, OtherLegs, RecallPosting, StartPosting,
};
use super::response::PostingResponse;
use super::service::{finishable, visible, writable};
use super::steps::{self, CANCELLED, EXTENDED, FINISHED, RECALLED, STARTED};
use super::{rules, store};
use crate::access::Permission::{PostingsFinish, PostingsWrite};
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::transitions::{Begun, Resource, Said, Transition, begin, read_back};

use PostingStatus::{Active, Cancelled, Finished, Planned, Recalled};

impl Resource for Posting {
    const KIND: &'static str = "posting";
    type State = PostingStatus;
    type Response = PostingResponse;
    const TRANSITIONS: &'static [Transition<PostingStatus>] = &[
        Transition {
            verb: "update_posting",
            from: &[Planned, Active],
            to: &[],
            permission: PostingsWrite,
        },
        Transition {
            verb: "start_posting",
            from: &[Planned],
            to: &[Active],
            permission: PostingsWrite,
        },
        Transition {
            verb: "cancel_posting",
            from: &[Planned],
            to: &[Cancelled],
            permission: PostingsWrite,
        },
        Transition {
            verb: "extend_posting",
            from: &[Active],
            to: &[],
            permission: PostingsWrite,
        },
        Transition {
            verb: "finish_posting",
            from: &[Active],
            to: &[Finished],
            permission: PostingsFinish,
        },
        Transition {
            verb: "recall_posting",
            from: &[Active],
            to: &[Recalled],
            permission: PostingsWrite,
        },
    ];

    fn id(&self) -> Id {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organization(&self) -> Option<Id> {
        Some(self.present_organization_id)
    }

    fn cadre(&self) -> Option<Id> {
        Some(self.cadre_id)
    }

    fn state(&self, _: &Context) -> PostingStatus {
        self.status
    }

    fn stamp(&mut self, version: i64, now: UtcTimestamp) {
        (self.version, self.updated_at) = (version, now);
    }

    fn lock(tx: &mut DbConn, context: &Context, id: Id) -> Result<Self> {
        writable(tx, context, id).map(|record| record.posting)
    }

    fn update(&self, tx: &mut DbConn, version: i64) -> Result<()> {
        store::update(tx, self, version)
    }

    fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<PostingResponse>> {
        visible(conn, context, id)
    }
}

const OF_STATUS: &[&str] = &[STARTED, FINISHED, RECALLED, CANCELLED];

/// Begins a posting, against which no rule may stand on its first day.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`, `RuleViolation`, `Duplicate`.
pub fn start(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &StartPosting,
) -> Result<PostingResponse> {
    let begun = begin::<Posting>(tx, context, "start_posting", id)?;
    let row = &begun.row;
    let holds = row.status == Active && input.on.is_none_or(|on| row.starts_on == Some(on));
    if holds && begun.is_repeated(tx, OF_STATUS, STARTED, Said::default())? {
        return read_back::<Posting>(tx, context, id);
    }
    require(tx, &begun)?;
    let cadre = cadres::store::find(tx, row.cadre_id)?.ok_or(Error::NotFound)?;
    steps::start(tx, context, row, &cadre, input)?;
    read_back::<Posting>(tx, context, id)
}

/// The verbs that a leg leaves to its exchange.
const OF_EXCHANGE: &[&str] = &[
    "start_posting",
    "extend_posting",
    "finish_posting",
    "cancel_posting",
];

/// Whether a verb is not a posting's own: what begins and ends with others does so by a verb of the exchange.
pub fn is_of_exchange(row: &Posting, verb: &str) -> bool {
    row.exchange_id.is_some() && OF_EXCHANGE.contains(&verb)
}

/// Lets a verb pass as [`Begun::require`] does, and refuses those of the exchange.
fn require(tx: &mut DbConn, begun: &Begun<'_, Posting>) -> Result<()> {
    begun.require(tx)?;
    if is_of_exchange(&begun.row, begun.verb()) {
        return Err(Error::rule("EXCHANGE", "LEGS_TOGETHER"));
    }
    Ok(())
}

/// Gives a posting that runs a later last day.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`, `Duplicate`.
pub fn extend(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &ExtendPosting,
) -> Result<PostingResponse> {
    let begun = begin::<Posting>(tx, context, "extend_posting", id)?;
    let row = &begun.row;
    let reason = Some(input.reason.as_str());
    let holds = row.status == Active && row.planned_ends_on == input.planned_ends_on;
    if holds && begun.is_repeated(tx, &[EXTENDED], EXTENDED, reason.into())? {
        return read_back::<Posting>(tx, context, id);
    }
    require(tx, &begun)?;
    steps::extend(tx, context, row, input.planned_ends_on, reason)?;
    read_back::<Posting>(tx, context, id)
}

/// Ends a posting with its result, and begins the growth entry that tells of it.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn finish(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &FinishPosting,
) -> Result<PostingResponse> {
    let found = finishable(tx, context, id)?;
    let begun = Begun::new(context, "finish_posting", found.posting.clone());
    let row = &begun.row;
    let holds = row.status == Finished
        && input.result.is_of(row)
        && input.on.is_none_or(|on| row.ends_on == Some(on));
    if holds && begun.is_repeated(tx, OF_STATUS, FINISHED, Said::default())? {
        return read_back::<Posting>(tx, context, id);
    }
    require(tx, &begun)?;
    steps::finish(tx, context, &found, &input.result, input.on)?;
    read_back::<Posting>(tx, context, id)
}

/// Breaks a posting off; of a leg of an exchange it is said what becomes of the others.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn recall(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &RecallPosting,
) -> Result<PostingResponse> {
    let begun = begin::<Posting>(tx, context, "recall_posting", id)?;
    let row = &begun.row;
    let reason = Some(input.reason.as_str());
    let holds = row.status == Recalled && input.on.is_none_or(|on| row.ends_on == Some(on));
    if holds && begun.is_repeated(tx, OF_STATUS, RECALLED, reason.into())? {
        return read_back::<Posting>(tx, context, id);
    }
    require(tx, &begun)?;
    match (row.exchange_id, input.others) {
        (Some(_), None) => return Err(Error::field("/others", "required")),
        (None, Some(_)) => return Err(Error::field("/others", "unknown-member")),
        _ => {}
    }
    steps::break_off(
        tx,
        context,
        row,
        steps::end_day(row, input.on, context)?,
        reason,
    )?;
    if let Some(exchange_id) = row.exchange_id {
        if input.others == Some(OtherLegs::Recall) {
            recall_others(tx, context, exchange_id, input)?;
        }
        exchanges::follow_legs(tx, context, exchange_id)?;
    }
    read_back::<Posting>(tx, context, id)
}

/// Breaks off every leg of an exchange that runs still, each of which the caller must keep.
fn recall_others(
    tx: &mut DbConn,
    context: &Context,
    exchange_id: Id,
    input: &RecallPosting,
) -> Result<()> {
    for leg in store::legs_of(tx, &[exchange_id])? {
        if leg.posting.status != Active {
            continue;
        }
        if !rules::keeps(&leg, &context.reach) {
            return Err(Error::Forbidden(None));
        }
        let on = steps::end_day(&leg.posting, input.on, context)?;
        steps::break_off(tx, context, &leg.posting, on, Some(input.reason.as_str()))?;
    }
    Ok(())
}

/// Gives a posting up that has not begun.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`.
pub fn cancel(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &CancelPosting,
) -> Result<PostingResponse> {
    let begun = begin::<Posting>(tx, context, "cancel_posting", id)?;
    let row = &begun.row;
    let reason = Some(input.reason.as_str());
    if row.status == Cancelled && begun.is_repeated(tx, OF_STATUS, CANCELLED, reason.into())? {
        return read_back::<Posting>(tx, context, id);
    }
    require(tx, &begun)?;
    steps::give_up(tx, context, row, reason)?;
    read_back::<Posting>(tx, context, id)
}
