//! Endpoints of organizations.

use actix_web::{HttpRequest, delete, get, patch, post, put};

use super::request::{
    CreateOrganization, MergeOrganization, MoveOrganization, OrganizationFilters,
    OrganizationInput, PatchOrganization, RenameOrganization,
};
use super::response::{
    MergedOrganizationResponse, MovedOrganizationResponse, OrganizationResponse,
};
use super::restructuring;
use super::service;
use crate::access::Permission::{OrganizationsRead, OrganizationsWrite};
use crate::access::markers;
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::external_ids::{ExternalId, Source};
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, ExternalPath, JsonBody, Operation, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_organizations)
            .service(create_organization)
            .service(get_organization)
            .service(update_organization)
            .service(delete_organization)
            .service(get_organization_by_external_id)
            .service(put_organization_by_external_id)
            .service(rename_organization)
            .service(move_organization)
            .service(merge_organization);
    },
    operations: &[
        Operation::guarded("list_organizations", OrganizationsRead, 2),
        Operation::guarded("create_organization", OrganizationsWrite, 9),
        Operation::guarded("get_organization", OrganizationsRead, 1).may_be_merged(),
        Operation::guarded("update_organization", OrganizationsWrite, 8).may_be_merged(),
        Operation::guarded("delete_organization", OrganizationsWrite, 7).may_be_merged(),
        Operation::guarded("get_organization_by_external_id", OrganizationsRead, 2),
        Operation::guarded("put_organization_by_external_id", OrganizationsWrite, 9),
        Operation::guarded("rename_organization", OrganizationsWrite, 12).may_be_merged(),
        Operation::guarded("move_organization", OrganizationsWrite, 44).may_be_merged(),
        Operation::guarded("merge_organization", OrganizationsWrite, 122).may_be_merged(),
    ],
};

/// List organizations
///
/// The whole tree, for every signed-in caller. `code` and `q` also find units by what they were called before.
#[utoipa::path(
    tag = "organizations",
    params(OrganizationFilters, Paging),
    responses((status = 200, description = "A page of organizations.", body = PageOf<OrganizationResponse>)),
)]
#[get("/organizations")]
pub async fn list_organizations(
    guard: Authorized<markers::OrganizationsRead>,
    state: State,
    query: ListQuery<OrganizationFilters>,
) -> Result<Reply> {
    state.list(&guard, query, service::list).await
}

/// Create an organization
///
/// At most one of `parentId`, `parentCode` and `parentRef` names the unit it lies under; administrators also make roots.
#[utoipa::path(
    tag = "organizations",
    request_body = CreateOrganization,
    responses(
        (status = 201, description = "Created.", body = OrganizationResponse),
        (status = 200, description = "It existed already, made by the same caller with the same content.", body = OrganizationResponse),
    ),
)]
#[post("/organizations")]
pub async fn create_organization(
    guard: Authorized<markers::OrganizationsWrite>,
    state: State,
    body: JsonBody<CreateOrganization>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            service::create(tx, context, &value)?.into_reply("/v1/organizations")
        })
        .await
}

/// Get an organization
///
/// A merged unit stays readable and names its successor.
#[utoipa::path(
    tag = "organizations",
    params(("id" = crate::db::Id, Path, description = "The organization's id.")),
    responses((status = 200, description = "The organization.", body = OrganizationResponse)),
)]
#[get("/organizations/{id}")]
pub async fn get_organization(
    guard: Authorized<markers::OrganizationsRead>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let unit = state
        .read_one(&guard, move |conn, context| {
            service::read(conn, context, path.0)
        })
        .await?;
    Reply::resource(200, &unit)
}

/// Update an organization
///
/// Code and parent change by `_rename` and `_move`. A name that held from some day on is changed by `_rename` too; here it is
/// corrected.
#[utoipa::path(
    tag = "organizations",
    params(("id" = crate::db::Id, Path, description = "The organization's id.")),
    request_body(content = PatchOrganization, content_type = "application/merge-patch+json", example = json!({ "shortName": "市数据局", "remote": false })),
    responses((status = 200, description = "The organization.", body = OrganizationResponse)),
)]
#[patch("/organizations/{id}")]
pub async fn update_organization(
    guard: Authorized<markers::OrganizationsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<PatchOrganization>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value.0)?)
        })
        .await
}

/// Delete an organization
///
/// Only a unit that nothing refers to; one that ends in another is merged by `_merge`.
#[utoipa::path(
    tag = "organizations",
    params(("id" = crate::db::Id, Path, description = "The organization's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/organizations/{id}")]
pub async fn delete_organization(
    guard: Authorized<markers::OrganizationsWrite>,
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

/// Get an organization by external id
///
/// The id of a merged unit leads to its successor.
#[utoipa::path(
    tag = "organizations",
    params(
        ("source" = Source, Path, description = "The system that gave the id."),
        ("externalId" = ExternalId, Path, description = "The id there."),
    ),
    responses((status = 200, description = "The organization.", body = OrganizationResponse)),
)]
#[get("/organizations/by-external-id/{source}/{externalId}")]
pub async fn get_organization_by_external_id(
    guard: Authorized<markers::OrganizationsRead>,
    state: State,
    path: ExternalPath,
) -> Result<Reply> {
    let ExternalPath {
        source,
        external_id,
    } = path;
    let unit = state
        .read(&guard, move |conn, context| {
            service::read_by_external_id(conn, context, &source, &external_id)
        })
        .await?;
    Reply::resource(200, &unit)
}

/// Create or update an organization by external id
///
/// Writes the members sent, leaves absent ones as they are and clears null ones; equal content writes nothing. Another name
/// or code is a renaming, another parent a move, both as of today. `If-None-Match: *` creates only.
#[utoipa::path(
    tag = "organizations",
    params(
        ("source" = Source, Path, description = "The system that gave the id."),
        ("externalId" = ExternalId, Path, description = "The id there."),
    ),
    request_body = OrganizationInput,
    responses(
        (status = 201, description = "Created.", body = OrganizationResponse),
        (status = 200, description = "Updated, or unchanged.", body = OrganizationResponse),
    ),
)]
#[put("/organizations/by-external-id/{source}/{externalId}")]
pub async fn put_organization_by_external_id(
    guard: Authorized<markers::OrganizationsWrite>,
    state: State,
    path: ExternalPath,
    request: HttpRequest,
    body: JsonBody<OrganizationInput>,
) -> Result<Reply> {
    let ExternalPath {
        source,
        external_id,
    } = path;
    let create_only = request
        .headers()
        .get("if-none-match")
        .is_some_and(|value| value == "*");
    state
        .write(&guard, move |tx, context| {
            service::upsert(tx, context, &source, &external_id, &body.value, create_only)?
                .into_reply("/v1/organizations")
        })
        .await
}

/// Rename an organization
///
/// From a day on, not in the future. What the unit was called until then stays findable by `code` and `q`.
#[utoipa::path(
    tag = "organizations",
    params(("id" = crate::db::Id, Path, description = "The organization's id.")),
    request_body = RenameOrganization,
    responses((status = 200, description = "The organization.", body = OrganizationResponse)),
)]
#[post("/organizations/{id}/_rename")]
pub async fn rename_organization(
    guard: Authorized<markers::OrganizationsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<RenameOrganization>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    state
        .post(&guard, digest, move |tx, context| {
            Reply::resource(200, &restructuring::rename(tx, context, path.0, &value)?)
        })
        .await
}

/// Move an organization
///
/// With all below it; ids stay. Access tokens that carry a place in the subtree end within seconds, so that everyone's reach
/// is that of the new place. Where grants come to reach further, an administrator is needed; `dryRun` lists them and changes
/// nothing.
#[utoipa::path(
    tag = "organizations",
    params(("id" = crate::db::Id, Path, description = "The organization's id.")),
    request_body = MoveOrganization,
    responses((status = 200, description = "The organization.", body = MovedOrganizationResponse)),
)]
#[post("/organizations/{id}/_move")]
pub async fn move_organization(
    guard: Authorized<markers::OrganizationsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<MoveOrganization>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    let is_rehearsal = value.dry_run;
    let work = move |tx: &mut DbConn, context: &Context| {
        let moved = restructuring::move_under(tx, context, path.0, &value)?;
        Reply::resource(200, &moved)
    };
    if is_rehearsal {
        state.dry_run(&guard, work).await
    } else {
        state.post(&guard, digest, work).await
    }
}

/// Merge an organization into another
///
/// Units below it, people, grants, clients and ids in other systems go over in one transaction; the merged unit is dissolved
/// and names its successor. Where grants come to reach further, an administrator is needed; `dryRun` lists them and changes
/// nothing.
#[utoipa::path(
    tag = "organizations",
    params(("id" = crate::db::Id, Path, description = "The organization's id.")),
    request_body = MergeOrganization,
    responses((status = 200, description = "The merged organization, and what went over.", body = MergedOrganizationResponse)),
)]
#[post("/organizations/{id}/_merge")]
pub async fn merge_organization(
    guard: Authorized<markers::OrganizationsWrite>,
    state: State,
    path: PathId,
    body: JsonBody<MergeOrganization>,
) -> Result<Reply> {
    let JsonBody { value, digest } = body;
    let is_rehearsal = value.dry_run;
    let work = move |tx: &mut DbConn, context: &Context| {
        Reply::resource(200, &restructuring::merge(tx, context, path.0, &value)?)
    };
    if is_rehearsal {
        state.dry_run(&guard, work).await
    } else {
        state.post(&guard, digest, work).await
    }
}
