//! The verbs of an exchange: every leg begins, is given more time, ends or is given up with the others.

use super::model::{Exchange, ExchangeRecord, ExchangeStatus};
use super::request::{
    CancelExchange, ExtendExchange, FinishExchange, LegResultInput, StartExchange,
};
use super::response::ExchangeResponse;
use super::service::{visible, writable};
use super::store;
use crate::access::Permission::PostingsWrite;
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::postings::model::{PostingRecord, PostingStatus};
use crate::postings::steps;
use crate::transitions::{Begun, Resource, Said, Transition, read_back, record};

use ExchangeStatus::{Active, Cancelled, Finished, Planned};

impl Resource for Exchange {
    const KIND: &'static str = "exchange";
    type State = ExchangeStatus;
    type Response = ExchangeResponse;
    const TRANSITIONS: &'static [Transition<ExchangeStatus>] = &[
        Transition {
            verb: "start_exchange",
            from: &[Planned],
            to: &[Active],
            permission: PostingsWrite,
        },
        Transition {
            verb: "cancel_exchange",
            from: &[Planned],
            to: &[Cancelled],
            permission: PostingsWrite,
        },
        Transition {
            verb: "extend_exchange",
            from: &[Active],
            to: &[],
            permission: PostingsWrite,
        },
        Transition {
            verb: "finish_exchange",
            from: &[Active],
            to: &[Finished],
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
        Some(self.organization_id)
    }

    fn cadre(&self) -> Option<Id> {
        None
    }

    fn state(&self, _: &Context) -> ExchangeStatus {
        self.status
    }

    fn stamp(&mut self, version: i64, now: UtcTimestamp) {
        (self.version, self.updated_at) = (version, now);
    }

    fn lock(tx: &mut DbConn, context: &Context, id: Id) -> Result<Self> {
        writable(tx, context, id).map(|record| record.exchange)
    }

    fn update(&self, tx: &mut DbConn, version: i64) -> Result<()> {
        store::update(tx, self, version)
    }

    fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<ExchangeResponse>> {
        visible(conn, context, id)
    }
}

const STARTED: &str = "exchange.started";
const EXTENDED: &str = "exchange.extended";
const FINISHED: &str = "exchange.finished";
const CANCELLED: &str = "exchange.cancelled";
const OF_STATUS: &[&str] = &[STARTED, FINISHED, CANCELLED];

/// Begins a verb: the exchange, and its legs in a status.
fn begin<'a>(
    tx: &mut DbConn,
    context: &'a Context,
    verb: &'static str,
    id: Id,
) -> Result<(Begun<'a, Exchange>, ExchangeRecord)> {
    let found = writable(tx, context, id)?;
    let begun = Begun::new(context, verb, found.exchange.clone());
    Ok((begun, found))
}

fn in_status(
    found: &ExchangeRecord,
    status: PostingStatus,
) -> impl Iterator<Item = &PostingRecord> {
    found
        .legs
        .iter()
        .filter(move |leg| leg.posting.status == status)
}

/// Begins every leg.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`, `RuleViolation`, `Duplicate`.
pub fn start(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: StartExchange,
) -> Result<ExchangeResponse> {
    let (begun, found) = begin(tx, context, "start_exchange", id)?;
    let row = &begun.row;
    let on_day = |leg: &PostingRecord| input.on.is_none_or(|on| leg.posting.starts_on == Some(on));
    let holds = row.status == Active && in_status(&found, PostingStatus::Active).all(on_day);
    if holds && begun.is_repeated(tx, OF_STATUS, STARTED, Said::default())? {
        return read_back::<Exchange>(tx, context, id);
    }
    begun.require(tx)?;
    for leg in in_status(&found, PostingStatus::Planned) {
        let cadre = cadres::store::find(tx, leg.posting.cadre_id)?.ok_or(Error::NotFound)?;
        steps::start_leg(tx, context, &leg.posting, &cadre, input.on)?;
    }
    let started = Exchange {
        status: Active,
        ..row.clone()
    };
    let started = begun.write(tx, started)?;
    record(tx, context, STARTED, &started, &["status"], None)?;
    read_back::<Exchange>(tx, context, id)
}

/// Gives every leg that runs a later last day.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`, `Duplicate`.
pub fn extend(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &ExtendExchange,
) -> Result<ExchangeResponse> {
    let (begun, found) = begin(tx, context, "extend_exchange", id)?;
    let row = &begun.row;
    let reason = Some(input.reason.as_str());
    let holds = row.status == Active && row.planned_ends_on == input.planned_ends_on;
    if holds && begun.is_repeated(tx, &[EXTENDED], EXTENDED, reason.into())? {
        return read_back::<Exchange>(tx, context, id);
    }
    begun.require(tx)?;
    for leg in in_status(&found, PostingStatus::Active) {
        steps::extend(tx, context, &leg.posting, input.planned_ends_on, reason)?;
    }
    let extended = Exchange {
        planned_ends_on: input.planned_ends_on,
        ..row.clone()
    };
    let extended = begun.write(tx, extended)?;
    record(tx, context, EXTENDED, &extended, &["plannedEndsOn"], reason)?;
    read_back::<Exchange>(tx, context, id)
}

/// Ends every leg that runs, each with its result.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn finish(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &FinishExchange,
) -> Result<ExchangeResponse> {
    let (begun, found) = begin(tx, context, "finish_exchange", id)?;
    let row = &begun.row;
    let results = &input.results.0;
    let holds = row.status == Finished && results.iter().all(|one| is_told(&found, one));
    if holds && begun.is_repeated(tx, OF_STATUS, FINISHED, Said::default())? {
        return read_back::<Exchange>(tx, context, id);
    }
    begun.require(tx)?;
    for (leg, told) in matched(&found, results)? {
        steps::finish(tx, context, leg, &told.result, input.on)?;
    }
    let finished = Exchange {
        status: Finished,
        ..row.clone()
    };
    let finished = begun.write(tx, finished)?;
    record(tx, context, FINISHED, &finished, &["status"], None)?;
    read_back::<Exchange>(tx, context, id)
}

/// Whether a leg ended with this result.
fn is_told(found: &ExchangeRecord, told: &LegResultInput) -> bool {
    let leg = found
        .legs
        .iter()
        .find(|leg| leg.posting.id == told.posting_id);
    leg.is_some_and(|leg| told.result.is_of(&leg.posting))
}

/// Every leg that runs, with what came of it: each once, and no other.
fn matched<'a>(
    found: &'a ExchangeRecord,
    results: &'a [LegResultInput],
) -> Result<Vec<(&'a PostingRecord, &'a LegResultInput)>> {
    let mut errors = FieldErrors::default();
    let mut matched: Vec<(&PostingRecord, &LegResultInput)> = Vec::new();
    for (n, told) in results.iter().enumerate() {
        let pointer = format!("/results/{n}/postingId");
        let is_of = |leg: &&PostingRecord| leg.posting.id == told.posting_id;
        match in_status(found, PostingStatus::Active).find(is_of) {
            None => errors.push(pointer, Fault::new("reference-unknown")),
            Some(leg)
                if matched
                    .iter()
                    .any(|(other, _)| other.posting.id == leg.posting.id) =>
            {
                errors.push(pointer, Fault::new("not-unique"));
            }
            Some(leg) => matched.push((leg, told)),
        }
    }
    if errors.is_empty() && matched.len() < in_status(found, PostingStatus::Active).count() {
        errors.push("/results", Fault::new("required"));
    }
    errors.into_result()?;
    Ok(matched)
}

/// Gives every leg up.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`.
pub fn cancel(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &CancelExchange,
) -> Result<ExchangeResponse> {
    let (begun, found) = begin(tx, context, "cancel_exchange", id)?;
    let row = &begun.row;
    let reason = Some(input.reason.as_str());
    if row.status == Cancelled && begun.is_repeated(tx, OF_STATUS, CANCELLED, reason.into())? {
        return read_back::<Exchange>(tx, context, id);
    }
    begun.require(tx)?;
    for leg in in_status(&found, PostingStatus::Planned) {
        steps::give_up(tx, context, &leg.posting, reason)?;
    }
    let cancelled = Exchange {
        status: Cancelled,
        end_reason: reason.map(str::to_owned),
        ..row.clone()
    };
    let cancelled = begun.write(tx, cancelled)?;
    record(
        tx,
        context,
        CANCELLED,
        &cancelled,
        &["status", "endReason"],
        reason,
    )?;
    read_back::<Exchange>(tx, context, id)
}
