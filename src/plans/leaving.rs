//! Plans of those who leave the programme, and of those who are taken back.

use super::days;
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

/// The plans of a cadre who works in the programme again go on: those of who was taken back where they stood, unless it was decided at
/// the gate that they leave; and the days follow a suspension that is over.
///
/// # Errors
/// When the database refuses.
pub fn go_on(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    let mut plans = making_store::of_cadre(tx, cadre_id)?;
    for plan in &mut plans {
        if plan.status == PlanStatus::Exited {
            take_back(tx, context, plan)?;
        }
    }
    days::follow(tx, context, cadre_id, &plans)
}

fn take_back(tx: &mut DbConn, context: &Context, plan: &mut Plan) -> Result<()> {
    let status = match gate::standing(&plan.decisions()?) {
        PlanStatus::Exited => return Ok(()),
        PlanStatus::Active if journal::latest(tx, plan.id, &[ACTIVATED])?.is_none() => {
            PlanStatus::Draft
        }
        status => status,
    };
    let back = Plan {
        status,
        ..plan.clone()
    };
    *plan = write(tx, context, plan, back)?;
    record(tx, context, "plan.resumed", plan, &["status"], None)
}
