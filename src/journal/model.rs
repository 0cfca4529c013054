//! What a journal row says.

use diesel::prelude::*;
use serde::Serialize;

use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::values::Date;

/// A line is sealed once.
pub const ONE_SEAL: UniqueKey =
    UniqueKey::new("journal_seals_entry_id_key", "journal_seals.entry_id");

/// A change, as a use case reports it.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// What happened: `assignment.activated`.
    pub action: &'static str,
    /// To what kind of resource: `assignment`.
    pub resource_type: &'static str,
    /// To which.
    pub resource_id: Id,
    /// Its version after the change.
    pub version: i64,
    /// The members that changed, by their names in the API.
    pub changed_fields: &'a [&'a str],
    /// The unit it belongs to: who of the managers sees the row.
    pub organization_id: Option<Id>,
    /// The cadre it is about.
    pub cadre_id: Option<Id>,
    /// Why, in the caller's words.
    pub reason: Option<&'a str>,
    /// Rules that were overridden.
    pub overrides: &'a [Override],
    /// Since when it holds, where that is another day than that of the record.
    pub effective_on: Option<Date>,
}

/// What the latest change of some kinds said, so that a verb knows its own repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestChange {
    /// What happened.
    pub action: String,
    /// Who made it; none for the service itself.
    pub actor_id: Option<Id>,
    /// Why.
    pub reason: Option<String>,
    /// Since when it holds.
    pub effective_on: Option<Date>,
}

impl Change<'_> {
    /// A change with nothing to say beyond action and resource.
    pub const fn new(
        action: &'static str,
        resource_type: &'static str,
        resource_id: Id,
        version: i64,
    ) -> Self {
        Self {
            action,
            resource_type,
            resource_id,
            version,
            changed_fields: &[],
            organization_id: None,
            cadre_id: None,
            reason: None,
            overrides: &[],
            effective_on: None,
        }
    }
}

/// A rule that a manager overrode, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Override {
    /// The rule's id, `R05`.
    #[schema(max_length = 16)]
    pub rule: String,
    /// Why it was overridden.
    #[schema(max_length = 500)]
    pub reason: String,
}

/// A row of the journal as it is stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = crate::db::schema::journal_entries)]
pub struct Entry {
    pub id: i64,
    pub occurred_at: UtcTimestamp,
    pub action: String,
    pub resource_type: String,
    pub resource_id: Id,
    pub version: i64,
    pub changed_fields: String,
    pub organization_id: Option<Id>,
    pub cadre_id: Option<Id>,
    pub actor_type: String,
    pub actor_id: Option<Id>,
    pub request_id: Option<String>,
    pub payload_digest: Option<Vec<u8>>,
}

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = JournalActor)]
pub struct ActorResponse {
    /// `USER`, `CLIENT` or `SYSTEM`.
    #[serde(rename = "type")]
    #[schema(max_length = 16, example = "USER")]
    pub kind: String,
    /// The account; none for the service itself.
    pub id: Option<Id>,
}

/// A sealed row of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JournalEntry)]
pub struct JournalEntryResponse {
    /// Its place in the journal, without gaps, in the order of commits.
    #[schema(minimum = 1, example = 4711)]
    pub position: i64,
    /// When it happened.
    pub occurred_at: UtcTimestamp,
    /// What happened: `assignment.activated`. More actions will come.
    #[schema(max_length = 64, example = "assignment.activated")]
    pub action: String,
    /// The kind of resource it happened to.
    #[schema(max_length = 64, example = "assignment")]
    pub resource_type: String,
    /// The resource.
    pub resource_id: Id,
    /// The resource's version after the change.
    #[schema(minimum = 0)]
    pub version: i64,
    /// The members that changed.
    #[schema(max_items = 64)]
    pub changed_fields: Vec<String>,
    /// The unit it belongs to.
    pub organization_id: Option<Id>,
    /// The cadre it is about.
    pub cadre_id: Option<Id>,
    /// Who did it.
    pub actor: ActorResponse,
    /// The request that did it.
    #[schema(max_length = 64)]
    pub request_id: Option<String>,
    /// Why, in the words of the one who did it; for managers, not for auditors.
    #[serde(skip_serializing_if = "crate::http::Visible::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 2000, required = false)]
    pub reason: crate::http::Visible<Option<String>>,
    /// The rules overridden.
    #[schema(max_items = 16)]
    pub overrides: Vec<Override>,
}
