//! Endpoints of plans.

use actix_web::{get, patch, post};

use super::request::{ActivatePlan, PatchPlan, PlanFilters};
use super::response::PlanResponse;
use super::{service, transitions};
use crate::access::Permission::{PlansActivate, PlansRead, PlansWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_plans)
            .service(get_plan)
            .service(update_plan)
            .service(activate_plan);
    },
    operations: &[
        Operation::guarded("list_plans", PlansRead, 2),
        Operation::guarded("get_plan", PlansRead, 1),
        Operation::guarded("update_plan", PlansWrite, 5),
        Operation::guarded("activate_plan", PlansActivate, 5),
    ],
};

/// List plans
///
/// Plans of the caller's reach: of a manager's or officer's subtree, then or now; of a mentor's mentees; a cadre's own. One for each
/// phase that has begun; they are made as it begins.
#[utoipa::path(
    tag = "plans",
    params(PlanFilters, Paging),
    responses((status = 200, description = "A page of plans.", body = PageOf<PlanResponse>)),
)]
#[get("/plans")]
pub async fn list_plans(
    guard: Authorized<markers::PlansRead>,
    state: State,
    query: ListQuery<PlanFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Get a plan
#[utoipa::path(
    tag = "plans",
    params(("id" = crate::db::Id, Path, description = "The plan's id.")),
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[get("/plans/{id}")]
pub async fn get_plan(
    guard: Authorized<markers::PlansRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let plan = state
        .read_one(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &plan)
}

/// Update a plan
///
/// `careerPlan` is the cadre's to write, the theme that of mentors and unit.
#[utoipa::path(
    tag = "plans",
    params(("id" = crate::db::Id, Path, description = "The plan's id.")),
    request_body(content = PatchPlan, content_type = "application/merge-patch+json", example = json!({ "theme": "立德铸魂、适应岗位" })),
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[patch("/plans/{id}")]
pub async fn update_plan(
    guard: Authorized<markers::PlansWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchPlan>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value)?)
        })
        .await
}

/// Activate a plan
///
/// By a manager or an officer of the unit, once cadre and mentors have had their say.
#[utoipa::path(
    tag = "plans",
    params(("id" = crate::db::Id, Path, description = "The plan's id.")),
    request_body = Option<ActivatePlan>,
    responses((status = 200, description = "The plan.", body = PlanResponse)),
)]
#[post("/plans/{id}/_activate")]
pub async fn activate_plan(
    guard: Authorized<markers::PlansActivate>,
    state: State,
    path: PathId,
    body: OptionalBody<ActivatePlan>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::activate(tx, context, path.0)
        })
        .await
}
