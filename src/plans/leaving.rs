//! Plans of those who leave the programme, and of those who are taken back.

use super::gate;
use super::making_store;
use super::model::{Plan, PlanStatus};
use super::transitions::ACTIVATED;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::events::{CadreLeft, LeavingCause};
use crate::journal;
use crate::transitions::{record, write};

/// The plans of a cadre who leaves the programme before its end are over.
///
/// # Errors
/// When the database refuses.
pub fn exit(tx: &mut DbConn, context: &Context, left: CadreLeft) -> Result<()> {
    if left.cause != LeavingCause::Left {
        return Ok(());
    }
    let plans = making_store::of_cadre(tx, left.cadre_id)?;
    for plan in plans.into_iter().filter(|plan| plan.status.is_live()) {
        let exited = Plan {
            status: PlanStatus::Exited,
            ..plan.clone()
        };
        let exited = write(tx, context, &plan, exited)?;
        record(tx, context, "plan.exited", &exited, &["status"], None)?;
    }
    Ok(())
}

/// The plans of a cadre who is taken back stand where they stood, unless it was decided at the gate that they leave.
///
/// # Errors
/// When the database refuses.
pub fn take_back(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    let plans = making_store::of_cadre(tx, cadre_id)?;
    let exited = plans
        .into_iter()
        .filter(|plan| plan.status == PlanStatus::Exited);
    for plan in exited {
        let decisions = plan.decisions()?;
        let decided = gate::decided(&plan, &decisions)?;
        let status = match decided.status {
            PlanStatus::Exited => continue,
            PlanStatus::Active if journal::latest(tx, plan.id, &[ACTIVATED])?.is_none() => {
                PlanStatus::Draft
            }
            status => status,
        };
        let back = Plan {
            status,
            ..plan.clone()
        };
        let back = write(tx, context, &plan, back)?;
        record(tx, context, "plan.resumed", &back, &["status"], None)?;
    }
    Ok(())
}
