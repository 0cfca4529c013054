//! `GET /v1/journal`.

use actix_web::get;
use deserr::Deserr;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{ActorResponse, JournalEntryResponse};
use super::store::{self, Criteria, Row};
use crate::access::{Context, Mention, Role, markers};
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, FieldErrors, Result};
use crate::http::{
    After, Authorized, Filters, ListQuery, Page, Paging, Reply, Seen, State, page_reply,
};
use crate::values::Text;

/// Mounts the room.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_journal);
}

/// Filters of the journal.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct JournalFilters {
    /// The kind of resource.
    #[deserr(default)]
    #[param(required = false, inline)]
    resource_type: Option<Text<64>>,
    /// The resource.
    #[deserr(default)]
    #[param(required = false, inline)]
    resource_id: Option<Id>,
    /// The cadre a change is about.
    #[deserr(default)]
    #[param(required = false, inline)]
    cadre_id: Option<Id>,
    /// The account that made the change.
    #[deserr(default)]
    #[param(required = false, inline)]
    actor_id: Option<Id>,
    /// What happened.
    #[deserr(default)]
    #[param(required = false, inline)]
    action: Option<Text<64>>,
    /// Not before this moment.
    #[deserr(default)]
    #[param(required = false, inline)]
    occurred_at_gte: Option<UtcTimestamp>,
    /// Not after this moment.
    #[deserr(default)]
    #[param(required = false, inline)]
    occurred_at_lte: Option<UtcTimestamp>,
}

impl Filters for JournalFilters {
    const NAMES: &'static [&'static str] = &[
        "resourceType",
        "resourceId",
        "cadreId",
        "actorId",
        "action",
        "occurredAtGte",
        "occurredAtLte",
    ];
}

const MEMBERS: &[&str] = &[
    "position",
    "occurredAt",
    "action",
    "resourceType",
    "resourceId",
    "version",
    "changedFields",
    "organizationId",
    "cadreId",
    "actor",
    "requestId",
    "reason",
    "overrides",
];

/// List the journal
///
/// Every change of the programme, sealed in the order of commits. Auditors see all of it without the words people wrote;
/// managers see what belongs to their subtree.
#[utoipa::path(
    tag = "journal",
    params(JournalFilters, Paging),
    responses((status = 200, description = "A page of the journal.", body = crate::http::openapi::PageOf<JournalEntryResponse>)),
)]
#[get("/journal")]
pub async fn list_journal(
    guard: Authorized<markers::JournalRead>,
    state: State,
    query: ListQuery<JournalFilters>,
) -> Result<Reply> {
    let ListQuery { filters, paging } = query;
    let criteria = Criteria {
        resource_type: filters.resource_type.map(Text::into_string),
        resource_id: filters.resource_id,
        cadre_id: filters.cadre_id,
        actor_id: filters.actor_id,
        action: filters.action.map(Text::into_string),
        occurred_from: filters.occurred_at_gte,
        occurred_to: filters.occurred_at_lte,
    };
    let context = state.context(&guard);
    let (page, paging) = state
        .read(&guard, move |conn, context| {
            Ok((read(conn, context, &criteria, &paging)?, paging.clone()))
        })
        .await?;
    let key = |entry: &JournalEntryResponse| After {
        key: entry.position.to_string(),
        id: entry.resource_id,
    };
    page_reply(page, &paging, &context, MEMBERS, key)
}

fn read(
    conn: &mut DbConn,
    context: &Context,
    criteria: &Criteria,
    paging: &Paging,
) -> Result<Page<JournalEntryResponse>> {
    let after = paging.after(&context.scene.vault, context.actor.id(), context.now)?;
    let after = after
        .map(|after| after.key.parse::<i64>().map_err(|_| Error::InvalidCursor))
        .transpose()?;
    let items = known(conn, context, criteria, paging, after)?
        .into_iter()
        .map(|row| see(row, context))
        .collect::<Result<Vec<_>>>()?;
    Ok(Page {
        items,
        journal_position: store::position(conn)?,
        total: None,
    })
}

/// Rows of a page without those that a higher room withholds from the caller; what they leave free is filled up.
fn known(
    conn: &mut DbConn,
    context: &Context,
    criteria: &Criteria,
    paging: &Paging,
    mut after: Option<i64>,
) -> Result<Vec<Row>> {
    let wanted = usize::try_from(paging.rows()).unwrap_or(usize::MAX);
    let mut known = Vec::new();
    loop {
        let rows = store::page(conn, context, criteria, paging, after)?;
        let is_last = rows.len() < wanted;
        after = rows.last().map(|(position, _, _)| *position);
        let mentions: Vec<Mention<'_>> = rows
            .iter()
            .map(|(_, entry, _)| Mention {
                resource_type: &entry.resource_type,
                resource_id: entry.resource_id,
                cadre_id: entry.cadre_id,
            })
            .collect();
        let withheld = (context.scene.reactions.withheld)(conn, context, &mentions)?;
        let kept = |(_, entry, _): &Row| !withheld.contains(&entry.resource_id);
        known.extend(rows.into_iter().filter(kept));
        if is_last || known.len() >= wanted {
            known.truncate(wanted);
            return Ok(known);
        }
    }
}

fn see((position, entry, payload): Row, context: &Context) -> Result<JournalEntryResponse> {
    let payload: serde_json::Value = payload
        .as_deref()
        .map(serde_json::from_str)
        .transpose()
        .map_err(Error::internal)?
        .unwrap_or_default();
    let overrides = payload
        .get("overrides")
        .cloned()
        .map(serde_json::from_value)
        .transpose()
        .map_err(Error::internal)?;
    let reason = payload
        .get("reason")
        .and_then(|reason| reason.as_str())
        .map(str::to_owned);
    Ok(JournalEntryResponse {
        position,
        occurred_at: entry.occurred_at,
        action: entry.action,
        resource_type: entry.resource_type,
        resource_id: entry.resource_id,
        version: entry.version,
        changed_fields: serde_json::from_str(&entry.changed_fields).map_err(Error::internal)?,
        organization_id: entry.organization_id,
        cadre_id: entry.cadre_id,
        actor: ActorResponse {
            kind: entry.actor_type,
            id: entry.actor_id,
        },
        request_id: entry.request_id,
        reason: Seen::when(!context.actor.is(Role::Auditor), || reason),
        overrides: overrides.unwrap_or_default(),
    })
}
