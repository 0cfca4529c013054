//! Goals that go over into the plan of the next year.

use super::{Goal, GoalStatus, MOST_GOALS};
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::plans::making_store;
use crate::plans::model::Plan;
use crate::transitions::{record, write};
use crate::values::{Date, list_from_json, list_to_json};

/// The first and the last day of the year after a plan's.
///
/// # Errors
/// When the database refuses.
pub fn next_days(conn: &mut DbConn, plan: &Plan) -> Result<(Date, Date)> {
    let cadre = cadres::store::find(conn, plan.cadre_id)?.ok_or(Error::NotFound)?;
    let next = plan.phase.next();
    next.and_then(|phase| cadres::days_of(phase, cadre.reported_on))
        .ok_or_else(|| Error::internal("a goal is carried out of the last year"))
}

/// Puts a carried goal into the next year's plan, where that is made already, and tells whether a plan takes it or will.
///
/// # Errors
/// `CapacityExceeded`, or when the database refuses.
pub fn into_next(tx: &mut DbConn, context: &Context, plan: &Plan, goal: &Goal) -> Result<bool> {
    // The plan of a year is locked before those of later years, here as where they are made.
    let plans = making_store::of_cadre(tx, plan.cadre_id)?;
    let next = plans
        .into_iter()
        .find(|next| Some(next.phase) == plan.phase.next());
    let Some(next) = next else {
        return Ok(true);
    };
    if !next.status.is_live() {
        return Ok(false);
    }
    let mut goals = next.goals()?;
    if goals.len() >= MOST_GOALS {
        return Err(Error::CapacityExceeded);
    }
    goals.extend(arrived(context, plan.id, goal));
    let filled = Plan {
        goals: list_to_json(&goals)?,
        ..next.clone()
    };
    let filled = write(tx, context, &next, filled)?;
    record(tx, context, "plan.goal-added", &filled, &["goals"], None)?;
    Ok(true)
}

/// The goals of a plan, as they were when the next one was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The plan.
    pub plan_id: Id,
    /// Its goals, as they are stored.
    pub goals: String,
}

/// The goals that a plan hands over to the next one as it is made.
///
/// # Errors
/// When what is stored is no list of goals.
pub fn arriving(context: &Context, carried: &Carried) -> Result<Vec<Goal>> {
    let goals: Vec<Goal> = list_from_json(&carried.goals)?;
    let arriving = goals
        .iter()
        .filter(|goal| goal.status == GoalStatus::Carried);
    Ok(arriving
        .filter_map(|goal| arrived(context, carried.plan_id, goal))
        .collect())
}

/// A carried goal as it stands in the next plan.
fn arrived(context: &Context, from: Id, goal: &Goal) -> Option<Goal> {
    let due_on = goal.carried_due_on?;
    let (title, measure) = (goal.title.clone(), goal.measure.clone());
    Some(Goal {
        required: goal.required,
        carried_from_id: Some(from),
        ..Goal::open(context.new_id(), title, measure, due_on, goal.source)
    })
}
