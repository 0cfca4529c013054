//! The verbs of a posting: PLANNED → ACTIVE → FINISHED or RECALLED; PLANNED → CANCELLED.

use super::model::{Posting, PostingRecord, PostingStatus};
use super::request::{
    CancelPosting, ExtendPosting, FinishPosting, OtherLegs, PostingResultInput, RecallPosting,
    StartPosting,
};
use super::response::PostingResponse;
use super::service::{allow, finishable, place, refuse_rival, visible, writable};
use super::{exchanges, growth};
use super::{rules, store};
use crate::access::Permission::{PostingsFinish, PostingsWrite};
use crate::cadres::{self, Cadre};
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::transitions::{
    Begun, Resource, Said, Transition, begin, read_back, record, record_overriding, write,
};
use crate::values::Date;

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

/// The change by which a posting begins.
pub const STARTED: &str = "posting.started";
const EXTENDED: &str = "posting.extended";
const FINISHED: &str = "posting.finished";
const RECALLED: &str = "posting.recalled";
const CANCELLED: &str = "posting.cancelled";
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
    begun.require(tx)?;
    refuse_leg(row)?;
    let cadre = cadres::store::find(tx, row.cadre_id)?.ok_or(Error::NotFound)?;
    start_row(tx, context, row, &cadre, input)?;
    read_back::<Posting>(tx, context, id)
}

/// Begins a leg of an exchange.
///
/// # Errors
/// As [`start`].
pub fn start_leg(
    tx: &mut DbConn,
    context: &Context,
    row: &Posting,
    cadre: &Cadre,
    on: Option<Date>,
) -> Result<()> {
    let input = StartPosting {
        on,
        overrides: None,
    };
    start_row(tx, context, row, cadre, &input)
}

fn start_row(
    tx: &mut DbConn,
    context: &Context,
    row: &Posting,
    cadre: &Cadre,
    input: &StartPosting,
) -> Result<()> {
    let on = input.on.unwrap_or(context.today);
    let latest = context.today.min(row.planned_ends_on);
    check_day(on, cadre.reported_on, latest, context)?;
    let mut started = Posting {
        status: Active,
        starts_on: Some(on),
        ..row.clone()
    };
    place(tx, &mut started, cadre)?;
    let overrides = allow(tx, context, &mut started, cadre, input.overrides.as_ref())?;
    refuse_rival(tx, context, &started)?;
    let started = write(tx, context, row, started)?;
    let changed = ["status", "startsOn"];
    record_overriding(tx, context, STARTED, &started, &changed, None, &overrides)
}

/// What begins and ends with others does so by a verb of the exchange.
fn refuse_leg(row: &Posting) -> Result<()> {
    match row.exchange_id {
        Some(_) => Err(Error::rule("EXCHANGE", "LEGS_TOGETHER")),
        None => Ok(()),
    }
}

/// The verbs that a leg leaves to its exchange.
pub const OF_EXCHANGE: &[&str] = &[
    "start_posting",
    "extend_posting",
    "finish_posting",
    "cancel_posting",
];

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
    begun.require(tx)?;
    refuse_leg(row)?;
    extend_leg(tx, context, row, input.planned_ends_on, reason)?;
    read_back::<Posting>(tx, context, id)
}

/// Gives a leg of an exchange, or a posting of its own, a later last day.
///
/// # Errors
/// As [`extend`].
pub fn extend_leg(
    tx: &mut DbConn,
    context: &Context,
    row: &Posting,
    planned_ends_on: Date,
    reason: Option<&str>,
) -> Result<()> {
    let extended = Posting {
        planned_ends_on,
        ..row.clone()
    };
    let mut errors = FieldErrors::default();
    rules::check_extension(row, &extended, &mut errors);
    errors.into_result()?;
    refuse_rival(tx, context, &extended)?;
    let extended = write(tx, context, row, extended)?;
    record(tx, context, EXTENDED, &extended, &["plannedEndsOn"], reason)
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
    begun.require(tx)?;
    refuse_leg(row)?;
    finish_leg(tx, context, &found, &input.result, input.on)?;
    read_back::<Posting>(tx, context, id)
}

/// Ends a leg of an exchange, or a posting of its own, with its result.
///
/// # Errors
/// As [`finish`].
pub fn finish_leg(
    tx: &mut DbConn,
    context: &Context,
    found: &PostingRecord,
    result: &PostingResultInput,
    on: Option<Date>,
) -> Result<()> {
    let row = &found.posting;
    let mut finished = Posting {
        status: Finished,
        ends_on: Some(end_day(row, on, context)?),
        result_rating: Some(result.rating),
        result_text: result.text.as_ref().map(|text| text.as_str().to_owned()),
        ..row.clone()
    };
    finished.growth_entry_id = Some(growth::begin_entry(tx, context, found, &finished)?);
    let finished = write(tx, context, row, finished)?;
    let changed = ["status", "endsOn", "result"];
    record(tx, context, FINISHED, &finished, &changed, None)
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
    begun.require(tx)?;
    match (row.exchange_id, input.others) {
        (Some(_), None) => return Err(Error::field("/others", "required")),
        (None, Some(_)) => return Err(Error::field("/others", "unknown-member")),
        _ => {}
    }
    break_off(tx, context, row, end_day(row, input.on, context)?, reason)?;
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
        let on = end_day(&leg.posting, input.on, context)?;
        break_off(tx, context, &leg.posting, on, Some(input.reason.as_str()))?;
    }
    Ok(())
}

/// Breaks off a posting that runs.
///
/// # Errors
/// `StaleVersion`.
pub fn break_off(
    tx: &mut DbConn,
    context: &Context,
    row: &Posting,
    on: Date,
    reason: Option<&str>,
) -> Result<()> {
    let recalled = Posting {
        status: Recalled,
        ends_on: Some(on),
        end_reason: reason.map(str::to_owned),
        ..row.clone()
    };
    let recalled = write(tx, context, row, recalled)?;
    let changed = ["status", "endsOn", "endReason"];
    record(tx, context, RECALLED, &recalled, &changed, reason)
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
    begun.require(tx)?;
    refuse_leg(row)?;
    give_up(tx, context, row, reason)?;
    read_back::<Posting>(tx, context, id)
}

/// Gives up a posting that has not begun.
///
/// # Errors
/// `StaleVersion`.
pub fn give_up(
    tx: &mut DbConn,
    context: &Context,
    row: &Posting,
    reason: Option<&str>,
) -> Result<()> {
    let cancelled = Posting {
        status: Cancelled,
        end_reason: reason.map(str::to_owned),
        ..row.clone()
    };
    let cancelled = write(tx, context, row, cancelled)?;
    record(
        tx,
        context,
        CANCELLED,
        &cancelled,
        &["status", "endReason"],
        reason,
    )
}

/// The day a posting ends: from its first to today.
fn end_day(row: &Posting, on: Option<Date>, context: &Context) -> Result<Date> {
    let on = on.unwrap_or(context.today);
    check_day(on, row.first_day(), context.today, context)?;
    Ok(on)
}

/// Refuses a day that is not from `first` to `last`, or not yet.
fn check_day(on: Date, first: Date, last: Date, context: &Context) -> Result<()> {
    if on > context.today {
        return Err(Error::field("/on", "date-in-future"));
    }
    if on < first || on > last {
        let fault = Fault::with("out-of-range", &[&first, &last]);
        return Err(Error::Invalid(FieldErrors::one("/on", fault)));
    }
    Ok(())
}
