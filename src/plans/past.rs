//! Plans of a programme that has run for a while before it came here.

use super::completing_store::write_many;
use super::goals::GoalStatus;
use super::model::{Plan, PlanStatus};
use crate::context::Context;
use crate::db::{DbConn, ROWS_PER_STATEMENT};
use crate::error::Result;
use crate::journal::{self, Change};
use crate::values::{Date, list_to_json};

/// What has become of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PastPlan {
    /// What the cadre wants of the career.
    pub career_plan: Option<String>,
    /// Whether it is in effect.
    pub is_active: bool,
    /// Its goals that are done, by their place from 0, each with the day.
    pub done: Vec<(usize, Date)>,
}

/// The days by which the goals of a plan are due.
///
/// # Errors
/// When what is stored is no list of goals.
pub fn due_days(plan: &Plan) -> Result<Vec<Date>> {
    let goals = plan.goals()?;
    Ok(goals.into_iter().map(|goal| goal.due_on).collect())
}

/// Takes over what has become of plans that were just made, with a line in the journal for each step.
///
/// # Errors
/// When the database refuses.
pub fn take_over(tx: &mut DbConn, context: &Context, past: Vec<(Plan, PastPlan)>) -> Result<()> {
    for past in past.chunks(ROWS_PER_STATEMENT) {
        let (mut rows, mut lines) = (Vec::with_capacity(past.len()), Vec::new());
        for (plan, past) in past {
            let (row, steps) = taken_over(context, plan, past)?;
            let versions = plan.version + 1..;
            lines.extend(versions.zip(steps).map(|(version, step)| {
                let (action, changed) = step;
                Change {
                    changed_fields: changed,
                    organization_id: Some(plan.present_organization_id),
                    cadre_id: Some(plan.cadre_id),
                    ..Change::new(action, "plan", plan.id, version)
                }
            }));
            rows.push(row);
        }
        write_many(tx, &rows)?;
        journal::record_many(tx, context, &lines)?;
    }
    Ok(())
}

/// A change by its action, and the members that it changed.
type Step = (&'static str, &'static [&'static str]);

fn taken_over(context: &Context, plan: &Plan, past: &PastPlan) -> Result<(Plan, Vec<Step>)> {
    let mut steps: Vec<Step> = Vec::new();
    let mut row = plan.clone();
    if past.career_plan.is_some() {
        row.career_plan.clone_from(&past.career_plan);
        steps.push(("plan.updated", &["careerPlan"]));
    }
    if past.is_active {
        row.status = PlanStatus::Active;
        steps.push(("plan.activated", &["status"]));
    }
    let mut goals = plan.goals()?;
    for (at, day) in &past.done {
        if let Some(goal) = goals.get_mut(*at) {
            goal.status = GoalStatus::Done;
            goal.done_on = Some(*day);
            steps.push(("plan.goal-done", &["goals"]));
        }
    }
    row.goals = list_to_json(&goals)?;
    row.version += i64::try_from(steps.len()).unwrap_or_default();
    row.updated_at = context.now;
    Ok((row, steps))
}
