//! A plan as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::gate::{self, DecisionResponse};
use super::goals::{self, Goal, PlanGoal};
use super::model::{Plan, PlanRecord, PlanStatus};
use super::rules;
use super::shifts::{self, PlanShift};
use super::transitions::state;
use crate::access::Permission::{PlansRead, PlansWrite};
use crate::cadres::Phase;
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::http::versioned;
use crate::listing::Fields;
use crate::transitions;
use crate::values::Date;

/// What a cadre is to reach in a year of the programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Plan)]
pub struct PlanResponse {
    /// The plan's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// The cadre.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: String,
    /// The year of the programme.
    pub phase: Phase,
    /// The city's template that it was made from.
    pub template_id: Id,
    /// The theme.
    #[schema(max_length = 200)]
    pub theme: String,
    /// The goals: the city's first, then the county's, then what was carried over and added.
    #[schema(max_items = 200)]
    pub goals: Vec<PlanGoal>,
    /// What the cadre wants of the career, in their own words.
    #[schema(max_length = 4000)]
    pub career_plan: Option<String>,
    /// Where the plan stands.
    pub status: PlanStatus,
    /// The first day of the phase.
    pub starts_on: Date,
    /// By how many days the last day is later than that of the phase, before the gate: as many as the longest of `shifts`.
    #[schema(minimum = 0)]
    pub shifted_days: i64,
    /// What moved it.
    #[schema(max_items = 8)]
    pub shifts: Vec<PlanShift>,
    /// The last day of the phase, as its shifts have it.
    pub planned_ends_on: Date,
    /// The last day: another than that of the phase where the gate gave more time.
    pub ends_on: Date,
    /// What was decided at the gate, the latest last.
    #[schema(max_items = 100)]
    pub decisions: Vec<DecisionResponse>,
    /// The unit it was made in.
    pub organization_id: Id,
    /// The unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<Plan>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(PlanResponse, "plan");

impl PlanResponse {
    /// The plan as this caller sees it, of a row that was read for these members.
    ///
    /// # Errors
    /// When the stored goals cannot be read.
    pub fn from_record(record: PlanRecord, fields: &Fields, context: &Context) -> Result<Self> {
        let allowed_actions = fields.when("allowedActions", || {
            let may = |permission| rules::writer(&record, &context.reach_of(permission)).is_some();
            transitions::allowed::<Plan>(state(&record.plan, context.today), may)
        });
        let goals = shown_goals(&record, fields, context)?;
        let decisions = shown_decisions(&record, fields, context)?;
        let PlanRecord {
            plan,
            cadre_name,
            organization,
            ..
        } = record;
        let shifts = plan.shifts()?;
        Ok(Self {
            id: plan.id,
            version: plan.version,
            created_at: plan.created_at,
            updated_at: plan.updated_at,
            cadre_id: plan.cadre_id,
            cadre_name,
            phase: plan.phase,
            template_id: plan.template_id,
            theme: plan.theme,
            goals,
            career_plan: plan.career_plan,
            status: plan.status,
            starts_on: plan.starts_on,
            shifted_days: shifts::shifted_days(&shifts),
            shifts,
            planned_ends_on: plan.planned_ends_on,
            ends_on: plan.ends_on,
            decisions,
            organization_id: plan.organization_id,
            organization_name: organization.0,
            allowed_actions,
        })
    }
}

/// The goals, each with what this caller may do with it.
fn shown_goals(record: &PlanRecord, fields: &Fields, context: &Context) -> Result<Vec<PlanGoal>> {
    if !fields.has("goals") {
        return Ok(Vec::new());
    }
    let plan = &record.plan;
    let writer = rules::writer(record, &context.reach_of(PlansWrite));
    let shown = |goal: Goal| {
        let allowed_actions = goals::allowed(plan, &goal, writer);
        PlanGoal::new(goal, allowed_actions)
    };
    let goals = plan.goals()?;
    Ok(goals.into_iter().map(shown).collect())
}

/// The decisions that this caller may know of, the latest with what they may do with it: those who are decided about, and mentors,
/// learn of what holds.
fn shown_decisions(
    record: &PlanRecord,
    fields: &Fields,
    context: &Context,
) -> Result<Vec<DecisionResponse>> {
    if !fields.has("decisions") {
        return Ok(Vec::new());
    }
    let decisions = record.plan.decisions()?;
    if decisions.is_empty() {
        return Ok(Vec::new());
    }
    let reach = context.reach_of(PlansRead);
    let is_staff = reach.covers(&record.organization.1) || reach.covers(&record.present_path);
    let may = |permission| rules::writer(record, &context.reach_of(permission)).is_some();
    let latest = decisions.len();
    let shown = (1..).zip(decisions);
    let shown = shown.filter(|(_, decision)| is_staff || decision.is_disclosed());
    Ok(shown
        .map(|(n, decision)| {
            let actions = if n == latest {
                gate::allowed(record.plan.status, &decision, context.today, may)
            } else {
                Vec::new()
            };
            DecisionResponse::new(decision, actions)
        })
        .collect())
}
