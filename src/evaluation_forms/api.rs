//! Endpoints of evaluation forms.

use actix_web::{delete, get, patch, post};

use super::request::{
    CreateEvaluationForm, EvaluationFormFilters, PatchEvaluationForm, PublishEvaluationForm,
    RetireEvaluationForm,
};
use super::response::EvaluationFormResponse;
use super::{service, transitions};
use crate::access::Permission::{EvaluationFormsRead, EvaluationFormsWrite};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_evaluation_forms)
            .service(create_evaluation_form)
            .service(get_evaluation_form)
            .service(update_evaluation_form)
            .service(delete_evaluation_form)
            .service(publish_evaluation_form)
            .service(retire_evaluation_form);
    },
    operations: &[
        Operation::guarded("list_evaluation_forms", EvaluationFormsRead, 3),
        Operation::guarded("create_evaluation_form", EvaluationFormsWrite, 5),
        Operation::guarded("get_evaluation_form", EvaluationFormsRead, 2),
        Operation::guarded("update_evaluation_form", EvaluationFormsWrite, 7),
        Operation::guarded("delete_evaluation_form", EvaluationFormsWrite, 5),
        Operation::guarded("publish_evaluation_form", EvaluationFormsWrite, 8),
        Operation::guarded("retire_evaluation_form", EvaluationFormsWrite, 7),
    ],
};

/// List evaluation forms
///
/// Those of the whole city; drafts only to those who write them.
#[utoipa::path(
    tag = "evaluation-forms",
    params(EvaluationFormFilters, Paging),
    responses((status = 200, description = "A page of evaluation forms.", body = PageOf<EvaluationFormResponse>)),
)]
#[get("/evaluation-forms")]
pub async fn list_evaluation_forms(
    guard: Authorized<markers::EvaluationFormsRead>,
    state: State,
    query: ListQuery<EvaluationFormFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create an evaluation form
///
/// A draft, by those who reach the whole city. The four dimensions of the programme are scored in every form; the weights of what is
/// scored sum to 100, and so do those of raters. What is published is not edited: make a new one that is valid from a later day.
#[utoipa::path(
    tag = "evaluation-forms",
    request_body = CreateEvaluationForm,
    responses(
        (status = 201, description = "Created.", body = EvaluationFormResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = EvaluationFormResponse),
    ),
)]
#[post("/evaluation-forms")]
pub async fn create_evaluation_form(
    guard: Authorized<markers::EvaluationFormsWrite>,
    state: State,
    body: JsonBody<CreateEvaluationForm>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            service::create(tx, context, &value)?.into_reply("/v1/evaluation-forms")
        })
        .await
}

/// Get an evaluation form
#[utoipa::path(
    tag = "evaluation-forms",
    params(("id" = crate::db::Id, Path, description = "The form's id.")),
    responses((status = 200, description = "The evaluation form.", body = EvaluationFormResponse)),
)]
#[get("/evaluation-forms/{id}")]
pub async fn get_evaluation_form(
    guard: Authorized<markers::EvaluationFormsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let form = state
        .read(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &form)
}

/// Update an evaluation form
///
/// Drafts alone.
#[utoipa::path(
    tag = "evaluation-forms",
    params(("id" = crate::db::Id, Path, description = "The form's id.")),
    request_body(content = PatchEvaluationForm, content_type = "application/merge-patch+json", example = json!({ "minimumRaters": 3, "validFrom": "2024-01-01" })),
    responses((status = 200, description = "The evaluation form.", body = EvaluationFormResponse)),
)]
#[patch("/evaluation-forms/{id}")]
pub async fn update_evaluation_form(
    guard: Authorized<markers::EvaluationFormsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchEvaluationForm>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value.0)?)
        })
        .await
}

/// Delete an evaluation form
///
/// Drafts alone; what was published is retired.
#[utoipa::path(
    tag = "evaluation-forms",
    params(("id" = crate::db::Id, Path, description = "The form's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/evaluation-forms/{id}")]
pub async fn delete_evaluation_form(
    guard: Authorized<markers::EvaluationFormsWrite>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            service::delete(tx, context, path.0)?;
            Ok(Reply::no_content())
        })
        .await
}

/// Publish an evaluation form
///
/// Evaluations of its kind whose period ends on `validFrom` or later are written on it, until the next one's day. Of a day and kind
/// there is one.
#[utoipa::path(
    tag = "evaluation-forms",
    params(("id" = crate::db::Id, Path, description = "The form's id.")),
    request_body(content = Option<PublishEvaluationForm>, example = json!({ "dryRun": true })),
    responses((status = 200, description = "The evaluation form.", body = EvaluationFormResponse)),
)]
#[post("/evaluation-forms/{id}/_publish")]
pub async fn publish_evaluation_form(
    guard: Authorized<markers::EvaluationFormsWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<PublishEvaluationForm>,
) -> Result<Reply> {
    state
        .act(
            &guard,
            body.digest,
            body.value.dry_run,
            move |tx, context| transitions::publish(tx, context, path.0),
        )
        .await
}

/// Retire an evaluation form
///
/// No more evaluations are written on it, but on the one before it, where there is one.
#[utoipa::path(
    tag = "evaluation-forms",
    params(("id" = crate::db::Id, Path, description = "The form's id.")),
    request_body = Option<RetireEvaluationForm>,
    responses((status = 200, description = "The evaluation form.", body = EvaluationFormResponse)),
)]
#[post("/evaluation-forms/{id}/_retire")]
pub async fn retire_evaluation_form(
    guard: Authorized<markers::EvaluationFormsWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<RetireEvaluationForm>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::retire(tx, context, path.0, &body.value)
        })
        .await
}
