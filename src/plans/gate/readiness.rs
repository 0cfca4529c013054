//! What speaks for passing the gate, as data. That nothing is missing is not a decision.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{is_qualified, opens_on};
use crate::access::Permission;
use crate::cadres::Phase;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::evaluations::{
    self, EvaluationKind, EvaluationRecord, EvaluatorRelation, Hundredths, ObjectionStatus,
};
use crate::growth_entries::{self, EntryKind};
use crate::plans::goals::{Goal, GoalStatus};
use crate::plans::model::{Plan, PlanStatus};
use crate::plans::transitions::{PlanState, state};
use crate::plans::{rules, store};
use crate::training::{self, HoursOfYear, Induction, TrainingYears};
use crate::values::{Date, text_enum};

/// Most evaluations that are shown.
const MOST_EVALUATIONS: i64 = 100;

text_enum! {
    /// What has to be there before the data of a gate are complete.
    pub enum GateRequirement {
        /// The plan is in effect.
        PlanInEffect = "PLAN_IN_EFFECT",
        /// A goal that the phase asks for is done, dropped or carried.
        RequiredGoal = "REQUIRED_GOAL",
        /// An evaluation of the phase is confirmed.
        Evaluation = "EVALUATION",
        /// R03: the assessment of probation is confirmed with a result that lets pass.
        ProbationResult = "PROBATION_RESULT",
        /// Objections are answered.
        ObjectionAnswered = "OBJECTION_ANSWERED",
        /// R04: the days of induction within probation.
        InductionDays = "INDUCTION_DAYS",
        /// R22: the hours of training of a calendar year that is over.
        TrainingHours = "TRAINING_HOURS",
    }
}

/// What is not there yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MissingForGate {
    /// What; more will come.
    #[schema(value_type = String, max_length = 32, example = "REQUIRED_GOAL", extensions(("x-code-set" = json!("gate-requirement"))))]
    pub requirement: GateRequirement,
    /// The goal, where it is one.
    pub goal_id: Option<Id>,
    /// The goal's title.
    #[schema(max_length = 200)]
    pub title: Option<String>,
    /// The calendar year, where hours of training are missing.
    #[schema(minimum = 1950, maximum = 2099)]
    pub year: Option<i32>,
    /// How many hours of training, or days of induction.
    #[schema(minimum = 1)]
    pub short_by: Option<i32>,
}

/// How many of some goals are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct GoalProgress {
    /// Done.
    #[schema(minimum = 0, maximum = 200)]
    pub done: usize,
    /// Of how many.
    #[schema(minimum = 0, maximum = 200)]
    pub of: usize,
}

/// A confirmed evaluation of the phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateEvaluation {
    /// The evaluation.
    pub id: Id,
    /// What it was for.
    #[schema(value_type = String, max_length = 32, example = "ORDINARY", extensions(("x-code-set" = json!("evaluation-kind"))))]
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period.
    pub period_to: Date,
    /// What the writer is to the cadre.
    pub evaluator_relation: EvaluatorRelation,
    /// Grade.
    #[schema(max_length = 32)]
    pub grade: Option<String>,
    /// Mean of the scores.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 100)]
    pub overall_score: Option<Hundredths>,
}

/// What speaks for passing the gate of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PlanGate)]
pub struct GateResponse {
    /// The plan.
    pub plan_id: Id,
    /// Whose it is.
    pub cadre_id: Id,
    /// The year of the programme.
    pub phase: Phase,
    /// The first day on which a decision is taken.
    pub opens_on: Date,
    /// The last day of the plan.
    pub ends_on: Date,
    /// Whether a decision can be taken now.
    pub open: bool,
    /// Whether nothing is missing. The decision is a person's.
    pub ready: bool,
    /// What is missing.
    #[schema(max_items = 210)]
    pub missing: Vec<MissingForGate>,
    /// Goals that the phase asks for.
    pub required_goals: GoalProgress,
    /// All goals.
    pub goals: GoalProgress,
    /// Confirmed evaluations of the phase that this caller reads, the latest period first.
    #[schema(max_items = 100)]
    pub evaluations: Vec<GateEvaluation>,
    /// Talks in the growth file since the first day of the phase.
    #[schema(minimum = 0)]
    pub talks: i64,
    /// Hours of training in the calendar years of the phase, against their duty (R22).
    #[schema(max_items = 8)]
    pub training_hours: Vec<HoursOfYear>,
    /// Days of induction within probation (R04); null in later years.
    pub induction: Option<Induction>,
    /// The result of probation, a code; null until one is confirmed, and in later years.
    #[schema(max_length = 32, extensions(("x-code-set" = json!("probation-result"))))]
    pub probation_result: Option<String>,
    /// Objections that wait for an answer: to evaluations of the phase and to the latest decision.
    #[schema(minimum = 0, maximum = 101)]
    pub open_objections: usize,
}

/// What speaks for passing the gate of a plan.
///
/// # Errors
/// `NotFound` out of reach.
pub fn readiness(conn: &mut DbConn, context: &Context, id: Id) -> Result<GateResponse> {
    let record = store::find_record(conn, id)?;
    let record = record.filter(|record| rules::writer(record, &context.reach).is_some());
    let plan = record.ok_or(Error::NotFound)?.plan;
    let of_phase = evaluations_of(conn, context, &plan)?;
    let talks = growth_entries::store::count_between(
        conn,
        plan.cadre_id,
        EntryKind::Talk,
        (plan.starts_on, plan.ends_on),
    )?;
    let probation_result = match plan.phase {
        Phase::Seedling => evaluations::probation_result(conn, plan.cadre_id)?,
        _ => None,
    };
    let probation_result = probation_result.and_then(|result| result.grade);
    let goals = plan.goals()?;
    let open_objections = open_objections(&plan, &of_phase)?;
    let days = (plan.starts_on, plan.ends_on);
    let trained = training::years_of(conn, context, plan.cadre_id, days)?;
    let mut missing = missing(
        &plan,
        &goals,
        &of_phase,
        probation_result.as_deref(),
        open_objections,
    );
    missing.extend(missing_training(&plan, &trained, context.today));
    let required = |goal: &&Goal| goal.required;
    Ok(GateResponse {
        plan_id: plan.id,
        cadre_id: plan.cadre_id,
        phase: plan.phase,
        opens_on: opens_on(plan.ends_on),
        ends_on: plan.ends_on,
        open: state(&plan, context.today) == PlanState::AtGate,
        ready: missing.is_empty(),
        missing,
        required_goals: progress(goals.iter().filter(required)),
        goals: progress(goals.iter()),
        evaluations: of_phase.into_iter().map(shown).collect(),
        talks,
        training_hours: trained.years,
        induction: (plan.phase == Phase::Seedling).then_some(trained.induction),
        probation_result,
        open_objections,
    })
}

/// The confirmed evaluations of the year that exist for the caller.
fn evaluations_of(
    conn: &mut DbConn,
    context: &Context,
    plan: &Plan,
) -> Result<Vec<EvaluationRecord>> {
    let context = context.under(Permission::EvaluationsRead);
    let since = Some(plan.starts_on);
    let mut found =
        evaluations::confirmed_of(conn, &context, plan.cadre_id, since, MOST_EVALUATIONS)?;
    found.retain(|record| record.evaluation.period_to <= plan.ends_on);
    Ok(found)
}

fn shown(record: EvaluationRecord) -> GateEvaluation {
    let row = record.evaluation;
    GateEvaluation {
        id: row.id,
        kind: row.kind,
        period_from: row.period_from,
        period_to: row.period_to,
        evaluator_relation: row.evaluator_relation,
        grade: row.grade,
        overall_score: row.overall_score.map(Hundredths),
    }
}

fn progress<'a>(goals: impl Iterator<Item = &'a Goal>) -> GoalProgress {
    goals.fold(GoalProgress { done: 0, of: 0 }, |sum, goal| GoalProgress {
        done: sum.done + usize::from(goal.status == GoalStatus::Done),
        of: sum.of + 1,
    })
}

fn open_objections(plan: &Plan, of_phase: &[EvaluationRecord]) -> Result<usize> {
    let mut open = 0;
    for record in of_phase {
        let objection = record.evaluation.objection()?;
        open += usize::from(
            objection.is_some_and(|objection| objection.status == ObjectionStatus::Open),
        );
    }
    let decisions = plan.decisions()?;
    let latest = decisions
        .last()
        .and_then(|latest| latest.objection.as_ref());
    let is_open = latest.is_some_and(|objection| objection.status == ObjectionStatus::Open);
    Ok(open + usize::from(is_open))
}

const fn lacking(requirement: GateRequirement) -> MissingForGate {
    MissingForGate {
        requirement,
        goal_id: None,
        title: None,
        year: None,
        short_by: None,
    }
}

/// The days of induction that the first year asks for, and the hours of calendar years that are over.
fn missing_training(plan: &Plan, trained: &TrainingYears, today: Date) -> Vec<MissingForGate> {
    let mut missing = Vec::new();
    let induction = trained.induction.short_by;
    if plan.phase == Phase::Seedling && induction > 0 {
        missing.push(MissingForGate {
            short_by: Some(induction),
            ..lacking(GateRequirement::InductionDays)
        });
    }
    let is_over = |year| Date::days_of_year(year).is_some_and(|(_, last)| last < today);
    let short = trained
        .years
        .iter()
        .filter(|of| of.short_by > 0 && is_over(of.year));
    missing.extend(short.map(|of| MissingForGate {
        year: Some(of.year),
        short_by: Some(of.short_by),
        ..lacking(GateRequirement::TrainingHours)
    }));
    missing
}

fn missing(
    plan: &Plan,
    goals: &[Goal],
    of_phase: &[EvaluationRecord],
    probation_result: Option<&str>,
    open_objections: usize,
) -> Vec<MissingForGate> {
    let mut missing = Vec::new();
    if plan.status == PlanStatus::Draft {
        missing.push(lacking(GateRequirement::PlanInEffect));
    }
    let open = goals
        .iter()
        .filter(|goal| goal.required && goal.status == GoalStatus::Open);
    missing.extend(open.map(|goal| MissingForGate {
        goal_id: Some(goal.id),
        title: Some(goal.title.clone()),
        ..lacking(GateRequirement::RequiredGoal)
    }));
    if of_phase.is_empty() {
        missing.push(lacking(GateRequirement::Evaluation));
    }
    if plan.phase == Phase::Seedling && !is_qualified(plan.starts_on, probation_result) {
        missing.push(lacking(GateRequirement::ProbationResult));
    }
    if open_objections > 0 {
        missing.push(lacking(GateRequirement::ObjectionAnswered));
    }
    missing
}
