//! The form that a round issued follows the evaluation that is written on it.

use std::collections::BTreeMap;

use super::super::model::{Evaluation, EvaluationStatus};
use super::model::{Progress, RaterForm, RaterFormStatus};
use super::{progress_store, store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::journal::{self, Change};

/// What became of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It was written, or has another status.
    Written,
    /// It was removed, or is about to be of another kind or period.
    Removed,
}

/// Brings the form up to its evaluation, and the counters with it. One statement where no round issued it, or nothing changes.
///
/// # Errors
/// When the database refuses.
pub fn follow(tx: &mut DbConn, context: &Context, row: &Evaluation, turn: Turn) -> Result<()> {
    // What takes the place of another has no form of its own; what the cadre has received stays confirmed.
    let is_settled = row.acknowledged_at.is_some() || row.objection.is_some();
    if row.supersedes_id.is_some() || (is_settled && row.status == EvaluationStatus::Confirmed) {
        return Ok(());
    }
    let Some(before) = store::lock_of(tx, row)? else {
        return Ok(());
    };
    let (mut status, evaluation_id) = match turn {
        Turn::Written => (row.status.into(), Some(row.id)),
        Turn::Removed => (RaterFormStatus::Issued, None),
    };
    let is_open = matches!(status, RaterFormStatus::Issued | RaterFormStatus::Draft);
    if is_open
        && matches!(
            before.status,
            RaterFormStatus::Missed | RaterFormStatus::Cancelled
        )
    {
        status = before.status;
    }
    if (status, evaluation_id) == (before.status, before.evaluation_id) {
        return Ok(());
    }
    let after = RaterForm {
        version: before.version + 1,
        updated_at: context.now,
        status,
        missed_reason: before
            .missed_reason
            .filter(|_| status == RaterFormStatus::Missed),
        evaluation_id,
        ..before.clone()
    };
    store::update(tx, &after)?;
    if status == before.status {
        return Ok(());
    }
    progress_store::add(tx, &counted(&[(before, status)]))
}

/// What the counters gain and lose when forms get other statuses.
pub(super) fn counted(changes: &[(RaterForm, RaterFormStatus)]) -> BTreeMap<(Id, Id), Progress> {
    let mut counted: BTreeMap<(Id, Id), Progress> = BTreeMap::new();
    for (before, status) in changes {
        let of_unit = counted
            .entry((before.round_id, before.organization_id))
            .or_default();
        of_unit.count(before.status, -1);
        of_unit.count(*status, 1);
    }
    counted
}

/// Cancels the forms about a cadre who leaves the programme that were not handed in.
///
/// # Errors
/// When the database refuses.
pub fn cancel_of(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    let open = store::lock_open_of(tx, cadre_id)?;
    if open.is_empty() {
        return Ok(());
    }
    let ids: Vec<Id> = open.iter().map(|form| form.id).collect();
    store::set_status(tx, &ids, (RaterFormStatus::Cancelled, None), context.now)?;
    tell(tx, context, "rater-form.cancelled", &open)?;
    let changes: Vec<_> = open
        .into_iter()
        .map(|form| (form, RaterFormStatus::Cancelled))
        .collect();
    progress_store::add(tx, &counted(&changes))
}

/// The journal's lines of forms that got another status, each with the version that it has now.
pub(super) fn tell(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    before: &[RaterForm],
) -> Result<()> {
    let changes: Vec<Change<'_>> = before
        .iter()
        .map(|form| Change {
            changed_fields: &["status"],
            organization_id: Some(form.organization_id),
            cadre_id: Some(form.cadre_id),
            ..Change::new(action, "rater-form", form.id, form.version + 1)
        })
        .collect();
    journal::record_many(tx, context, &changes)
}
