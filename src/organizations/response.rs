//! An organization as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::division_code::DivisionCode;
use super::model::{Organization, OrganizationCode, OrganizationKind, OrganizationStatus};
use super::rules;
use super::widening::WidenedGrants;
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::error::{Current, Result};
use crate::external_ids::ExternalIds;
use crate::http::versioned;
use crate::values::Date;

/// A unit of the city's tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Organization)]
pub struct OrganizationResponse {
    /// The unit's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// Code, unique among all units.
    #[schema(value_type = OrganizationCode)]
    pub code: String,
    /// Full name.
    #[schema(max_length = 200, example = "渔溪镇")]
    pub name: String,
    /// Short name.
    #[schema(max_length = 100)]
    pub short_name: Option<String>,
    /// What the unit is.
    pub kind: OrganizationKind,
    /// The unit it lies under; null for a root.
    pub parent_id: Option<Id>,
    /// Where it lies, GB/T 2260 or GB/T 10114.
    #[schema(value_type = Option<DivisionCode>)]
    pub division_code: Option<String>,
    /// Whether it is remote, as the city's department decides.
    pub remote: bool,
    /// Whether it still exists.
    pub status: OrganizationStatus,
    /// Since when it exists, where known.
    pub valid_from: Option<Date>,
    /// Its last day, when it is dissolved.
    pub valid_to: Option<Date>,
    /// The unit it was merged into.
    pub successor_id: Option<Id>,
    /// Ids in other systems, by source.
    pub external_ids: ExternalIds,
    /// What this caller may do now, by operationId.
    #[schema(max_items = 16)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(OrganizationResponse, "organization");

impl OrganizationResponse {
    /// The unit as the caller sees it.
    ///
    /// # Errors
    /// When the stored external ids are damaged.
    pub fn from_row(row: Organization, context: &Context) -> Result<Self> {
        Ok(Self {
            allowed_actions: allowed_actions(&row, context),
            external_ids: ExternalIds::from_json(&row.external_ids)?,
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            code: row.code,
            name: row.name,
            short_name: row.short_name,
            kind: row.kind,
            parent_id: row.parent_id,
            division_code: row.division_code,
            remote: row.remote,
            status: row.status,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            successor_id: row.successor_id,
        })
    }
}

/// A row as the `current` of an error.
pub fn current_of(row: &Organization, context: &Context) -> Current {
    let seen = OrganizationResponse::from_row(row.clone(), context).ok()?;
    serde_json::to_value(&seen).ok().map(Box::new)
}

/// What this caller could do with this unit now.
fn allowed_actions(row: &Organization, context: &Context) -> Vec<&'static str> {
    if row.is_active() && rules::may_change(context, row) {
        vec![
            "update_organization",
            "rename_organization",
            "move_organization",
            "merge_organization",
            "delete_organization",
        ]
    } else {
        Vec::new()
    }
}

/// A merged unit, and what went over to its successor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MergedOrganization)]
pub struct MergedOrganizationResponse {
    /// The unit as it stands after the merge.
    #[serde(flatten)]
    pub organization: OrganizationResponse,
    /// What went over, or would go over in a dry run.
    pub moved: MovedRecords,
    /// Grants that reach further than before, or would in a dry run.
    pub widened_grants: WidenedGrants,
}

versioned!(MergedOrganizationResponse, organization: OrganizationResponse);

impl MergedOrganizationResponse {
    /// The merged unit as the caller sees it.
    ///
    /// # Errors
    /// As [`OrganizationResponse::from_row`].
    pub fn from_row(
        row: Organization,
        moved: MovedRecords,
        widened_grants: WidenedGrants,
        context: &Context,
    ) -> Result<Self> {
        Ok(Self {
            organization: OrganizationResponse::from_row(row, context)?,
            moved,
            widened_grants,
        })
    }
}

/// A unit in its new place, and who reaches it for that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MovedOrganization)]
pub struct MovedOrganizationResponse {
    /// The unit as it stands after the move.
    #[serde(flatten)]
    pub organization: OrganizationResponse,
    /// Grants that reach further than before, or would in a dry run.
    pub widened_grants: WidenedGrants,
}

versioned!(MovedOrganizationResponse, organization: OrganizationResponse);

impl MovedOrganizationResponse {
    /// The moved unit as the caller sees it.
    ///
    /// # Errors
    /// As [`OrganizationResponse::from_row`].
    pub fn from_row(
        row: Organization,
        widened_grants: WidenedGrants,
        context: &Context,
    ) -> Result<Self> {
        Ok(Self {
            organization: OrganizationResponse::from_row(row, context)?,
            widened_grants,
        })
    }
}

/// How many records a merge moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovedRecords {
    /// Units that lay directly under the merged one.
    #[schema(minimum = 0)]
    pub children: u64,
    /// Ids in other systems.
    #[schema(minimum = 0)]
    pub external_ids: u64,
    /// Cadres.
    #[schema(minimum = 0)]
    pub cadres: u64,
    /// Mentors.
    #[schema(minimum = 0)]
    pub mentors: u64,
    /// Grants of people.
    #[schema(minimum = 0)]
    pub grants: u64,
    /// Clients.
    #[schema(minimum = 0)]
    pub clients: u64,
}
