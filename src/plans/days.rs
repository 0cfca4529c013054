//! The days of plans follow the day of reporting, suspension, and a probation that is extended.

use super::making_store;
use super::model::Plan;
use super::shifts::{self, Turns};
use crate::cadres::{self, Cadre, career_store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::transitions::{record, write};
use crate::values::{Date, changed, list_to_json};

/// Moves the days of a cadre's plans, and of their goals, where what they follow from is another now.
///
/// # Errors
/// When the database refuses.
pub fn follow_days(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    let Some(cadre) = cadres::store::find(tx, cadre_id)? else {
        return Ok(());
    };
    let plans = making_store::of_cadre(tx, cadre_id)?;
    if plans.is_empty() {
        return Ok(());
    }
    let suspensions = career_store::suspensions(tx, cadre_id)?;
    let turns = Turns {
        suspensions: &suspensions,
        probation: probation(&cadre),
    };
    for plan in plans {
        let moved = moved(&plan, &cadre, turns)?;
        let changed = changed!(&plan, &moved; starts_on, planned_ends_on, ends_on, shifts, goals);
        if !changed.is_empty() {
            let moved = write(tx, context, &plan, moved)?;
            record(tx, context, "plan.derived-changed", &moved, &changed, None)?;
        }
    }
    Ok(())
}

/// The first day off a cadre's probation by rule, and off the extended one.
fn probation(cadre: &Cadre) -> (Date, Option<Date>) {
    (
        cadres::regular_probation_end(cadre.reported_on),
        cadre.probation_extended_until,
    )
}

/// A plan with the days that now follow.
fn moved(plan: &Plan, cadre: &Cadre, turns: Turns<'_>) -> Result<Plan> {
    let Some((starts_on, last)) = cadres::days_of(plan.phase, cadre.reported_on) else {
        return Ok(plan.clone());
    };
    let shifts = shifts::of_phase(plan.phase, (starts_on, last), turns);
    let planned_ends_on = last.plus_days(shifts::shifted_days(&shifts));
    // A day that the gate named stays, unless the phase ends later by itself.
    let ends_on = if plan.ends_on == plan.planned_ends_on {
        planned_ends_on
    } else {
        plan.ends_on.max(planned_ends_on)
    };
    let later = starts_on.days_since(plan.starts_on);
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
        starts_on,
        planned_ends_on,
        ends_on,
        shifts: list_to_json(&shifts)?,
        goals,
        ..plan.clone()
    })
}
