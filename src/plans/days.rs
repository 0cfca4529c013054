//! The days of plans follow the day of reporting.

use super::goals;
use super::making_store;
use super::model::Plan;
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::transitions::{record, write};

/// Moves the days of a cadre's plans, and of their goals, where the day of reporting was corrected.
///
/// # Errors
/// When the database refuses.
pub fn follow_reporting(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    let Some(cadre) = cadres::store::find(tx, cadre_id)? else {
        return Ok(());
    };
    for plan in making_store::of_cadre(tx, cadre_id)? {
        let Some((starts_on, ends_on)) = cadres::days_of(plan.phase, cadre.reported_on) else {
            continue;
        };
        if (starts_on, ends_on) == (plan.starts_on, plan.planned_ends_on) {
            continue;
        }
        let later = starts_on.days_since(plan.starts_on);
        let mut goals = goals::from_json(&plan.goals)?;
        for goal in &mut goals {
            goal.due_on = goal.due_on.plus_days(later);
            goal.carried_due_on = goal.carried_due_on.map(|day| day.plus_days(later));
        }
        let moved = Plan {
            starts_on,
            planned_ends_on: ends_on,
            // A day that the gate named stays.
            ends_on: if plan.ends_on == plan.planned_ends_on {
                ends_on
            } else {
                plan.ends_on.max(ends_on)
            },
            goals: goals::to_json(&goals)?,
            ..plan.clone()
        };
        let moved = write(tx, context, &plan, moved)?;
        let changed = ["startsOn", "plannedEndsOn", "endsOn", "goals"];
        record(tx, context, "plan.derived-changed", &moved, &changed, None)?;
    }
    Ok(())
}
