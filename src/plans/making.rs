//! Plans are made for every cadre when a phase begins, from the template of that day.

use super::goals::{self, Carried, Goal, GoalSource};
use super::making_store::{self, Planless};
use super::model::{Plan, PlanStatus};
use super::shifts::{self, Turns};
use crate::cadres::{self, Phase};
use crate::context::Context;
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, UtcTimestamp};
use crate::error::Result;
use crate::journal::{self, Change};
use crate::phase_templates::{TemplateGoal, TemplatesOfDay};
use crate::values::{Date, Text, list_to_json};

/// Makes the plans of the phases that begin on a day, from the templates of that day, and tells how many.
///
/// # Errors
/// When the database refuses.
pub fn make_beginning(tx: &mut DbConn, context: &Context, day: Date) -> Result<usize> {
    making_store::lock_making(tx)?;
    let templates = TemplatesOfDay::find(tx, day)?;
    let mut made = 0;
    for phase in Phase::YEARS {
        let (from, last) = cadres::reported_for(phase, day);
        let mut planless = making_store::planless(tx, phase, (from, last), None, None)?;
        planless.retain(|cadre| {
            cadres::days_of(phase, cadre.reported_on).is_some_and(|(first, _)| first == day)
        });
        made += make(tx, context, phase, &templates, &planless)?;
    }
    Ok(made)
}

/// Makes some of the plans of a day's phases for those in the programme who have none, and tells how many; none when there is nothing
/// left to make. Of all cadres, or of those only who changed since a moment.
///
/// # Errors
/// When the database refuses.
pub fn make_some(
    tx: &mut DbConn,
    context: &Context,
    day: Date,
    since: Option<UtcTimestamp>,
) -> Result<usize> {
    making_store::lock_making(tx)?;
    let templates = TemplatesOfDay::find(tx, day)?;
    for phase in Phase::YEARS {
        let (Some(from), before) = cadres::reported_between(phase, day) else {
            continue;
        };
        let last = before.map_or(day, |before| before.plus_days(-1));
        let some = Some(ROWS_PER_STATEMENT);
        let planless = making_store::planless(tx, phase, (from, last), since, some)?;
        let made = make(tx, context, phase, &templates, &planless)?;
        if made > 0 {
            return Ok(made);
        }
    }
    Ok(0)
}

/// Makes all of them, in one transaction: for a database that is being filled.
///
/// # Errors
/// When the database refuses.
pub fn make_all(tx: &mut DbConn, context: &Context) -> Result<()> {
    while make_some(tx, context, context.today, None)? > 0 {}
    Ok(())
}

/// Makes a phase's plans of some cadres; none where the city has no template.
fn make(
    tx: &mut DbConn,
    context: &Context,
    phase: Phase,
    templates: &TemplatesOfDay,
    planless: &[Planless],
) -> Result<usize> {
    let carried = making_store::before(tx, phase, planless)?;
    let mut rows = Vec::with_capacity(planless.len());
    for cadre in planless {
        let carried = carried.get(&cadre.cadre_id);
        rows.extend(row(context, phase, templates, cadre, carried)?);
    }
    making_store::insert_many(tx, &rows)?;
    let changed = ["cadreId", "phase", "theme", "goals", "startsOn", "endsOn"];
    let changes: Vec<Change<'_>> = rows
        .iter()
        .map(|row| Change {
            changed_fields: &changed,
            organization_id: Some(row.organization_id),
            cadre_id: Some(row.cadre_id),
            ..Change::new("plan.created", "plan", row.id, row.version)
        })
        .collect();
    journal::record_many(tx, context, &changes)?;
    Ok(rows.len())
}

/// Removes with a cadre the drafts that the day's job made and that have no word of theirs; any other plan stays, and with it the cadre.
///
/// # Errors
/// When the database refuses.
pub fn remove_untouched(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    let mut drafts = making_store::of_cadre(tx, cadre_id)?;
    drafts.retain(is_untouched);
    if drafts.is_empty() {
        return Ok(());
    }
    making_store::delete_many(tx, drafts.iter().map(|plan| plan.id).collect())?;
    let changes: Vec<Change<'_>> = drafts
        .iter()
        .map(|plan| Change {
            organization_id: Some(plan.present_organization_id),
            cadre_id: Some(cadre_id),
            ..Change::new("plan.deleted", "plan", plan.id, plan.version + 1)
        })
        .collect();
    journal::record_many(tx, context, &changes)
}

/// Whether a plan has no word of anybody's but its template.
fn is_untouched(plan: &Plan) -> bool {
    let goals = plan.goals().unwrap_or_default();
    plan.status == PlanStatus::Draft
        && plan.career_plan.is_none()
        && goals.iter().all(Goal::is_untouched)
}

/// The plan of a cadre: the city's theme and goals, the county's goals after them, and those carried over from the year before.
fn row(
    context: &Context,
    phase: Phase,
    templates: &TemplatesOfDay,
    cadre: &Planless,
    carried: Option<&Carried>,
) -> Result<Option<Plan>> {
    let Some((template, theme)) = templates.of_city(phase) else {
        return Ok(None);
    };
    let turns = Turns {
        reported_on: cadre.reported_on,
        suspensions: &[],
        probation_extended_until: cadre.probation_extended_until,
    };
    let Some(days) = shifts::days_of(phase, turns) else {
        return Ok(None);
    };
    let goals = templates.goals(phase, &cadre.path);
    let mut goals: Vec<Goal> = goals
        .iter()
        .map(|goal| planned(context, goal, days.starts_on))
        .collect();
    if let Some(carried) = carried {
        goals.extend(goals::arriving(context, carried)?);
    }
    Ok(Some(Plan {
        id: context.new_id(),
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: context.actor.id(),
        cadre_id: cadre.cadre_id,
        phase,
        template_id: template.id,
        theme: theme.to_owned(),
        goals: list_to_json(&goals)?,
        career_plan: None,
        status: PlanStatus::Draft,
        starts_on: days.starts_on,
        planned_ends_on: days.planned_ends_on,
        ends_on: days.planned_ends_on,
        shifts: list_to_json(&days.shifts)?,
        decisions: "[]".to_owned(),
        organization_id: cadre.organization_id,
        present_organization_id: cadre.organization_id,
    }))
}

/// A goal as a plan has it that begins on a day: one that is due within so many months is due on the last day of them.
pub fn planned(context: &Context, goal: &TemplateGoal, starts_on: Date) -> Goal {
    let measure = goal.measure.as_ref().map(Text::as_str).map(str::to_owned);
    let title = goal.title.as_str().to_owned();
    let due_on = starts_on.plus_months(goal.due_after_months.0).plus_days(-1);
    Goal {
        required: goal.required,
        ..Goal::open(
            context.new_id(),
            title,
            measure,
            due_on,
            GoalSource::Template,
        )
    }
}
