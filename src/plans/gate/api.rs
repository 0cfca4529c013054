//! Endpoints of the gate.

use actix_web::{get, post};

use super::readiness::{self, GateResponse};
use super::request::{AnswerPlan, ConfirmPlan, GatePlan, ObjectPlan, ReversePlan, WithdrawPlan};
use super::{deciding, objections, reversal};
use crate::access::Permission::{PlansGate, PlansObject};
use crate::access::markers;
use crate::error::Result;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};
use crate::plans::response::PlanResponse;

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(get_plan_gate)
            .service(gate_plan)
            .service(confirm_plan)
            .service(reverse_plan)
            .service(object_plan)
            .service(withdraw_plan)
            .service(answer_plan);
    },
    operations: &[
        Operation::guarded("get_plan_gate", PlansGate, 8),
        Operation::guarded("gate_plan", PlansGate, 8),
        Operation::guarded("confirm_plan", PlansGate, 7),
        Operation::guarded("reverse_plan", PlansGate, 7),
        Operation::guarded("object_plan", PlansObject, 6),
        Operation::guarded("withdraw_plan", PlansObject, 5),
        Operation::guarded("answer_plan", PlansGate, 9),
    ],
};

/// Get the gate of a plan
///
/// What speaks for passing the year, as data: goals, confirmed evaluations, talks, training, the result of probation, objections; and
/// what is missing, by name. That nothing is missing is no decision.
#[utoipa::path(
    tag = "plans",
    params(("id" = crate::db::Id, Path, description = "The plan's id.")),
    responses((status = 200, description = "What speaks for passing.", body = GateResponse)),
)]
#[get("/plans/{id}/gate")]
pub async fn get_plan_gate(
    guard: Authorized<markers::PlansGate>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let gate = state
        .read_one(&guard, move |conn, context| {
            readiness::readiness(conn, context, path.0)
        })
        .await?;
    Reply::composed(&gate)
}

/// Gate a plan
///
/// Decides at the end of a year, from 60 days before `endsOn`, by a manager who is neither the cadre's kin nor their mentor. `PASS`
/// of the first year needs a confirmed assessment of probation that is `QUALIFIED` (R03), or `overrides`. `EXTEND` names `newEndsOn`,
/// `ADJUST` the terms. `EXIT` holds once a second person confirmed it.
#[utoipa::path(
    tag = "plans",
    params(("id" = crate::db::Id, Path, description = "The plan's id.")),
    request_body(content = GatePlan, example = json!({ "outcome": "EXTEND", "reason": "重点项目尚未完成", "newEndsOn": "2023-10-31" })),
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[post("/plans/{id}/_gate")]
pub async fn gate_plan(
    guard: Authorized<markers::PlansGate>,
    state: State,
    path: PathId,
    body: JsonBody<GatePlan>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            deciding::gate(tx, context, path.0, &value)
        })
        .await
}

/// Confirm the exit of a plan
///
/// By another manager than who decided that the cadre leaves the programme.
#[utoipa::path(
    tag = "plans",
    params(("id" = crate::db::Id, Path, description = "The plan's id.")),
    request_body = Option<ConfirmPlan>,
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[post("/plans/{id}/_confirm")]
pub async fn confirm_plan(
    guard: Authorized<markers::PlansGate>,
    state: State,
    path: PathId,
    body: OptionalBody<ConfirmPlan>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            deciding::confirm(tx, context, path.0)
        })
        .await
}

/// Reverse the decision about a plan
///
/// Within 30 days; the plan is as it was before. An exit that waits for its second person is taken back the same way.
#[utoipa::path(
    tag = "plans",
    params(("id" = crate::db::Id, Path, description = "The plan's id.")),
    request_body = ReversePlan,
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[post("/plans/{id}/_reverse")]
pub async fn reverse_plan(
    guard: Authorized<markers::PlansGate>,
    state: State,
    path: PathId,
    body: JsonBody<ReversePlan>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            reversal::reverse(tx, context, path.0, &value)
        })
        .await
}

/// Object to the decision about a plan
///
/// By the cadre, once, within 30 days.
#[utoipa::path(
    tag = "plans",
    params(("id" = crate::db::Id, Path, description = "The plan's id.")),
    request_body = ObjectPlan,
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[post("/plans/{id}/_object")]
pub async fn object_plan(
    guard: Authorized<markers::PlansObject>,
    state: State,
    path: PathId,
    body: JsonBody<ObjectPlan>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            objections::object(tx, context, path.0, &value)
        })
        .await
}

/// Withdraw the objection to the decision about a plan
///
/// By the cadre, until it is answered.
#[utoipa::path(
    tag = "plans",
    params(("id" = crate::db::Id, Path, description = "The plan's id.")),
    request_body = Option<WithdrawPlan>,
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[post("/plans/{id}/_withdraw")]
pub async fn withdraw_plan(
    guard: Authorized<markers::PlansObject>,
    state: State,
    path: PathId,
    body: OptionalBody<WithdrawPlan>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            objections::withdraw(tx, context, path.0)
        })
        .await
}

/// Answer an objection to the decision about a plan
///
/// By a manager who neither decided nor confirmed. `UPHELD` reverses the decision.
#[utoipa::path(
    tag = "plans",
    params(("id" = crate::db::Id, Path, description = "The plan's id.")),
    request_body = AnswerPlan,
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[post("/plans/{id}/_answer")]
pub async fn answer_plan(
    guard: Authorized<markers::PlansGate>,
    state: State,
    path: PathId,
    body: JsonBody<AnswerPlan>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .act(&guard, digest, false, move |tx, context| {
            objections::answer(tx, context, path.0, &value)
        })
        .await
}
