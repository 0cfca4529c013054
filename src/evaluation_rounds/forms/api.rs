//! Endpoint of the forms that rounds issued.

use actix_web::get;

use super::request::RaterFormFilters;
use super::response::RaterFormResponse;
use super::service;
use crate::access::Permission::RaterFormsRead;
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, Operation, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoint: what it asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(list_rater_forms);
    },
    operations: &[Operation::guarded("list_rater_forms", RaterFormsRead, 2)],
};

/// List rater forms
///
/// The forms that rounds issued: to mentors and cadres those that are theirs to write, to units those about their cadres, with how far
/// each rater has come and why one was missed.
#[utoipa::path(
    tag = "evaluation-rounds",
    params(RaterFormFilters, Paging),
    responses((status = 200, description = "A page of rater forms.", body = PageOf<RaterFormResponse>)),
)]
#[get("/rater-forms")]
pub async fn list_rater_forms(
    guard: Authorized<markers::RaterFormsRead>,
    state: State,
    query: ListQuery<RaterFormFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}
