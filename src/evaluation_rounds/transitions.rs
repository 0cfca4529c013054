//! The verbs of a round: PLANNED → OPEN → CLOSED, and back to OPEN. Days do what people did not: see `day`.

use super::model::{EvaluationRound, RoundStatus};
use super::request::{CloseEvaluationRound, ExtendEvaluationRound, ReopenEvaluationRound};
use super::response::EvaluationRoundResponse;
use super::service::{visible, writable};
use super::store;
use crate::access::Permission::EvaluationRoundsWrite;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::evaluations::issued;
use crate::transitions::{Resource, Said, Transition, begin, read_back, record, write};
use crate::values::{Date, Text};

use RoundStatus::{Closed, Open, Planned};

impl Resource for EvaluationRound {
    const KIND: &'static str = "evaluation-round";
    type State = RoundStatus;
    type Response = EvaluationRoundResponse;
    const TRANSITIONS: &'static [Transition<RoundStatus>] = &[
        Transition {
            verb: "update_evaluation_round",
            from: &[Planned],
            to: &[],
            permission: EvaluationRoundsWrite,
        },
        Transition {
            verb: "open_evaluation_round",
            from: &[Planned],
            to: &[Open],
            permission: EvaluationRoundsWrite,
        },
        Transition {
            verb: "extend_evaluation_round",
            from: &[Open],
            to: &[],
            permission: EvaluationRoundsWrite,
        },
        Transition {
            verb: "close_evaluation_round",
            from: &[Open],
            to: &[Closed],
            permission: EvaluationRoundsWrite,
        },
        Transition {
            verb: "reopen_evaluation_round",
            from: &[Closed],
            to: &[Open],
            permission: EvaluationRoundsWrite,
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

    fn state(&self, _: &Context) -> RoundStatus {
        self.status
    }

    fn stamp(&mut self, version: i64, now: UtcTimestamp) {
        (self.version, self.updated_at) = (version, now);
    }

    fn lock(tx: &mut DbConn, context: &Context, id: Id) -> Result<Self> {
        Ok(writable(tx, context, id)?.round)
    }

    fn update(&self, tx: &mut DbConn, version: i64) -> Result<()> {
        store::update(tx, self, version)
    }

    fn read(
        conn: &mut DbConn,
        context: &Context,
        id: Id,
    ) -> Result<Option<EvaluationRoundResponse>> {
        visible(conn, context, id)
    }
}

const OPENED: &str = "evaluation-round.opened";
const CLOSED: &str = "evaluation-round.closed";
const EXTENDED: &str = "evaluation-round.extended";
const REOPENED: &str = "evaluation-round.reopened";
const OF_STATUS: &[&str] = &[OPENED, EXTENDED, CLOSED, REOPENED];

/// Opens a planned round; its forms are issued after it, some at a time.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`, `RuleViolation` before the period is over.
pub fn open(tx: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationRoundResponse> {
    let begun = begin::<EvaluationRound>(tx, context, "open_evaluation_round", id)?;
    let row = &begun.row;
    if row.status == Open && begun.is_repeated(tx, OF_STATUS, OPENED, Said::default())? {
        return read_back::<EvaluationRound>(tx, context, id);
    }
    begun.require(tx)?;
    if context.today < row.period_to {
        return Err(Error::rule("EVALUATION", "PERIOD_NOT_OVER"));
    }
    put_open(tx, context, row)?;
    read_back::<EvaluationRound>(tx, context, id)
}

/// Writes that a planned round is open, with its line in the journal.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn put_open(tx: &mut DbConn, context: &Context, row: &EvaluationRound) -> Result<()> {
    let opened = EvaluationRound {
        status: Open,
        ..row.clone()
    };
    let opened = write(tx, context, row, opened)?;
    record(tx, context, OPENED, &opened, &["status"], None)
}

/// Gives an open round more days.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn extend(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &ExtendEvaluationRound,
) -> Result<EvaluationRoundResponse> {
    let begun = begin::<EvaluationRound>(tx, context, "extend_evaluation_round", id)?;
    let row = &begun.row;
    let reason = Some(input.reason.as_str());
    let due_on = input.due_on.unwrap_or(row.due_on);
    let is_done = (row.due_on, row.closes_on) == (due_on, input.closes_on);
    if is_done && begun.is_repeated(tx, OF_STATUS, EXTENDED, reason.into())? {
        return read_back::<EvaluationRound>(tx, context, id);
    }
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    check_close(row.closes_on, input.closes_on, &mut errors);
    check_due(row, due_on, input.closes_on, &mut errors);
    errors.into_result()?;
    let extended = EvaluationRound {
        due_on,
        closes_on: input.closes_on,
        ..row.clone()
    };
    let changed: &[&str] = if due_on == row.due_on {
        &["closesOn"]
    } else {
        &["dueOn", "closesOn"]
    };
    let extended = begun.write(tx, extended)?;
    issued::extend(tx, id, input.closes_on)?;
    record(tx, context, EXTENDED, &extended, changed, reason)?;
    read_back::<EvaluationRound>(tx, context, id)
}

/// Notes a close that is no later than the one before it.
fn check_close(before: Date, closes_on: Date, errors: &mut FieldErrors) {
    if closes_on <= before {
        let earliest = before.plus_days(1);
        errors.push("/closesOn", Fault::with("not-before", &[&earliest]));
    }
}

fn check_due(row: &EvaluationRound, due_on: Date, closes_on: Date, errors: &mut FieldErrors) {
    if due_on < row.opens_on || due_on > closes_on {
        let fault = Fault::with("out-of-range", &[&row.opens_on, &closes_on]);
        errors.push("/dueOn", fault);
    }
}

/// Closes an open round: what was not handed in is missed.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`.
pub fn close(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &CloseEvaluationRound,
) -> Result<EvaluationRoundResponse> {
    let begun = begin::<EvaluationRound>(tx, context, "close_evaluation_round", id)?;
    let row = &begun.row;
    let reason = input.reason.as_ref().map(Text::as_str);
    if row.status == Closed && begun.is_repeated(tx, OF_STATUS, CLOSED, reason.into())? {
        return read_back::<EvaluationRound>(tx, context, id);
    }
    begun.require(tx)?;
    put_closed(tx, context, row, (context.today, reason))?;
    read_back::<EvaluationRound>(tx, context, id)
}

/// Writes that an open round is closed on a day, with what was missed, and its line in the journal.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn put_closed(
    tx: &mut DbConn,
    context: &Context,
    row: &EvaluationRound,
    (day, reason): (Date, Option<&str>),
) -> Result<()> {
    let closed = EvaluationRound {
        status: Closed,
        ..row.clone()
    };
    let closed = write(tx, context, row, closed)?;
    issued::close(tx, context, row.id, (day, row.closes_on))?;
    record(tx, context, CLOSED, &closed, &["status"], reason)
}

/// Opens a closed round again, until another day.
///
/// # Errors
/// `Invalid`, `IllegalTransition`, `StaleVersion`.
pub fn reopen(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &ReopenEvaluationRound,
) -> Result<EvaluationRoundResponse> {
    let begun = begin::<EvaluationRound>(tx, context, "reopen_evaluation_round", id)?;
    let row = &begun.row;
    let reason = Some(input.reason.as_str());
    let is_done = row.status == Open && row.closes_on == input.closes_on;
    if is_done && begun.is_repeated(tx, OF_STATUS, REOPENED, reason.into())? {
        return read_back::<EvaluationRound>(tx, context, id);
    }
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    let earliest = context.today.max(row.due_on);
    if input.closes_on < earliest {
        errors.push("/closesOn", Fault::with("not-before", &[&earliest]));
    }
    errors.into_result()?;
    let reopened = EvaluationRound {
        status: Open,
        closes_on: input.closes_on,
        ..row.clone()
    };
    let reopened = begun.write(tx, reopened)?;
    issued::reopen(tx, context, id, input.closes_on)?;
    let changed = &["status", "closesOn"];
    record(tx, context, REOPENED, &reopened, changed, reason)?;
    read_back::<EvaluationRound>(tx, context, id)
}
