//! Endpoints of phase templates.

use actix_web::{delete, get, patch, post};

use super::request::{
    CreatePhaseTemplate, PatchPhaseTemplate, PhaseTemplateFilters, PublishPhaseTemplate,
    RetirePhaseTemplate,
};
use super::response::{PhaseTemplateResponse, PublishedPhaseTemplate};
use super::{service, transitions};
use crate::access::Permission::{PhaseTemplatesRead, PhaseTemplatesWrite};
use crate::access::markers;
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, OptionalBody, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_phase_templates)
            .service(create_phase_template)
            .service(get_phase_template)
            .service(update_phase_template)
            .service(delete_phase_template)
            .service(publish_phase_template)
            .service(retire_phase_template);
    },
    operations: &[
        Operation::guarded("list_phase_templates", PhaseTemplatesRead, 3),
        Operation::guarded("create_phase_template", PhaseTemplatesWrite, 6),
        Operation::guarded("get_phase_template", PhaseTemplatesRead, 2),
        Operation::guarded("update_phase_template", PhaseTemplatesWrite, 7),
        Operation::guarded("delete_phase_template", PhaseTemplatesWrite, 5),
        Operation::guarded("publish_phase_template", PhaseTemplatesWrite, 11),
        Operation::guarded("retire_phase_template", PhaseTemplatesWrite, 8),
    ],
};

/// List phase templates
///
/// The city's and those of the counties; drafts only to those who write them.
#[utoipa::path(
    tag = "phase-templates",
    params(PhaseTemplateFilters, Paging),
    responses((status = 200, description = "A page of phase templates.", body = PageOf<PhaseTemplateResponse>)),
)]
#[get("/phase-templates")]
pub async fn list_phase_templates(
    guard: Authorized<markers::PhaseTemplatesRead>,
    state: State,
    query: ListQuery<PhaseTemplateFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create a phase template
///
/// A draft. Without `organizationId` it is the city's, which only those write who reach the whole city; a county's adds goals to it.
/// What is published is not edited: make a new one that is valid from a later day.
#[utoipa::path(
    tag = "phase-templates",
    request_body = CreatePhaseTemplate,
    responses(
        (status = 201, description = "Created.", body = PhaseTemplateResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = PhaseTemplateResponse),
    ),
)]
#[post("/phase-templates")]
pub async fn create_phase_template(
    guard: Authorized<markers::PhaseTemplatesWrite>,
    state: State,
    body: JsonBody<CreatePhaseTemplate>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            service::create(tx, context, &value)?.into_reply("/v1/phase-templates")
        })
        .await
}

/// Get a phase template
#[utoipa::path(
    tag = "phase-templates",
    params(("id" = crate::db::Id, Path, description = "The template's id.")),
    responses((status = 200, description = "The phase template.", body = PhaseTemplateResponse)),
)]
#[get("/phase-templates/{id}")]
pub async fn get_phase_template(
    guard: Authorized<markers::PhaseTemplatesRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let template = state
        .read(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &template)
}

/// Update a phase template
///
/// Drafts alone.
#[utoipa::path(
    tag = "phase-templates",
    params(("id" = crate::db::Id, Path, description = "The template's id.")),
    request_body(content = PatchPhaseTemplate, content_type = "application/merge-patch+json", example = json!({ "theme": "立德铸魂、岗位适应", "validFrom": "2023-09-01" })),
    responses((status = 200, description = "The phase template.", body = PhaseTemplateResponse)),
)]
#[patch("/phase-templates/{id}")]
pub async fn update_phase_template(
    guard: Authorized<markers::PhaseTemplatesWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchPhaseTemplate>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value.0)?)
        })
        .await
}

/// Delete a phase template
///
/// Drafts alone; what was published is retired.
#[utoipa::path(
    tag = "phase-templates",
    params(("id" = crate::db::Id, Path, description = "The template's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/phase-templates/{id}")]
pub async fn delete_phase_template(
    guard: Authorized<markers::PhaseTemplatesWrite>,
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

/// Publish a phase template
///
/// From `validFrom` on plans are made from it, until the next one's day. Of a day and phase there is one of the city, and one of each
/// county. Tells how many live plans lack goals of it, also with `dryRun`, which changes nothing; `applyToLivePlans` adds them.
#[utoipa::path(
    tag = "phase-templates",
    params(("id" = crate::db::Id, Path, description = "The template's id.")),
    request_body(content = Option<PublishPhaseTemplate>, example = json!({ "dryRun": true })),
    responses((status = 200, description = "The phase template, and the live plans.", body = PublishedPhaseTemplate)),
)]
#[post("/phase-templates/{id}/_publish")]
pub async fn publish_phase_template(
    guard: Authorized<markers::PhaseTemplatesWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<PublishPhaseTemplate>,
) -> Result<Reply> {
    let OptionalBody { value, digest } = body;
    let dry_run = value.dry_run;
    let work = move |tx: &mut DbConn, context: &Context| {
        transitions::publish(tx, context, path.0, value)?.reply()
    };
    if dry_run {
        state.dry_run(&guard, work).await
    } else {
        state.post(&guard, digest, work).await
    }
}

/// Retire a phase template
///
/// No more plans are made from it, but from the one before it. The city's last one of a phase stays until another is published.
#[utoipa::path(
    tag = "phase-templates",
    params(("id" = crate::db::Id, Path, description = "The template's id.")),
    request_body = Option<RetirePhaseTemplate>,
    responses((status = 200, description = "The phase template.", body = PhaseTemplateResponse)),
)]
#[post("/phase-templates/{id}/_retire")]
pub async fn retire_phase_template(
    guard: Authorized<markers::PhaseTemplatesWrite>,
    state: State,
    path: PathId,
    body: OptionalBody<RetirePhaseTemplate>,
) -> Result<Reply> {
    state
        .act(&guard, body.digest, false, move |tx, context| {
            transitions::retire(tx, context, path.0, &body.value)
        })
        .await
}
