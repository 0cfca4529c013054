//! Endpoints of training hours.

use actix_web::get;

use super::request::{TrainingHoursFilters, YearQuery};
use super::response::TrainingHoursResponse;
use super::service;
use crate::access::Permission::TrainingRead;
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, Operation, PathId, QueryOf, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_training_hours)
            .service(get_training_hours);
    },
    operations: &[
        Operation::guarded("list_training_hours", TrainingRead, 5),
        Operation::guarded("get_training_hours", TrainingRead, 4),
    ],
};

/// List training hours
///
/// Of those in the programme whom the caller reads: what each was credited with in a calendar year, and the duty of it (R22).
#[utoipa::path(
    tag = "training-hours",
    params(TrainingHoursFilters, Paging),
    responses((status = 200, description = "A page of training hours.", body = PageOf<TrainingHoursResponse>)),
)]
#[get("/training-hours")]
pub async fn list_training_hours(
    guard: Authorized<markers::TrainingRead>,
    state: State,
    query: ListQuery<TrainingHoursFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Get the training hours of a cadre
///
/// What they were credited with in a calendar year, the duty of it (R22), and the days of induction within probation (R04).
#[utoipa::path(
    tag = "training-hours",
    params(("id" = crate::db::Id, Path, description = "The cadre's id."), YearQuery),
    responses((status = 200, description = "The training hours.", body = TrainingHoursResponse)),
)]
#[get("/cadres/{id}/training-hours")]
pub async fn get_training_hours(
    guard: Authorized<markers::TrainingRead>,
    state: State,
    path: PathId,
    query: QueryOf<YearQuery>,
) -> Result<Reply> {
    let year = query.0.year.map(|year| year.0);
    let hours = state
        .read(&guard, move |conn, context| {
            service::of_cadre(conn, context, path.0, year)
        })
        .await?;
    Reply::composed(&hours)
}
