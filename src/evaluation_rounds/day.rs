//! What a day does to rounds: it makes those of schedules whose period has begun, opens those that are planned for it, issues the forms
//! that are lacking, and closes those whose last day has passed; also for days on which nothing ran.

use super::model::{EvaluationRoundRecord, RoundStatus};
use super::transitions::{put_closed, put_open};
use super::{schedules, store};
use crate::access::Subtree;
use crate::context::Context;
use crate::db::{Db, DbConn, Id};
use crate::error::Result;
use crate::evaluations::issued::{self, Term};

/// What one step did.
enum Step {
    /// Nothing is to be done.
    Done,
    /// A round was opened or closed, by this instance or another.
    Turned,
    /// A round lacks forms.
    Lacks(Id),
}

/// Brings all rounds up to today, in steps that let others in.
///
/// # Errors
/// When the database refuses; what was done before stays.
pub async fn keep(db: &Db, context: &Context) -> Result<()> {
    let mut after = None;
    loop {
        let context = context.clone();
        let make = move |tx: &mut DbConn| schedules::make_next(tx, &context, after);
        after = db.write(make).await?;
        if after.is_none() {
            break;
        }
    }
    loop {
        let turning = context.clone();
        match db.write(move |tx| turn(tx, &turning)).await? {
            Step::Done => return Ok(()),
            Step::Turned => {}
            Step::Lacks(id) => issue_all(db, context, id).await?,
        }
    }
}

/// Turns the first round for which it is time. Another instance may have done it meanwhile: the locked row tells.
fn turn(tx: &mut DbConn, context: &Context) -> Result<Step> {
    let today = context.today;
    let Some(id) = store::due(tx, today)? else {
        return Ok(Step::Done);
    };
    let Some(record) = store::lock_record(tx, id)? else {
        return Ok(Step::Turned);
    };
    let round = record.round;
    match round.status {
        RoundStatus::Planned if round.opens_on <= today => put_open(tx, context, &round)?,
        RoundStatus::Open if round.closes_on < today && round.issued_on.is_some() => {
            put_closed(tx, context, &round, (round.closes_on, None))?;
        }
        RoundStatus::Open if round.issued_on != Some(today) => return Ok(Step::Lacks(id)),
        _ => {}
    }
    Ok(Step::Turned)
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
        after = db.write(step).await?;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// The same in one transaction, for what is undone.
///
/// # Errors
/// When the database refuses.
pub fn issue_at_once(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let mut after = None;
    loop {
        after = issue_some(tx, context, id, after)?;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Issues the forms of some cadres; the last one of these, or none once all have theirs, which is kept as of today.
fn issue_some(tx: &mut DbConn, context: &Context, id: Id, after: Option<Id>) -> Result<Option<Id>> {
    let Some(EvaluationRoundRecord {
        round,
        organization,
    }) = store::lock_record(tx, id)?
    else {
        return Ok(None);
    };
    if round.status != RoundStatus::Open || round.issued_on == Some(context.today) {
        return Ok(None);
    }
    let term = Term {
        round_id: id,
        kind: round.kind,
        period: (round.period_from, round.period_to),
        raters: round.raters()?,
        subtree: Subtree {
            organization_id: round.organization_id,
            path: organization.path,
        },
        closes_on: round.closes_on,
    };
    let last = issued::issue_some(tx, context, &term, after)?;
    if last.is_none() {
        store::set_issued_on(tx, id, context.today)?;
    }
    Ok(last)
}
