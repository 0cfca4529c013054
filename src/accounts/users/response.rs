//! A user as an administrator sees it.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{PlacedGrant, User, Username};
use crate::access::Role;
use crate::db::{Id, UtcTimestamp};
use crate::http::{Visible, versioned};
use crate::values::Date;

/// A role over an organization's subtree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Grant)]
pub struct GrantResponse {
    /// The role.
    pub role: Role,
    /// The organization at the root of the subtree; null for roles that have no place.
    pub organization_id: Option<Id>,
    /// That organization's name.
    #[schema(max_length = 200)]
    pub organization_name: Option<String>,
    /// The last day of the grant; null while it does not end.
    pub until: Option<Date>,
}

impl From<PlacedGrant> for GrantResponse {
    fn from(placed: PlacedGrant) -> Self {
        Self {
            role: placed.grant.role,
            organization_id: placed.grant.organization_id,
            organization_name: placed.place.map(|(name, _)| name),
            until: placed.grant.valid_until,
        }
    }
}

/// The code with which a person chooses their first or next password at `POST /v1/sessions/_activate`.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Activation {
    /// The code; case and hyphens do not matter. Good once.
    #[schema(
        min_length = 34,
        max_length = 34,
        example = "5H2K-9QXV-0M4T-R7YB-3D8N-WJ6C-EF1A"
    )]
    pub code: String,
    /// Until when it is good.
    pub expires_at: UtcTimestamp,
}

impl std::fmt::Debug for Activation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Activation(until {})", self.expires_at)
    }
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub struct UserResponse {
    /// The user's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// Username.
    #[schema(value_type = Username)]
    pub username: String,
    /// What the person is called.
    #[schema(max_length = 60)]
    pub display_name: String,
    /// What the person may do, and where.
    #[schema(max_items = 32)]
    pub grants: Vec<GrantResponse>,
    /// The mentor this person is.
    pub mentor_id: Option<Id>,
    /// The cadre this person is.
    pub cadre_id: Option<Id>,
    /// Whether the account is closed.
    pub disabled: bool,
    /// Whether the person has chosen a password.
    pub activated: bool,
    /// The activation code: only in the answer that makes it.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Activation, required = false)]
    pub activation: Visible<Activation>,
}

versioned!(UserResponse, "user");

impl UserResponse {
    /// The user with their grants.
    pub fn from_row(row: User, grants: Vec<PlacedGrant>) -> Self {
        Self {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            username: row.username,
            display_name: row.display_name,
            grants: grants.into_iter().map(GrantResponse::from).collect(),
            mentor_id: row.mentor_id,
            cadre_id: row.cadre_id,
            disabled: row.disabled,
            activated: row.password_hash.is_some(),
            activation: Visible::Hidden,
        }
    }

    /// The same with an activation code that was just made.
    #[must_use]
    pub fn with(mut self, activation: Activation) -> Self {
        self.activation = Visible::Shown(activation);
        self
    }
}
