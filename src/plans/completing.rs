//! What a newly published template asks for and plans that were made before do not have.

use super::completing_store;
use super::goals::{Goal, MOST_GOALS};
use super::making::planned;
use super::model::Plan;
use crate::access::Subtree;
use crate::context::Context;
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT};
use crate::error::{Error, Result};
use crate::events::LivePlans;
use crate::journal::{self, Change};
use crate::organizations;
use crate::phase_templates::{self, TemplateGoal, TemplateGoals};
use crate::values::list_to_json;

/// Counts the live plans that lack goals of a template: of the whole city, or of its county. Asked to, adds what they lack; nothing
/// that stands in a plan is changed or taken away.
///
/// # Errors
/// `NotFound` without such a template.
pub fn complete(
    tx: &mut DbConn,
    context: &Context,
    template_id: Id,
    apply: bool,
) -> Result<LivePlans> {
    let template = phase_templates::find(tx, template_id)?.ok_or(Error::NotFound)?;
    let asked = TemplateGoals::from_json(&template.goals)?.0;
    let county = match template.organization_id {
        Some(organization_id) => Some(Subtree {
            organization_id,
            path: organizations::store::path(tx, organization_id)?.ok_or(Error::NotFound)?,
        }),
        None => None,
    };
    let mut count = LivePlans::default();
    let mut after = None;
    loop {
        let plans = completing_store::live(tx, template.phase, county.as_ref(), after, apply)?;
        after = plans.last().map(|last| last.id);
        let is_last = plans.len() < ROWS_PER_STATEMENT;
        let mut completed = Vec::new();
        for plan in plans {
            let mut stands = plan.goals()?;
            let lacking = lacking(context, &plan, &stands, &asked);
            if lacking.is_empty() {
                continue;
            }
            count.differing += 1;
            if !apply {
                continue;
            }
            stands.extend(lacking);
            completed.push(Plan {
                version: plan.version + 1,
                updated_at: context.now,
                goals: list_to_json(&stands)?,
                ..plan
            });
        }
        write(tx, context, &completed)?;
        count.completed += completed.len();
        if is_last {
            return Ok(count);
        }
    }
}

/// The goals that a template asks for and a plan does not have, by title; due within the plan's days, and not before today.
fn lacking(context: &Context, plan: &Plan, stands: &[Goal], asked: &[TemplateGoal]) -> Vec<Goal> {
    let room = MOST_GOALS.saturating_sub(stands.len());
    let lacks = |goal: &&TemplateGoal| {
        let title = goal.title.as_str();
        stands.iter().all(|known| known.title != title)
    };
    let lacking = asked.iter().filter(lacks).take(room);
    lacking
        .map(|goal| {
            let mut goal = planned(context, goal, plan.starts_on);
            if goal.due_on < context.today {
                goal.due_on = plan.ends_on;
            }
            goal
        })
        .collect()
}

fn write(tx: &mut DbConn, context: &Context, plans: &[Plan]) -> Result<()> {
    if plans.is_empty() {
        return Ok(());
    }
    completing_store::write_many(tx, plans)?;
    let changes: Vec<Change<'_>> = plans
        .iter()
        .map(|plan| Change {
            changed_fields: &["goals"],
            organization_id: Some(plan.present_organization_id),
            cadre_id: Some(plan.cadre_id),
            ..Change::new("plan.completed", "plan", plan.id, plan.version)
        })
        .collect();
    journal::record_many(tx, context, &changes)
}
