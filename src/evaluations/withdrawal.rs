//! Taking back: a submitted form, an objection, a draft, the forms about a cadre who leaves.

use super::issued::{self, Turn};
use super::model::{Evaluation, EvaluationStatus, ObjectionStatus};
use super::response::{EvaluationResponse, require};
use super::store;
use super::store::reading;
use super::trail::{begin, own, record, write};
use super::writer::broken;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::events::{CadreLeft, LeavingCause};

/// Takes back what the caller handed in: the author a submitted form, the cadre an open objection.
///
/// # Errors
/// `StaleVersion`, `IllegalTransition`.
pub fn withdraw(tx: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationResponse> {
    let mut record = begin(tx, context, id)?;
    let mut row = record.evaluation.clone();
    let is_author = row.is_writable_by(&context.actor);
    let objection = row.objection()?.filter(|_| {
        row.status == EvaluationStatus::Confirmed && context.reach.cadre_id == Some(row.cadre_id)
    });
    let is_done = match &objection {
        Some(objection) => objection.status == ObjectionStatus::Withdrawn,
        None => is_author && row.status == EvaluationStatus::Draft,
    };
    if is_done {
        return EvaluationResponse::from_record(record, context);
    }
    if !is_author && objection.is_none() && context.reach.cadre_id != Some(row.cadre_id) {
        return Err(Error::Forbidden(None));
    }
    let allowed = match &objection {
        Some(objection) => objection.status == ObjectionStatus::Open,
        None => is_author && row.status == EvaluationStatus::Submitted,
    };
    require(&record, context, allowed)?;
    match objection {
        Some(mut objection) => {
            objection.status = ObjectionStatus::Withdrawn;
            row.set_objection(&objection)?;
            let action = "evaluation.objection-withdrawn";
            write(tx, context, &mut row, action, &["objection"], None)?;
        }
        None => {
            // Whoever handed in may read the others from then on, and so writes no more, unless a manager returns the form.
            if reading::could_read_another(tx, context, &row)? {
                let violation = broken("EVALUATION", "NOT_INDEPENDENT");
                return Err(Error::RuleViolation(vec![violation]));
            }
            row.status = EvaluationStatus::Draft;
            row.submitted_at = None;
            let changed = &["status", "submittedAt"];
            write(tx, context, &mut row, "evaluation.withdrawn", changed, None)?;
        }
    }
    record.evaluation = row;
    EvaluationResponse::from_record(record, context)
}

/// Removes the author's draft; one that an upheld objection called for stays.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `IllegalTransition`.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let record = own(tx, context, id)?;
    let row = record.evaluation.clone();
    context.require_header()?;
    let allowed = row.status == EvaluationStatus::Draft && row.supersedes_id.is_none();
    require(&record, context, allowed)?;
    remove(tx, context, row, "evaluation.deleted")
}

/// Cancels the forms about a cadre who leaves the programme: what is not confirmed is removed. Those about one who is transferred
/// go on.
///
/// # Errors
/// When the database refuses.
pub fn cancel_open(tx: &mut DbConn, context: &Context, left: CadreLeft) -> Result<()> {
    if left.cause == LeavingCause::Transferred {
        return Ok(());
    }
    let cadre_id = left.cadre_id;
    let ids: Vec<Id> = store::open_of(tx, cadre_id)?
        .iter()
        .map(|row| row.id)
        .collect();
    store::lock(tx, &ids)?;
    issued::hold(tx, &ids)?;
    // Asked again, because what was confirmed before the lock was held stays.
    for row in store::open_of(tx, cadre_id)? {
        let superseded = row.supersedes_id;
        remove(tx, context, row, "evaluation.cancelled")?;
        if let Some(id) = superseded {
            store::set_live(tx, id, true)?;
        }
    }
    issued::cancel_of(tx, context, cadre_id)
}

/// Removes a form that is not confirmed.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn remove(
    tx: &mut DbConn,
    context: &Context,
    mut row: Evaluation,
    action: &'static str,
) -> Result<()> {
    issued::follow(tx, context, &row, Turn::Removed)?;
    store::delete(tx, &row)?;
    row.version += 1;
    record(tx, context, action, &row, &[], None)
}
