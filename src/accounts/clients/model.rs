//! What is stored, sent and received of clients.

use std::fmt;

use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::db::schema::clients;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::error::{Error, FieldErrors, Result};
use crate::external_ids::{ExternalRef, Source};
use crate::http::read_only;
use crate::http::{Patch, Visible, versioned};
use crate::organizations::{Naming, OrganizationCode};
use crate::values::Text;

/// A name is one client's.
pub const NAME_KEY: UniqueKey = UniqueKey::new("clients_name_key", "clients.name");

/// Every scope, in the order of the contract.
pub const SCOPES: &[&str] = &[
    "organizations:read",
    "organizations:write",
    "cadres:read",
    "cadres:write",
    "mentors:read",
    "mentors:write",
    "assignments:read",
    "assignments:write",
    "evaluations:read",
    "evaluations:write",
    "plans:read",
    "growth:read",
    "growth:write",
    "training:read",
    "training:write",
    "postings:read",
    "postings:write",
    "mentoring-sessions:read",
    "changes:read",
    "webhooks:write",
    "imports:write",
    "identity:reveal",
    "analytics:read",
];

/// One scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope(&'static str);

impl Scope {
    /// Reads a scope; none for anything that is not one.
    pub fn parse(text: &str) -> Option<Self> {
        SCOPES.iter().find(|scope| **scope == text).map(|s| Self(s))
    }

    /// The scope.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl deserr::Deserr<FieldErrors> for Scope {
    fn deserialize_from_value<V: deserr::IntoValue>(
        value: deserr::Value<V>,
        location: deserr::ValuePointerRef,
    ) -> std::result::Result<Self, FieldErrors> {
        let text =
            <String as deserr::Deserr<FieldErrors>>::deserialize_from_value(value, location)?;
        Self::parse(&text).ok_or_else(|| {
            let allowed = SCOPES.join(", ");
            let fault = crate::error::Fault::with("code-unknown", &[&allowed]);
            FieldErrors::one(crate::error::pointer(location), fault)
        })
    }
}

impl Serialize for Scope {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl utoipa::PartialSchema for Scope {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(SCOPES.iter().copied()))
            .into()
    }
}

impl ToSchema for Scope {}

/// A client as stored.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = clients, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Client {
    /// Id, and what it authenticates as.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Who made it.
    pub created_by: Option<Id>,
    /// Name.
    pub name: String,
    /// Scopes, separated by blanks.
    pub scopes: String,
    /// The organization at the root of its subtree.
    pub organization_id: Id,
    /// The source of its external ids.
    pub source: Option<String>,
    /// The digest of its secret.
    pub secret_digest: Option<Vec<u8>>,
    /// Whether it is closed.
    pub disabled: bool,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.id)
    }
}

impl Client {
    /// The scopes it was registered with.
    pub fn scopes(&self) -> Vec<Scope> {
        let words = self.scopes.split_ascii_whitespace();
        words.filter_map(Scope::parse).collect()
    }
}

/// Another system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Client)]
pub struct ClientResponse {
    /// The client's id; its `client_id` at `POST /oauth2/token`.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// Name, unique among all clients.
    #[schema(max_length = 100)]
    pub name: String,
    /// What it may do.
    #[schema(max_items = 23)]
    pub scopes: Vec<Scope>,
    /// The organization at the root of its subtree.
    pub organization_id: Id,
    /// That organization's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The source under which its external ids are read.
    #[schema(value_type = Option<Source>)]
    pub source: Option<String>,
    /// Whether it is closed.
    pub disabled: bool,
    /// The secret: only in the answer that makes it.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = String, required = false, max_length = 47, example = "xms_HTdGKd9WfYzXjT0lbY6Ynv3cCk0dDqvPp3m6oEaBc1Y")]
    pub secret: Visible<String>,
}

versioned!(ClientResponse, "client");

impl ClientResponse {
    /// The client with its organization's name.
    pub fn from_row(row: Client, organization_name: String) -> Self {
        Self {
            scopes: row.scopes(),
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            name: row.name,
            organization_id: row.organization_id,
            organization_name,
            source: row.source,
            disabled: row.disabled,
            secret: Visible::Hidden,
        }
    }

    /// The same with a secret that was just made.
    #[must_use]
    pub fn with(mut self, secret: String) -> Self {
        self.secret = Visible::Shown(secret);
        self
    }
}

/// A new client. Exactly one of `organizationId`, `organizationCode` and `organizationRef` names its organization. The answer
/// bears its secret once.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<ClientResponse, CreateClient>)]
#[schema(rename_all = "camelCase", example = json!({
    "id": "0189857f-7a00-7000-8000-000000000002", "name": "hr-portal-2", "scopes": ["cadres:read", "cadres:write"],
    "organizationCode": "BZ", "source": "hr-2"
}))]
pub struct CreateClient {
    /// An id of the caller's own; no user's.
    #[deserr(default)]
    pub id: Option<Id>,
    /// Name, unique among all clients.
    pub name: Text<100>,
    /// What it may do; at least one.
    #[schema(min_items = 1, max_items = 23)]
    pub scopes: Vec<Scope>,
    /// The organization at the root of its subtree.
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// Its code.
    #[deserr(default)]
    pub organization_code: Option<OrganizationCode>,
    /// Its id in another system.
    #[deserr(default)]
    pub organization_ref: Option<ExternalRef>,
    /// The source under which its external ids are read.
    #[deserr(default)]
    pub source: Option<Source>,
}

/// Changes to a client.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<ClientResponse, CreateClient>)]
#[schema(rename_all = "camelCase")]
pub struct PatchClient {
    /// Name, unique among all clients.
    #[deserr(default)]
    #[schema(value_type = Option<Text<100>>)]
    pub name: Patch<Text<100>>,
    /// What it may do; at least one.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<Scope>>, min_items = 1, max_items = 23)]
    pub scopes: Patch<Vec<Scope>>,
    /// The organization at the root of its subtree.
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// Its code.
    #[deserr(default)]
    pub organization_code: Option<OrganizationCode>,
    /// Its id in another system.
    #[deserr(default)]
    pub organization_ref: Option<ExternalRef>,
    /// The source under which its external ids are read.
    #[deserr(default)]
    #[schema(value_type = Option<Source>)]
    pub source: Patch<Source>,
    /// Whether it is closed.
    #[deserr(default)]
    #[schema(value_type = Option<bool>)]
    pub disabled: Patch<bool>,
}

impl PatchClient {
    /// How the organization is named.
    pub fn naming(&self) -> Naming<'_> {
        Naming::new(
            self.organization_id,
            self.organization_code.as_ref(),
            self.organization_ref.as_ref(),
        )
    }
}

impl From<&CreateClient> for PatchClient {
    fn from(new: &CreateClient) -> Self {
        Self {
            name: Patch::Value(new.name.clone()),
            scopes: Patch::Value(new.scopes.clone()),
            organization_id: new.organization_id,
            organization_code: new.organization_code.clone(),
            organization_ref: new.organization_ref.clone(),
            source: new.source.clone().map_or(Patch::Absent, Patch::Value),
            disabled: Patch::Absent,
        }
    }
}

/// Filters of the list of clients.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ClientFilters {
    /// At this very organization.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
}

/// The tokens of `POST /oauth2/token` (RFC 6749 §5.1), in that document's own words.
#[derive(Clone, Serialize, ToSchema)]
pub struct TokenResponse {
    /// Sent as `Authorization: Bearer` with every request.
    #[schema(max_length = 16384)]
    pub access_token: String,
    /// `Bearer`.
    #[schema(max_length = 6, example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds the access token is good for.
    #[schema(minimum = 1, maximum = 900)]
    pub expires_in: i64,
    /// What it allows, separated by blanks.
    #[schema(max_length = 1000)]
    pub scope: String,
}

/// Checks that scopes were given and keeps each once, in the order of the list.
pub fn normalize(scopes: &[Scope]) -> Result<String> {
    if scopes.is_empty() {
        return Err(Error::field("/scopes", "required"));
    }
    if scopes.len() > SCOPES.len() {
        let fault = crate::error::Fault::with("out-of-range", &[&1, &SCOPES.len()]);
        return Err(Error::Invalid(FieldErrors::one("/scopes", fault)));
    }
    let known = SCOPES.iter().filter_map(|scope| Scope::parse(scope));
    let held: Vec<&str> = known
        .filter(|scope| scopes.contains(scope))
        .map(Scope::as_str)
        .collect();
    Ok(held.join(" "))
}
