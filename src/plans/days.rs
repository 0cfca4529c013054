//! The days of plans follow the day of reporting, suspension, and a probation that is extended.

use super::making_store;
use super::model::Plan;
use super::shifts::{self, PlanDays, Turns};
use crate::cadres::{self, career_store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::transitions::{record, write};
use crate::values::{changed, list_to_json};

/// Moves the days of a cadre's plans, and of their goals, where what they follow from is another now.
///
/// # Errors
/// When the database refuses.
pub fn follow_days(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    let plans = making_store::of_cadre(tx, cadre_id)?;
    follow(tx, context, cadre_id, &plans)
}

/// The same, of plans that are read already, and under lock.
///
/// # Errors
/// When the database refuses.
pub fn follow(tx: &mut DbConn, context: &Context, cadre_id: Id, plans: &[Plan]) -> Result<()> {
    if plans.is_empty() {
        return Ok(());
    }
    let Some(cadre) = cadres::store::find(tx, cadre_id)? else {
        return Ok(());
    };
    let suspensions = career_store::suspensions(tx, cadre_id)?;
    let turns = Turns {
        reported_on: cadre.reported_on,
        suspensions: &suspensions,
        probation_extended_until: cadre.probation_extended_until,
    };
    for plan in plans {
        let Some(days) = shifts::days_of(plan.phase, turns) else {
            continue;
        };
        let moved = moved(plan, &days)?;
        let changed = changed!(plan, &moved; starts_on, planned_ends_on, ends_on, shifts, goals);
        if !changed.is_empty() {
            let moved = write(tx, context, plan, moved)?;
            record(tx, context, "plan.derived-changed", &moved, &changed, None)?;
        }
    }
    Ok(())
}

/// A plan with the days that now follow.
fn moved(plan: &Plan, days: &PlanDays) -> Result<Plan> {
    // A day that the gate named stays, unless the phase ends later by itself.
    let ends_on = if plan.ends_on == plan.planned_ends_on {
        days.planned_ends_on
    } else {
        plan.ends_on.max(days.planned_ends_on)
    };
    let later = days.starts_on.days_since(plan.starts_on);
    let goals = if later == 0 {
        plan.goals.clone()
    } else {
        let mut goals = plan.goals()?;
        for goal in &mut goals {
            goal.due_on = goal.due_on.plus_days(later);
            goal.carried_due_on = goal.carried_due_on.map(|day| day.plus_days(later));
        }
        list_to_json(&goals)?
    };
    Ok(Plan {
        starts_on: days.starts_on,
        planned_ends_on: days.planned_ends_on,
        ends_on,
        shifts: list_to_json(&days.shifts)?,
        goals,
        ..plan.clone()
    })
}
