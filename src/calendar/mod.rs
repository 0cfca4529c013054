//! The day that passes: it changes phases, probation and leave without anyone writing, and the journal must say so.
//!
//! Each day is made up once, in order, in a transaction of its own that also moves the mark; days on which the process was
//! down are made up when it is back. What is shown never waits for this: it is computed from the dates on each read.

mod store;

use std::time::Duration;

use crate::absences;
use crate::cadres::{self, Phase, phase_on};
use crate::context::{Context, Deps};
use crate::db::{Db, DbConn, UtcTimestamp, statistics};
use crate::error::Result;
use crate::evaluation_rounds;
use crate::mentors;
use crate::plans;
use crate::postings;
use crate::training;
use crate::values::Date;

/// How often the calendar is looked at.
const INTERVAL: Duration = Duration::from_secs(30);
/// How many seconds a transaction may take from its moment to its end.
const OVERLAP: i64 = 600;

/// Makes up every day since the last one made up, and returns how many.
///
/// # Errors
/// When the database refuses; what was made up before stays.
pub async fn catch_up(db: &Db, deps: &Deps) -> Result<usize> {
    let mut days = 0;
    loop {
        let context = Context::system(deps, "calendar");
        if !db.write(move |tx| next_day(tx, &context)).await? {
            break;
        }
        days += 1;
    }
    if days > 0 {
        db.write(statistics::gather).await?;
    }
    Ok(days)
}

/// Makes, some at a time, the plans of those who came into the programme since a moment, and of all who have none where it is not known; the moment
/// from which to look the next time.
///
/// # Errors
/// When the database refuses.
pub async fn plan(db: &Db, deps: &Deps, since: Option<UtcTimestamp>) -> Result<UtcTimestamp> {
    let context = Context::system(deps, "calendar");
    // What another instance is still writing has an earlier moment.
    let next = context.now.plus_seconds(-OVERLAP);
    loop {
        let context = context.clone();
        let some = move |tx: &mut DbConn| plans::make_some(tx, &context, context.today, since);
        if db.write(some).await? == 0 {
            return Ok(next);
        }
    }
}

/// Looks at the calendar for as long as the process lives.
pub async fn run(db: Db, deps: Deps) {
    let mut since = None;
    loop {
        if let Err(error) = catch_up(&db, &deps).await {
            tracing::warn!(error = %error, "the day could not be made up");
        }
        if let Err(error) = evaluation_rounds::keep(&db, &Context::system(&deps, "calendar")).await
        {
            tracing::warn!(error = %error, "rounds could not be kept");
        }
        match plan(&db, &deps, since).await {
            Ok(next) => since = Some(next),
            Err(error) => tracing::warn!(error = %error, "plans could not be made"),
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Makes up one day; `false` when there is none to make up.
fn next_day(tx: &mut DbConn, context: &Context) -> Result<bool> {
    let Some(last) = store::last_day(tx)? else {
        store::set_last_day(tx, context.today)?;
        return Ok(false);
    };
    if last >= context.today {
        return Ok(false);
    }
    let day = last.plus_days(1);
    make_up(tx, context, day)?;
    store::set_last_day(tx, day)?;
    Ok(true)
}

/// Does and journals what the day brings.
fn make_up(tx: &mut DbConn, context: &Context, day: Date) -> Result<()> {
    let before = day.plus_days(-1);
    for phase in [Phase::Nurturing, Phase::Strengthening, Phase::Graduated] {
        let (from, last) = cadres::reported_for(phase, day);
        for (id, reported_on) in cadres::day_store::reported_between(tx, from, last)? {
            if phase_on(reported_on, before) != phase_on(reported_on, day) {
                cadres::derived_changed(tx, context, id, &["phase", "phaseEndsOn"])?;
            }
        }
    }
    for id in cadres::day_store::off_probation(tx, before, day)? {
        cadres::derived_changed(tx, context, id, &["onProbation"])?;
    }
    for id in absences::leave_turning(tx, before, day)? {
        cadres::derived_changed(tx, context, id, &["onLeave"])?;
    }
    plans::make_beginning(tx, context, day)?;
    training::journal_beginning(tx, context, day)?;
    postings::begin_and_remind(tx, context, day)?;
    absences::recount_open(tx, context)?;
    mentors::begin_and_end_leaves(tx, context, day)
}
