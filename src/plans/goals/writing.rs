//! Writing a goal whole.

use super::request::PutPlanGoal;
use super::transitions::{GoalPath, begin_at, finish};
use super::{Goal, MOST_GOALS};
use crate::context::Context;
use crate::db::DbConn;
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::http::Outcome;
use crate::plans::model::Plan;
use crate::plans::response::PlanResponse;
use crate::plans::rules;
use crate::plans::service::writable;
use crate::transitions::read_back;
use crate::values::Text;

/// Writes a goal whole: a new one, or another text and day of one that is open. The same again writes nothing.
///
/// # Errors
/// `Invalid`, `Forbidden`, `IllegalTransition`, `StaleVersion`, `CapacityExceeded`.
pub fn put(
    tx: &mut DbConn,
    context: &Context,
    path: GoalPath,
    input: &PutPlanGoal,
) -> Result<Outcome<PlanResponse>> {
    let (record, writer) = writable(tx, context, path.plan_id)?;
    let source = rules::source_of(&record, &context.reach);
    let (starts_on, ends_on) = (record.plan.starts_on, record.plan.ends_on);
    let mut goals = record.plan.goals()?;
    let stands = goals.iter().position(|goal| goal.id == path.goal_id);
    let measure = input.measure.as_ref().map(Text::as_str).map(str::to_owned);
    let title = input.title.as_str().to_owned();
    let new = Goal::open(path.goal_id, title, measure, input.due_on, source);
    let at = stands.unwrap_or(goals.len());
    if stands.is_none() {
        goals.push(new.clone());
    }
    let begun = begin_at(context, "put_plan_goal", record, writer, (goals, at))?;
    let before = begun.row.goal();
    let goal = Goal {
        title: new.title,
        measure: new.measure,
        due_on: new.due_on,
        ..before.clone()
    };
    if stands.is_some() && goal == *before {
        let same = read_back::<Plan>(tx, context, path.plan_id)?;
        return Ok(Outcome::Unchanged(same));
    }
    begun.require(tx)?;
    if begun.row.goals.len() > MOST_GOALS {
        return Err(Error::CapacityExceeded);
    }
    let is_moved = stands.is_none() || goal.due_on != before.due_on;
    if is_moved && !(starts_on..=ends_on).contains(&goal.due_on) {
        let fault = Fault::with("out-of-range", &[&starts_on, &ends_on]);
        return Err(Error::Invalid(FieldErrors::one("/dueOn", fault)));
    }
    if stands.is_some() {
        let plan = finish(tx, context, &begun, goal, "plan.goal-changed")?;
        return Ok(Outcome::Updated(plan));
    }
    let plan = finish(tx, context, &begun, goal, "plan.goal-added")?;
    Ok(Outcome::Created(plan))
}
