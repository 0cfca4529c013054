//! Endpoints of figures.

use actix_web::get;

use super::model::SummaryResponse;
use super::service;
use crate::access::Permission::OrganizationsSummary;
use crate::access::markers;
use crate::error::Result;
use crate::http::{Authorized, Endpoints, Operation, PathId, Reply, State};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(get_organization_summary);
    },
    operations: &[
        Operation::guarded("get_organization_summary", OrganizationsSummary, 3).may_be_merged(),
    ],
};

/// Get the summary of an organization
///
/// Figures of the unit and all below it today: cadres by phase, coverage with mentors, mentors and seats. An analyst sees null
/// in place of a figure that stands for fewer than five, and of the smallest figure of every difference that would tell one.
#[utoipa::path(
    tag = "organizations",
    params(("id" = crate::db::Id, Path, description = "The organization's id.")),
    responses((status = 200, description = "The figures.", body = SummaryResponse)),
)]
#[get("/organizations/{id}/summary")]
pub async fn get_organization_summary(
    guard: Authorized<markers::OrganizationsSummary>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let summary = state
        .read(&guard, move |conn, context| {
            service::summary(conn, context, path.0)
        })
        .await?;
    Reply::composed(&summary)
}
