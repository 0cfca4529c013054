//! What a day does to rounds: it makes those of schedules whose period has begun, opens those that are planned for it, issues the forms that are lacking, and closes those whose last
//! day has passed; also for days on which nothing ran.

use super::model::{EvaluationRound, RoundStatus};
use super::schedules;
use super::store;
use super::transitions::{CLOSED, OPENED};
use crate::access::Subtree;
use crate::context::Context;
use crate::db::{Db, DbConn, Id, advisory_lock};
use crate::error::Result;
use crate::evaluations::issued::{self, Term};
use crate::transitions::{record, write};

/// Key of the lock under which rounds are kept on PostgreSQL; SQLite has one writer.
const KEEPING_LOCK: i64 = 0x726f_756e_6473_6b70;

/// What one step did.
enum Step {
    /// Nothing is to be done.
    Done,
    /// A round was opened or closed, or all of its forms are issued.
    Turned,
    /// Some of a round's forms are issued, those of the cadres up to this one.
    Issued(Id),
}

/// Brings all rounds up to today, in steps that let others in.
///
/// # Errors
/// When the database refuses; what was done before stays.
pub async fn keep(db: &Db, context: &Context) -> Result<()> {
    let mut after = None;
    loop {
        let making = context.clone();
        let make = move |tx: &mut DbConn| schedules::make_next(tx, &making, after);
        after = db.write(make).await?;
        if after.is_none() {
            break;
        }
    }
    loop {
        let context = context.clone();
        let step = move |tx: &mut DbConn| next(tx, &context, after);
        after = match db.write(step).await? {
            Step::Done => return Ok(()),
            Step::Turned => None,
            Step::Issued(last) => Some(last),
        };
    }
}

/// The next step. Another instance may have taken one meanwhile: then cadres who have their forms are passed over.
fn next(tx: &mut DbConn, context: &Context, after: Option<Id>) -> Result<Step> {
    let Some(_) = store::due(tx, context.today)? else {
        return Ok(Step::Done);
    };
    advisory_lock(tx, KEEPING_LOCK)?;
    let Some((due, subtree)) = store::due(tx, context.today)? else {
        return Ok(Step::Done);
    };
    let Some(locked) = store::lock_record(tx, due.id)? else {
        return Ok(Step::Turned);
    };
    let round = locked.round;
    if round != due {
        return Ok(Step::Turned);
    }
    match round.status {
        RoundStatus::Planned => {
            let opened = EvaluationRound {
                status: RoundStatus::Open,
                ..round.clone()
            };
            let opened = write(tx, context, &round, opened)?;
            record(tx, context, OPENED, &opened, &["status"], None)?;
            Ok(Step::Turned)
        }
        RoundStatus::Open if round.closes_on < context.today && round.issued_on.is_some() => {
            let closed = EvaluationRound {
                status: RoundStatus::Closed,
                ..round.clone()
            };
            let closed = write(tx, context, &round, closed)?;
            issued::close(tx, context, round.id, (round.closes_on, round.closes_on))?;
            record(tx, context, CLOSED, &closed, &["status"], None)?;
            Ok(Step::Turned)
        }
        _ => issue(tx, context, &round, subtree, after),
    }
}

/// Issues what an open round lacks of its forms, in steps that let others in.
///
/// # Errors
/// When the database refuses; what was issued before stays, and the day's job goes on with it.
pub async fn issue_all(db: &Db, context: &Context, id: Id) -> Result<()> {
    let mut after = None;
    loop {
        let context = context.clone();
        let step = move |tx: &mut DbConn| issue_some(tx, &context, id, after);
        match db.write(step).await? {
            Step::Issued(last) => after = Some(last),
            Step::Done | Step::Turned => return Ok(()),
        }
    }
}

/// The same in one transaction, for what is undone.
///
/// # Errors
/// When the database refuses.
pub fn issue_at_once(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let mut after = None;
    while let Step::Issued(last) = issue_some(tx, context, id, after)? {
        after = Some(last);
    }
    Ok(())
}

fn issue_some(tx: &mut DbConn, context: &Context, id: Id, after: Option<Id>) -> Result<Step> {
    let Some(record) = store::lock_record(tx, id)? else {
        return Ok(Step::Done);
    };
    let round = record.round;
    if round.status != RoundStatus::Open || round.issued_on == Some(context.today) {
        return Ok(Step::Done);
    }
    let subtree = Subtree {
        organization_id: round.organization_id,
        path: record.organization.path,
    };
    issue(tx, context, &round, subtree, after)
}

/// Issues some forms of an open round; once all are, keeps the day.
fn issue(
    tx: &mut DbConn,
    context: &Context,
    round: &EvaluationRound,
    subtree: Subtree,
    after: Option<Id>,
) -> Result<Step> {
    let term = Term {
        round_id: round.id,
        kind: round.kind,
        period: (round.period_from, round.period_to),
        raters: round.raters()?,
        subtree,
        closes_on: round.closes_on,
    };
    match issued::issue_some(tx, context, &term, after)? {
        Some(last) => Ok(Step::Issued(last)),
        None => {
            store::set_issued_on(tx, round.id, context.today)?;
            Ok(Step::Turned)
        }
    }
}
