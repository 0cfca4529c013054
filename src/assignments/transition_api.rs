//! Endpoints of the verbs of a pair's life.

use actix_web::post;

use super::activation;
use super::request::{
    ActivateAssignment, ActivateAssignments, CancelAssignment, CompleteAssignment,
    ReplaceAssignment,
};
use super::response::{ActivatedResponse, AssignmentResponse};
use super::transitions::{self, Replacement};
use crate::access::Permission::{AssignmentsActivate, AssignmentsCancel};
use crate::access::markers;
use crate::error::Result;
use crate::http::{
    Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State, Versioned,
};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(activate_assignments)
            .service(activate_assignment)
            .service(complete_assignment)
            .service(cancel_assignment)
            .service(replace_assignment);
    },
    operations: &[
        Operation::guarded("activate_assignments", AssignmentsActivate, 51),
        Operation::guarded("activate_assignment", AssignmentsActivate, 26),
        Operation::guarded("complete_assignment", AssignmentsActivate, 20),
        Operation::guarded("cancel_assignment", AssignmentsCancel, 9),
        Operation::guarded("replace_assignment", AssignmentsActivate, 38),
    ],
};

/// Activate assignments
///
/// Puts many proposals into effect in one transaction: all of them, or none. What is at fault with any item is told for all items.
#[utoipa::path(
    tag = "assignments",
    request_body = ActivateAssignments,
    responses((status = 200, description = "The assignments, in the order of the request.", body = ActivatedResponse)),
)]
#[post("/assignments/_activate")]
pub async fn activate_assignments(
    guard: Authorized<markers::AssignmentsActivate>,
    state: State,
    body: JsonBody<ActivateAssignments>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            let items = activation::activate_all(tx, context, &value.items)?;
            let ids = items.iter().map(|assignment| assignment.id).collect();
            let reply = Reply::json(200, &ActivatedResponse { items })?;
            Ok(reply.about(AssignmentResponse::KIND, ids))
        })
        .await
}

/// Activate an assignment
///
/// Puts a proposal into effect; it takes one of the mentor's seats.
#[utoipa::path(
    tag = "assignments",
    params(("id" = crate::db::Id, Path, description = "The assignment's id.")),
    request_body = ActivateAssignment,
    responses((status = 200, description = "The assignment.", body = AssignmentResponse)),
)]
#[post("/assignments/{id}/_activate")]
pub async fn activate_assignment(
    guard: Authorized<markers::AssignmentsActivate>,
    state: State,
    path: PathId,
    body: OptionalBody<ActivateAssignment>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            activation::activate(tx, context, path.0)
        })
        .await
}

/// Complete an assignment
///
/// The regular end of an active pair. A pair of declared kin can't be completed; it is replaced or cancelled.
#[utoipa::path(
    tag = "assignments",
    params(("id" = crate::db::Id, Path, description = "The assignment's id.")),
    request_body = CompleteAssignment,
    responses((status = 200, description = "The assignment.", body = AssignmentResponse)),
)]
#[post("/assignments/{id}/_complete")]
pub async fn complete_assignment(
    guard: Authorized<markers::AssignmentsActivate>,
    state: State,
    path: PathId,
    body: OptionalBody<CompleteAssignment>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::complete(tx, context, path.0, &body.value)
        })
        .await
}

/// Cancel an assignment
///
/// Withdraws a proposal; or, for managers and within 30 days, an active pair that was entered in error, which leaves file and
/// figures. `restoreReplaced` brings the pair back that it had replaced.
#[utoipa::path(
    tag = "assignments",
    params(("id" = crate::db::Id, Path, description = "The assignment's id.")),
    request_body = CancelAssignment,
    responses((status = 200, description = "The assignment.", body = AssignmentResponse)),
)]
#[post("/assignments/{id}/_cancel")]
pub async fn cancel_assignment(
    guard: Authorized<markers::AssignmentsCancel>,
    state: State,
    path: PathId,
    body: JsonBody<CancelAssignment>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::cancel(tx, context, path.0, &body.value)
        })
        .await
}

/// Replace an assignment
///
/// Ends an active pair and puts a new one with another mentor into effect, both in one transaction; answers with the new one.
#[utoipa::path(
    tag = "assignments",
    params(("id" = crate::db::Id, Path, description = "The assignment's id.")),
    request_body = ReplaceAssignment,
    responses(
        (status = 201, description = "The new assignment.", body = AssignmentResponse),
        (status = 200, description = "The same caller had replaced it in the same way before.", body = AssignmentResponse),
    ),
)]
#[post("/assignments/{id}/_replace")]
pub async fn replace_assignment(
    guard: Authorized<markers::AssignmentsActivate>,
    state: State,
    path: PathId,
    body: JsonBody<ReplaceAssignment>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(
            &guard,
            digest,
            move |tx, context| match transitions::replace(tx, context, path.0, &value)? {
                Replacement::Made(assignment) => {
                    Reply::created(&format!("/v1/assignments/{}", assignment.id), &assignment)
                }
                Replacement::Repeated(assignment) => Reply::resource(200, &assignment),
            },
        )
        .await
}
