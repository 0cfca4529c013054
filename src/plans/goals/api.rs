//! Endpoints of goals.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, post, put};

use super::request::{CarryPlanGoal, DonePlanGoal, DropPlanGoal, PutPlanGoal, ReopenPlanGoal};
use super::transitions::{self, GoalPath};
use super::writing;
use crate::access::Permission::PlansWrite;
use crate::access::markers;
use crate::error::{Error, Result};
use crate::http::{
    Authorized, Endpoints, JsonBody, Operation, OptionalBody, Outcome, Reply, State, id_segment,
};
use crate::plans::response::PlanResponse;

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(put_plan_goal)
            .service(done_plan_goal)
            .service(drop_plan_goal)
            .service(carry_plan_goal)
            .service(reopen_plan_goal);
    },
    operations: &[
        Operation::guarded("put_plan_goal", PlansWrite, 5),
        Operation::guarded("done_plan_goal", PlansWrite, 5),
        Operation::guarded("drop_plan_goal", PlansWrite, 6),
        Operation::guarded("carry_plan_goal", PlansWrite, 10),
        Operation::guarded("reopen_plan_goal", PlansWrite, 6),
    ],
};

impl FromRequest for GoalPath {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let path = || {
            Ok(Self {
                plan_id: id_segment(request, "id")?,
                goal_id: id_segment(request, "goalId")?,
            })
        };
        ready(path())
    }
}

/// Put a goal into a plan
///
/// Under an id of the caller's. The cadre proposes and amends their own; mentors and the unit write any. One that is there is written
/// over while it is open, with the `ETag` of the plan in `If-Match` only if nobody wrote since; the same again writes nothing.
#[utoipa::path(
    tag = "plans",
    params(
        ("id" = crate::db::Id, Path, description = "The plan's id."),
        ("goalId" = crate::db::Id, Path, description = "The goal's id."),
    ),
    request_body(content = PutPlanGoal, example = json!({ "title": "独立办理三件信访事项", "measure": "办结回访满意", "dueOn": "2023-08-01" })),
    responses(
        (status = 200, description = "The plan.", body = PlanResponse),
        (status = 201, description = "The plan, with a new goal.", body = PlanResponse),
    ),
)]
#[put("/plans/{id}/goals/{goalId}")]
pub async fn put_plan_goal(
    guard: Authorized<markers::PlansWrite>,
    state: State,
    path: GoalPath,
    body: JsonBody<PutPlanGoal>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            match writing::put(tx, context, path, &body.value)? {
                Outcome::Created(plan) => Reply::resource(201, &plan),
                Outcome::Updated(plan) | Outcome::Unchanged(plan) => Reply::resource(200, &plan),
            }
        })
        .await
}

/// Do a goal of a plan
///
/// By a mentor or the unit, with the records that show it.
#[utoipa::path(
    tag = "plans",
    params(
        ("id" = crate::db::Id, Path, description = "The plan's id."),
        ("goalId" = crate::db::Id, Path, description = "The goal's id."),
    ),
    request_body = Option<DonePlanGoal>,
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[post("/plans/{id}/goals/{goalId}/_done")]
pub async fn done_plan_goal(
    guard: Authorized<markers::PlansWrite>,
    state: State,
    path: GoalPath,
    body: OptionalBody<DonePlanGoal>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::done(tx, context, path, &body.value)
        })
        .await
}

/// Drop a goal of a plan
///
/// By a mentor or the unit; by the cadre, where they proposed it.
#[utoipa::path(
    tag = "plans",
    params(
        ("id" = crate::db::Id, Path, description = "The plan's id."),
        ("goalId" = crate::db::Id, Path, description = "The goal's id."),
    ),
    request_body = DropPlanGoal,
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[post("/plans/{id}/goals/{goalId}/_drop")]
pub async fn drop_plan_goal(
    guard: Authorized<markers::PlansWrite>,
    state: State,
    path: GoalPath,
    body: JsonBody<DropPlanGoal>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::give_up(tx, context, path, &value)
        })
        .await
}

/// Carry a goal into the next plan
///
/// By a mentor or the unit. It stands in the next year's plan at once, or as soon as that is made; `dueOn` is a day of that year.
#[utoipa::path(
    tag = "plans",
    params(
        ("id" = crate::db::Id, Path, description = "The plan's id."),
        ("goalId" = crate::db::Id, Path, description = "The goal's id."),
    ),
    request_body = Option<CarryPlanGoal>,
    responses((status = 200, description = "The plan it is carried from.", body = PlanResponse)),
)]
#[post("/plans/{id}/goals/{goalId}/_carry")]
pub async fn carry_plan_goal(
    guard: Authorized<markers::PlansWrite>,
    state: State,
    path: GoalPath,
    body: OptionalBody<CarryPlanGoal>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::carry(tx, context, path, &body.value)
        })
        .await
}

/// Reopen a goal of a plan
///
/// By a mentor or the unit, where it was done or dropped by mistake.
#[utoipa::path(
    tag = "plans",
    params(
        ("id" = crate::db::Id, Path, description = "The plan's id."),
        ("goalId" = crate::db::Id, Path, description = "The goal's id."),
    ),
    request_body = ReopenPlanGoal,
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[post("/plans/{id}/goals/{goalId}/_reopen")]
pub async fn reopen_plan_goal(
    guard: Authorized<markers::PlansWrite>,
    state: State,
    path: GoalPath,
    body: JsonBody<ReopenPlanGoal>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            transitions::reopen(tx, context, path, &value)
        })
        .await
}
