//! The close of a round, and what it takes back: what was not handed in is missed, with the reason.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::store::reopenings;
use super::following::{counted, tell};
use super::model::{MissedReason, RaterForm, RaterFormStatus};
use super::{progress_store, store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::values::Date;

/// Ends the taking of a round's forms on a day, at the latest that of its close; how many were missed. Who was away is judged by that day.
///
/// # Errors
/// When the database refuses.
pub fn close(
    tx: &mut DbConn,
    context: &Context,
    round_id: Id,
    (day, closes_on): (Date, Date),
) -> Result<usize> {
    let wanting = [RaterFormStatus::Issued, RaterFormStatus::Draft];
    let missed = store::lock_with(tx, round_id, &wanting)?;
    let absent: HashSet<Id> = store::absent_on(tx, day)?.into_iter().collect();
    let away: HashMap<Id, bool> = store::mentors_away_on(tx, day)?.into_iter().collect();
    let mut by_reason: BTreeMap<MissedReason, Vec<Id>> = BTreeMap::new();
    for form in &missed {
        let reason = reason(form, &absent, &away);
        by_reason.entry(reason).or_default().push(form.id);
    }
    for (reason, ids) in by_reason {
        let status = (RaterFormStatus::Missed, Some(reason));
        store::set_status(tx, &ids, status, context.now)?;
    }
    store::set_open(tx, round_id, false)?;
    reopenings::set_until(tx, round_id, closes_on, day.plus_days(-1).min(closes_on))?;
    tell(tx, context, "rater-form.missed", &missed)?;
    count(tx, missed, |_| RaterFormStatus::Missed)
}

/// Why a form was not handed in: the rater's absence comes before the cadre's, which would not keep them from rating.
fn reason(form: &RaterForm, absent: &HashSet<Id>, away: &HashMap<Id, bool>) -> MissedReason {
    match form.mentor_id.and_then(|mentor| away.get(&mentor)) {
        Some(true) => MissedReason::NoRater,
        Some(false) => MissedReason::RaterOnLeave,
        None if absent.contains(&form.cadre_id) => MissedReason::CadreOnLeave,
        None => MissedReason::Late,
    }
}

/// Has a round's forms be taken until another day.
///
/// # Errors
/// When the database refuses.
pub fn extend(tx: &mut DbConn, round_id: Id, closes_on: Date) -> Result<()> {
    reopenings::set_until(tx, round_id, closes_on, closes_on)
}

/// Takes a round's forms again until a day: what was missed is wanted once more; how many that are.
///
/// # Errors
/// When the database refuses.
pub fn reopen(tx: &mut DbConn, context: &Context, round_id: Id, closes_on: Date) -> Result<usize> {
    let missed = store::lock_with(tx, round_id, &[RaterFormStatus::Missed])?;
    let (begun, wanting): (Vec<RaterForm>, Vec<RaterForm>) = missed
        .iter()
        .cloned()
        .partition(|form| form.evaluation_id.is_some());
    let ids = |forms: &[RaterForm]| -> Vec<Id> { forms.iter().map(|form| form.id).collect() };
    store::set_status(
        tx,
        &ids(&begun),
        (RaterFormStatus::Draft, None),
        context.now,
    )?;
    store::set_status(
        tx,
        &ids(&wanting),
        (RaterFormStatus::Issued, None),
        context.now,
    )?;
    store::set_open(tx, round_id, true)?;
    extend(tx, round_id, closes_on)?;
    tell(tx, context, "rater-form.reopened", &missed)?;
    count(tx, missed, |form| match form.evaluation_id {
        Some(_) => RaterFormStatus::Draft,
        None => RaterFormStatus::Issued,
    })
}

fn count(
    tx: &mut DbConn,
    forms: Vec<RaterForm>,
    status: fn(&RaterForm) -> RaterFormStatus,
) -> Result<usize> {
    let changes: Vec<_> = forms
        .into_iter()
        .map(|form| {
            let status = status(&form);
            (form, status)
        })
        .collect();
    progress_store::add(tx, &counted(&changes))?;
    Ok(changes.len())
}
