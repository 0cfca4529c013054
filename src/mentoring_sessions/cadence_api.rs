//! Endpoints of how often pairs talk.

use actix_web::get;

use super::cadence::{self, CadenceResponse};
use super::mentees::{self, MenteeResponse};
use crate::access::Permission::{AssignmentsRead, MenteesRead};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, NoFilters, Operation, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(list_mentees).service(get_cadence);
    },
    operations: &[
        Operation::guarded("list_mentees", MenteesRead, 7),
        Operation::guarded("get_cadence", AssignmentsRead, 5),
    ],
};

/// List the caller's mentees
///
/// For mentors: each cadre of an active pair, with what is next to do.
#[utoipa::path(
    tag = "assignments",
    params(Paging),
    responses((status = 200, description = "A page of mentees.", body = PageOf<MenteeResponse>)),
)]
#[get("/me/mentees")]
pub async fn list_mentees(
    guard: Authorized<markers::MenteesRead>,
    state: State,
    query: ListQuery<NoFilters>,
) -> Result<Reply> {
    state
        .list(&guard, query, |conn, context, _, list| {
            mentees::list(conn, context, list)
        })
        .await
}

/// Get the cadence of an assignment
///
/// When the pair talked last, and by when the programme asks for the next talk.
#[utoipa::path(
    tag = "assignments",
    params(("id" = crate::db::Id, Path, description = "The assignment's id.")),
    responses((status = 200, description = "The cadence.", body = CadenceResponse)),
)]
#[get("/assignments/{id}/cadence")]
pub async fn get_cadence(
    guard: Authorized<markers::AssignmentsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let cadence = state
        .read(&guard, move |conn, context| {
            cadence::read(conn, context, path.0)
        })
        .await?;
    Reply::composed(&cadence)
}
