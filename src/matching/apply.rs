//! Applying a run: its pairs come into being in one transaction, by a named person, if the world still is as the run knew it.

use super::model::{Run, RunStatus};
use super::request::{ApplyRun, Terms};
use super::response::RunResponse;
use super::service::{changed, reached, record};
use super::store;
use crate::assignments::{self, Manner, Wanted};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::values::Text;

/// Makes the pairs of a run.
///
/// # Errors
/// `NotFound`, `StaleVersion`, `IllegalTransition`, `Invalid` with a pointer to every proposal that no longer holds.
pub fn apply(tx: &mut DbConn, context: &Context, id: Id, input: &ApplyRun) -> Result<RunResponse> {
    let row = reached(store::lock(tx, id)?, context)?;
    let seen = RunResponse::from_row(row.clone())?;
    if row.status == RunStatus::Applied && row.applied_by == context.actor.id() {
        return Ok(seen);
    }
    context.check_match(row.version, || Ok(seen.current()))?;
    if row.status != RunStatus::Draft {
        return Err(Error::IllegalTransition(seen.current()));
    }
    let terms: Terms = serde_json::from_str(&row.terms).map_err(Error::internal)?;
    let starts_on = input.starts_on.unwrap_or(context.today);
    let mut errors = FieldErrors::default();
    let latest = context.today.plus_months(12);
    if input.activate && starts_on > context.today {
        errors.push("/startsOn", Fault::new("date-in-future"));
    } else if starts_on > latest {
        errors.push(
            "/startsOn",
            Fault::with("out-of-range", &[&"1949-10-01", &latest]),
        );
    }
    if !terms.keep_existing && !input.activate {
        errors.push("/activate", Fault::new("required"));
    }
    errors.into_result()?;
    let proposals = store::proposals(tx, id)?;
    // A seat that stays empty leaves alone whoever has it, unless the run planned as if there were no one.
    let wanted = proposals
        .iter()
        .filter(|row| row.matched || (!terms.keep_existing && row.present_id.is_some()));
    let wanted: Vec<Wanted> = wanted
        .map(|row| Wanted {
            cadre_id: row.cadre_id,
            role: row.role,
            mentor_id: row.mentor_id,
            present_id: row.present_id,
            pointer: format!("/proposals/{}", row.id),
        })
        .collect();
    let manner = Manner {
        starts_on,
        activate: input.activate,
        cross_unit_reason: input.cross_unit_reason.as_ref().map(Text::as_str),
    };
    assignments::carry_out(tx, context, &wanted, manner)?;
    let run = Run {
        status: RunStatus::Applied,
        applied_at: Some(context.now),
        applied_by: context.actor.id(),
        ..changed(&row, context)
    };
    store::update(tx, &run, row.version)?;
    record(
        tx,
        context,
        "matching-run.applied",
        &run,
        &["status", "appliedAt", "appliedBy"],
    )?;
    RunResponse::from_row(run)
}
