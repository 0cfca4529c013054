//! `GET /v1/journal`.

use actix_web::get;

use super::model::{ActorResponse, JournalEntryResponse};
use super::request::JournalFilters;
use super::store::{self, JournalSort, Row};
use crate::access::Permission::JournalRead;
use crate::access::{Role, markers};
use crate::context::Context;
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT};
use crate::error::{Error, Result};
use crate::events::Mention;
use crate::http::{Authorized, Endpoints, Operation, Reply, State, Visible};
use crate::listing::{List, ListQuery, Page, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(list_journal);
    },
    operations: &[Operation::guarded("list_journal", JournalRead, 2)],
};

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
    state.list(&guard, query, list).await
}

fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &JournalFilters,
    list: &List<JournalSort>,
) -> Result<Page<JournalEntryResponse>> {
    let rows = known(conn, context, filters, list)?;
    let count = || count(conn, context, filters);
    list.page(rows, count, |row| see(row, context))
}

/// Rows of a page without those that a higher room withholds from the caller; what they leave free is filled up.
fn known(
    conn: &mut DbConn,
    context: &Context,
    filters: &JournalFilters,
    list: &List<JournalSort>,
) -> Result<Vec<Row>> {
    let mut rest = list.clone();
    let mut known = Vec::new();
    loop {
        let rows = store::page(conn, context, filters, &rest)?;
        let is_last = rows.len() < list.wanted();
        if let Some(last) = rows.last() {
            rest = rest.after(last)?;
        }
        let mentions: Vec<Mention<'_>> = rows
            .iter()
            .map(|(_, entry, _)| Mention {
                resource_type: &entry.resource_type,
                resource_id: entry.resource_id,
                cadre_id: entry.cadre_id,
            })
            .collect();
        let withheld = withheld(conn, context, &mentions)?;
        let kept = |(_, entry, _): &Row| !withheld.contains(&entry.resource_id);
        known.extend(rows.into_iter().filter(kept));
        if is_last || known.len() >= list.wanted() {
            known.truncate(list.wanted());
            return Ok(known);
        }
    }
}

/// Of these lines, the resources that a higher room withholds; an auditor, who rates nobody, is told of all.
fn withheld(conn: &mut DbConn, context: &Context, mentions: &[Mention<'_>]) -> Result<Vec<Id>> {
    if context.reach.everything {
        return Ok(Vec::new());
    }
    (context.deps.hooks.withheld)(conn, context, mentions)
}

/// How many rows there are without those that are withheld from the caller.
fn count(conn: &mut DbConn, context: &Context, filters: &JournalFilters) -> Result<i64> {
    let mut total = store::count(conn, context, filters, None)?;
    if context.reach.everything {
        return Ok(total);
    }
    let mut kept_back = Vec::new();
    for resource_type in context.deps.hooks.withheld_kinds {
        let mentioned = store::mentioned(conn, context, filters, resource_type)?;
        for mentioned in mentioned.chunks(ROWS_PER_STATEMENT) {
            let mention = |(resource_id, cadre_id): &(Id, Option<Id>)| Mention {
                resource_type,
                resource_id: *resource_id,
                cadre_id: *cadre_id,
            };
            let mentions: Vec<Mention<'_>> = mentioned.iter().map(mention).collect();
            kept_back.extend(withheld(conn, context, &mentions)?);
        }
    }
    kept_back.sort();
    kept_back.dedup();
    for ids in kept_back.chunks(ROWS_PER_STATEMENT) {
        total -= store::count(conn, context, filters, Some(ids))?;
    }
    Ok(total)
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
        reason: Visible::when(!context.actor.is(Role::Auditor), || reason),
        overrides: overrides.unwrap_or_default(),
    })
}
