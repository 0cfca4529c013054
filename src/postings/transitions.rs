//! The verbs of a posting: PLANNED → ACTIVE → FINISHED or RECALLED; PLANNED → CANCELLED.

use super::growth;
use super::model::{Posting, PostingStatus};
use super::request::{CancelPosting, ExtendPosting, FinishPosting, RecallPosting, StartPosting};
use super::response::PostingResponse;
use super::service::{allow, finishable, place, refuse_rival, visible, words, writable};
use super::{rules, store};
use crate::access::Permission::{PostingsFinish, PostingsWrite};
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::transitions::{
    Begun, Resource, Said, Transition, begin, read_back, record, record_overriding,
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
/// The change by which a posting is broken off.
pub const RECALLED: &str = "posting.recalled";
/// The change by which a posting is given up before it began.
pub const CANCELLED: &str = "posting.cancelled";
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
    let on = input.on.unwrap_or(context.today);
    let cadre = cadres::store::find(tx, row.cadre_id)?.ok_or(Error::NotFound)?;
    let latest = context.today.min(row.planned_ends_on);
    check_day(on, cadre.reported_on, latest, context)?;
    let mut started = Posting {
        status: Active,
        starts_on: Some(on),
        ..row.clone()
    };
    place(tx, &mut started, &cadre)?;
    let overrides = allow(tx, context, &mut started, &cadre, input.overrides.as_ref())?;
    refuse_rival(tx, context, &started)?;
    let started = begun.write(tx, started)?;
    let changed = ["status", "startsOn"];
    record_overriding(tx, context, STARTED, &started, &changed, None, &overrides)?;
    read_back::<Posting>(tx, context, id)
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
    begun.require(tx)?;
    let extended = Posting {
        planned_ends_on: input.planned_ends_on,
        ..row.clone()
    };
    let mut errors = FieldErrors::default();
    rules::check_extension(row, &extended, &mut errors);
    errors.into_result()?;
    refuse_rival(tx, context, &extended)?;
    let extended = begun.write(tx, extended)?;
    record(tx, context, EXTENDED, &extended, &["plannedEndsOn"], reason)?;
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
    let (rating, text) = (input.result.rating, words(input.result.text.as_ref()));
    let holds = row.status == Finished
        && (row.result_rating, &row.result_text) == (Some(rating), &text)
        && input.on.is_none_or(|on| row.ends_on == Some(on));
    if holds && begun.is_repeated(tx, OF_STATUS, FINISHED, Said::default())? {
        return read_back::<Posting>(tx, context, id);
    }
    begun.require(tx)?;
    let on = end_day(row, input.on, context)?;
    let mut finished = Posting {
        status: Finished,
        ends_on: Some(on),
        result_rating: Some(rating),
        result_text: text,
        ..row.clone()
    };
    finished.growth_entry_id = Some(growth::begin_entry(tx, context, &found, &finished)?);
    let finished = begun.write(tx, finished)?;
    let changed = ["status", "endsOn", "result"];
    record(tx, context, FINISHED, &finished, &changed, None)?;
    read_back::<Posting>(tx, context, id)
}

/// Breaks a posting off.
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
    let recalled = broken_off(row, end_day(row, input.on, context)?, reason);
    let recalled = begun.write(tx, recalled)?;
    record(tx, context, RECALLED, &recalled, BROKEN_OFF, reason)?;
    read_back::<Posting>(tx, context, id)
}

/// What breaking a posting off changes.
pub const BROKEN_OFF: &[&str] = &["status", "endsOn", "endReason"];

/// A posting that is broken off.
pub fn broken_off(row: &Posting, on: Date, reason: Option<&str>) -> Posting {
    Posting {
        status: Recalled,
        ends_on: Some(on),
        end_reason: reason.map(str::to_owned),
        ..row.clone()
    }
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
    let cancelled = begun.write(tx, given_up(row, reason))?;
    record(tx, context, CANCELLED, &cancelled, GIVEN_UP, reason)?;
    read_back::<Posting>(tx, context, id)
}

/// What giving a posting up changes.
pub const GIVEN_UP: &[&str] = &["status", "endReason"];

/// A posting that is given up.
pub fn given_up(row: &Posting, reason: Option<&str>) -> Posting {
    Posting {
        status: Cancelled,
        end_reason: reason.map(str::to_owned),
        ..row.clone()
    }
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
