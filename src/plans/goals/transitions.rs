//! What may be done with a goal: it is written, done, dropped, carried, and opened again.

use super::evidence;
use super::request::{CarryPlanGoal, DonePlanGoal, DropPlanGoal, ReopenPlanGoal};
use super::{Goal, GoalSource, GoalStatus, carrying};
use crate::access::Permission::PlansWrite;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::journal;
use crate::plans::model::{Plan, PlanRecord};
use crate::plans::response::PlanResponse;
use crate::plans::rules::Writer;
use crate::plans::service::writable;
use crate::plans::transitions::is_its_plan;
use crate::transitions::{self, Begun, Resource, Transition, read_back, record};
use crate::values::{Date, Text, list_to_json};

use GoalState::{Carried, Done, Dropped, Open, OpenInLastYear, Over};

/// Where a goal stands, as far as its verbs care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoalState {
    /// To be done.
    Open,
    /// To be done, and there is no year after to carry it into.
    OpenInLastYear,
    /// Done.
    Done,
    /// Given up.
    Dropped,
    /// Taken into the next year.
    Carried,
    /// Whatever became of it: its plan is over.
    Over,
}

/// A goal with the plan in which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedGoal {
    /// The plan.
    pub plan: Plan,
    /// Its goals.
    pub goals: Vec<Goal>,
    at: usize,
}

impl PlannedGoal {
    /// The goal.
    pub fn goal(&self) -> &Goal {
        &self.goals[self.at]
    }

    fn with(&self, goal: Goal) -> Result<Self> {
        let mut goals = self.goals.clone();
        goals[self.at] = goal;
        let mut plan = self.plan.clone();
        plan.goals = list_to_json(&goals)?;
        Ok(Self {
            plan,
            goals,
            at: self.at,
        })
    }
}

impl Resource for PlannedGoal {
    is_its_plan!();

    type State = GoalState;
    const TRANSITIONS: &'static [Transition<GoalState>] = &[
        Transition {
            verb: "put_plan_goal",
            from: &[Open, OpenInLastYear],
            to: &[],
            permission: PlansWrite,
        },
        Transition {
            verb: "done_plan_goal",
            from: &[Open, OpenInLastYear],
            to: &[Done],
            permission: PlansWrite,
        },
        Transition {
            verb: "drop_plan_goal",
            from: &[Open, OpenInLastYear],
            to: &[Dropped],
            permission: PlansWrite,
        },
        Transition {
            verb: "carry_plan_goal",
            from: &[Open],
            to: &[Carried],
            permission: PlansWrite,
        },
        Transition {
            verb: "reopen_plan_goal",
            from: &[Done, Dropped],
            to: &[Open, OpenInLastYear],
            permission: PlansWrite,
        },
    ];

    fn state(&self, _: &Context) -> GoalState {
        state(&self.plan, self.goal())
    }
}

fn state(plan: &Plan, goal: &Goal) -> GoalState {
    match goal.status {
        _ if !plan.status.is_live() => Over,
        GoalStatus::Open if plan.phase.next().is_none() => OpenInLastYear,
        GoalStatus::Open => Open,
        GoalStatus::Done => Done,
        GoalStatus::Dropped => Dropped,
        GoalStatus::Carried => Carried,
    }
}

/// What a writer could do with a goal now.
pub fn allowed(plan: &Plan, goal: &Goal, writer: Option<Writer>) -> Vec<&'static str> {
    let Some(writer) = writer else {
        return Vec::new();
    };
    let mut verbs = transitions::allowed::<PlannedGoal>(state(plan, goal), |_| true);
    verbs.retain(|verb| may(writer, goal.source, verb));
    verbs
}

/// The cadre amends and drops what they proposed; mentors and the unit do all there is.
fn may(writer: Writer, source: GoalSource, verb: &str) -> bool {
    let is_own = source == GoalSource::Self_ && matches!(verb, "put_plan_goal" | "drop_plan_goal");
    writer == Writer::Guide || is_own
}

/// Where a goal is, in which plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoalPath {
    /// The plan.
    pub plan_id: Id,
    /// The goal in it.
    pub goal_id: Id,
}

/// Begins a verb on a goal that stands in its plan.
fn begin<'a>(
    tx: &mut DbConn,
    context: &'a Context,
    verb: &'static str,
    path: GoalPath,
) -> Result<Begun<'a, PlannedGoal>> {
    let (record, writer) = writable(tx, context, path.plan_id)?;
    let goals = record.plan.goals()?;
    let at = goals.iter().position(|goal| goal.id == path.goal_id);
    let at = at.ok_or(Error::NotFound)?;
    begin_at(context, verb, record, writer, (goals, at))
}

/// The same, where the plan is read already.
///
/// # Errors
/// `Forbidden` for a cadre on what they did not propose.
pub fn begin_at<'a>(
    context: &'a Context,
    verb: &'static str,
    record: PlanRecord,
    writer: Writer,
    (goals, at): (Vec<Goal>, usize),
) -> Result<Begun<'a, PlannedGoal>> {
    if !may(writer, goals[at].source, verb) {
        return Err(Error::Forbidden(None));
    }
    let plan = record.plan;
    Ok(Begun::new(context, verb, PlannedGoal { plan, goals, at }))
}

/// Writes a goal as a verb leaves it.
///
/// # Errors
/// `StaleVersion`.
pub fn finish(
    tx: &mut DbConn,
    context: &Context,
    begun: &Begun<'_, PlannedGoal>,
    goal: Goal,
    action: &'static str,
) -> Result<PlanResponse> {
    let reason = goal.reason.clone();
    let row = begun.write(tx, begun.row.with(goal)?)?;
    record(tx, context, action, &row, &["goals"], reason.as_deref())?;
    read_back::<Plan>(tx, context, row.id())
}

/// Says that a goal is done.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalTransition`, `StaleVersion`, `Invalid`.
pub fn done(
    tx: &mut DbConn,
    context: &Context,
    path: GoalPath,
    input: &DonePlanGoal,
) -> Result<PlanResponse> {
    let begun = begin(tx, context, "done_plan_goal", path)?;
    let before = begun.row.goal();
    let said_again = before.evidence == input.evidence.0
        && input.done_on.is_none_or(|day| before.done_on == Some(day));
    if is_repeated(context, before, GoalStatus::Done, said_again) {
        return read_back::<Plan>(tx, context, path.plan_id);
    }
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    let (day, first) = (
        input.done_on.unwrap_or(context.today),
        begun.row.plan.starts_on,
    );
    if day > context.today {
        errors.push("/doneOn", Fault::new("date-in-future"));
    } else if day < first {
        let fault = Fault::with("out-of-range", &[&first, &context.today]);
        errors.push("/doneOn", fault);
    }
    let cadre_id = begun.row.plan.cadre_id;
    evidence::check(tx, context, cadre_id, &input.evidence.0, &mut errors)?;
    errors.into_result()?;
    let goal = Goal {
        status: GoalStatus::Done,
        done_on: Some(day),
        reason: None,
        evidence: input.evidence.0.clone(),
        decided_by: context.actor.id(),
        ..before.clone()
    };
    finish(tx, context, &begun, goal, "plan.goal-done")
}

/// Gives a goal up.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalTransition`, `StaleVersion`.
pub fn give_up(
    tx: &mut DbConn,
    context: &Context,
    path: GoalPath,
    input: &DropPlanGoal,
) -> Result<PlanResponse> {
    let begun = begin(tx, context, "drop_plan_goal", path)?;
    let (before, reason) = (begun.row.goal(), Some(input.reason.as_str()));
    let said_again = before.reason.as_deref() == reason;
    if is_repeated(context, before, GoalStatus::Dropped, said_again) {
        return read_back::<Plan>(tx, context, path.plan_id);
    }
    begun.require(tx)?;
    let goal = Goal {
        status: GoalStatus::Dropped,
        reason: reason.map(str::to_owned),
        decided_by: context.actor.id(),
        ..before.clone()
    };
    finish(tx, context, &begun, goal, "plan.goal-dropped")
}

/// Takes a goal into the plan of the next year: at once where that has begun, otherwise when it does.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalTransition`, also where the next year is over, `StaleVersion`, `Invalid`, `CapacityExceeded`.
pub fn carry(
    tx: &mut DbConn,
    context: &Context,
    path: GoalPath,
    input: &CarryPlanGoal,
) -> Result<PlanResponse> {
    let begun = begin(tx, context, "carry_plan_goal", path)?;
    let (before, reason) = (begun.row.goal(), input.reason.as_ref().map(Text::as_str));
    let said_again = before.reason.as_deref() == reason
        && input
            .due_on
            .is_none_or(|day| before.carried_due_on == Some(day));
    if is_repeated(context, before, GoalStatus::Carried, said_again) {
        return read_back::<Plan>(tx, context, path.plan_id);
    }
    begun.require(tx)?;
    let plan = &begun.row.plan;
    let (first, last) = carrying::next_days(tx, plan)?;
    let day: Date = input.due_on.unwrap_or(last);
    if !(first..=last).contains(&day) {
        let fault = Fault::with("out-of-range", &[&first, &last]);
        return Err(Error::Invalid(FieldErrors::one("/dueOn", fault)));
    }
    let goal = Goal {
        status: GoalStatus::Carried,
        reason: reason.map(str::to_owned),
        decided_by: context.actor.id(),
        carried_due_on: Some(day),
        ..before.clone()
    };
    let takes_it = carrying::into_next(tx, context, plan, &goal)?;
    begun.require_that(tx, takes_it)?;
    finish(tx, context, &begun, goal, "plan.goal-carried")
}

/// Opens a goal again that was done or given up.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalTransition`, `StaleVersion`.
pub fn reopen(
    tx: &mut DbConn,
    context: &Context,
    path: GoalPath,
    input: &ReopenPlanGoal,
) -> Result<PlanResponse> {
    let begun = begin(tx, context, "reopen_plan_goal", path)?;
    let (before, reason) = (begun.row.goal(), Some(input.reason.as_str()));
    let said_again = before.reason.as_deref() == reason;
    if is_repeated(context, before, GoalStatus::Open, said_again) {
        return read_back::<Plan>(tx, context, path.plan_id);
    }
    begun.require(tx)?;
    let goal = Goal {
        status: GoalStatus::Open,
        done_on: None,
        reason: reason.map(str::to_owned),
        evidence: Vec::new(),
        decided_by: context.actor.id(),
        ..before.clone()
    };
    finish(tx, context, &begun, goal, "plan.goal-reopened")
}

/// Whether the caller has said this of a goal before, in the same words.
fn is_repeated(context: &Context, goal: &Goal, status: GoalStatus, said_again: bool) -> bool {
    let by_caller = journal::created_by_caller(context, goal.decided_by);
    goal.status == status && by_caller && said_again
}
