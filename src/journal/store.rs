//! Queries of the journal.

use diesel::dsl;
use diesel::prelude::*;

use super::model::{Change, Entry, LatestChange};
use super::request::JournalFilters;
use crate::access::Account;
use crate::context::Context;
use crate::db::schema::{journal_entries, journal_payloads, journal_pending, journal_seals};
use crate::db::{DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, UtcTimestamp, on_backend, within};
use crate::error::{Error, Result};
use crate::listing::{List, Sort, SortColumn};
use crate::values::Date;

/// Writes the row of a change; every write calls it in its own transaction.
///
/// # Errors
/// When the database refuses.
pub fn record(tx: &mut DbConn, context: &Context, change: &Change<'_>) -> Result<()> {
    let payload = payload(change)?;
    let digest = payload
        .as_ref()
        .map(|(salt, text)| crate::vault::sha256(&[salt, text.as_bytes()]).to_vec());
    let fields = serde_json::to_string(change.changed_fields).map_err(Error::internal)?;
    let entry_id: i64 = diesel::insert_into(journal_entries::table)
        .values((
            journal_entries::occurred_at.eq(context.now),
            journal_entries::action.eq(change.action),
            journal_entries::resource_type.eq(change.resource_type),
            journal_entries::resource_id.eq(change.resource_id),
            journal_entries::version.eq(change.version),
            journal_entries::changed_fields.eq(fields),
            journal_entries::organization_id.eq(change.organization_id),
            journal_entries::cadre_id.eq(change.cadre_id),
            journal_entries::actor_type.eq(context.actor.kind()),
            journal_entries::actor_id.eq(context.actor.id()),
            journal_entries::request_id.eq(Some(&context.request_id)),
            journal_entries::payload_digest.eq(digest),
        ))
        .returning(journal_entries::id)
        .get_result(tx)?;
    if let Some((salt, text)) = payload {
        diesel::insert_into(journal_payloads::table)
            .values((
                journal_payloads::entry_id.eq(entry_id),
                journal_payloads::salt.eq(salt.to_vec()),
                journal_payloads::payload.eq(text),
            ))
            .execute(tx)?;
    }
    diesel::insert_into(journal_pending::table)
        .values(journal_pending::entry_id.eq(entry_id))
        .execute(tx)?;
    Ok(())
}

/// Writes the rows of many changes at once, in their order; those with words of the caller's own go one by one.
///
/// # Errors
/// When the database refuses.
pub fn record_many(tx: &mut DbConn, context: &Context, changes: &[Change<'_>]) -> Result<()> {
    for changes in changes.chunks(ROWS_PER_STATEMENT) {
        if changes.iter().any(|change| payload_needed(change)) {
            for change in changes {
                record(tx, context, change)?;
            }
            continue;
        }
        let rows = changes
            .iter()
            .map(|change| NewEntry::from_change(change, context))
            .collect::<Result<Vec<_>>>()?;
        let ids: Vec<i64> = on_backend!(tx, |c| diesel::insert_into(journal_entries::table)
            .values(&rows)
            .returning(journal_entries::id)
            .get_results(c))?;
        let pending: Vec<_> = ids
            .into_iter()
            .map(|id| journal_pending::entry_id.eq(id))
            .collect();
        on_backend!(tx, |c| diesel::insert_into(journal_pending::table)
            .values(&pending)
            .execute(c))?;
    }
    Ok(())
}

/// A row without a payload.
#[derive(Insertable)]
#[diesel(table_name = journal_entries, treat_none_as_default_value = false)]
struct NewEntry<'a> {
    occurred_at: UtcTimestamp,
    action: &'a str,
    resource_type: &'a str,
    resource_id: Id,
    version: i64,
    changed_fields: String,
    organization_id: Option<Id>,
    cadre_id: Option<Id>,
    actor_type: &'a str,
    actor_id: Option<Id>,
    request_id: Option<&'a str>,
}

impl<'a> NewEntry<'a> {
    fn from_change(change: &Change<'a>, context: &'a Context) -> Result<Self> {
        Ok(Self {
            occurred_at: context.now,
            action: change.action,
            resource_type: change.resource_type,
            resource_id: change.resource_id,
            version: change.version,
            changed_fields: serde_json::to_string(change.changed_fields)
                .map_err(Error::internal)?,
            organization_id: change.organization_id,
            cadre_id: change.cadre_id,
            actor_type: context.actor.kind(),
            actor_id: context.actor.id(),
            request_id: Some(&context.request_id),
        })
    }
}

fn payload_needed(change: &Change<'_>) -> bool {
    change.reason.is_some() || !change.overrides.is_empty() || change.effective_on.is_some()
}

/// What may have to be erased one day, with a salt of its own.
fn payload(change: &Change<'_>) -> Result<Option<([u8; 16], String)>> {
    if !payload_needed(change) {
        return Ok(None);
    }
    let mut payload = serde_json::json!({ "reason": change.reason, "overrides": change.overrides });
    if let Some(day) = change.effective_on {
        payload["effectiveOn"] = day.to_string().into();
    }
    let mut salt = [0; 16];
    crate::vault::random(&mut salt);
    Ok(Some((
        salt,
        serde_json::to_string(&payload).map_err(Error::internal)?,
    )))
}

/// The last sealed position; 0 while nothing is sealed.
///
/// # Errors
/// When the database refuses.
pub fn position(conn: &mut DbConn) -> Result<i64> {
    let last = journal_seals::table
        .select(journal_seals::position)
        .order(journal_seals::position.desc())
        .first(conn)
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// Whether the caller made the resource, or did what was done: what they repeat is no conflict.
pub fn created_by_caller(context: &Context, created_by: Option<Id>) -> bool {
    context.actor.account != Account::System && context.actor.id() == created_by
}

/// A row with its position and payload.
pub type Row = (i64, Entry, Option<String>);

type Sealed = dsl::InnerJoinQuerySource<
    journal_seals::table,
    journal_entries::table,
    dsl::Eq<journal_entries::id, journal_seals::entry_id>,
>;
type Joined = dsl::LeftJoinQuerySource<
    Sealed,
    journal_payloads::table,
    dsl::Eq<journal_payloads::entry_id, journal_entries::id>,
>;

/// What the journal is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JournalSort {
    /// The position.
    Position,
}

impl Sort for JournalSort {
    type Row = Row;
    type Source = Joined;
    const ALL: &'static [(&'static str, Self)] = &[("position", Self::Position)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Position => SortColumn::new(journal_seals::position, |(position, ..)| *position),
        }
    }
}

/// Sealed rows that pass the filters and lie in the caller's reach; a macro because the joined query has no type one could write
/// down.
macro_rules! matching {
    ($context:expr, $filters:expr) => {{
        let (context, filters): (&Context, &JournalFilters) = ($context, $filters);
        let mut query = journal_seals::table
            .inner_join(journal_entries::table.on(journal_entries::id.eq(journal_seals::entry_id)))
            .left_join(
                journal_payloads::table.on(journal_payloads::entry_id.eq(journal_entries::id)),
            )
            .into_boxed::<MultiBackend>();
        if let Some(value) = &filters.resource_type {
            query = query.filter(journal_entries::resource_type.eq(value.as_str().to_owned()));
        }
        if let Some(value) = filters.resource_id {
            query = query.filter(journal_entries::resource_id.eq(value));
        }
        if let Some(value) = filters.cadre_id {
            query = query.filter(journal_entries::cadre_id.eq(value));
        }
        if let Some(value) = filters.actor_id {
            query = query.filter(journal_entries::actor_id.eq(value));
        }
        if let Some(value) = &filters.action {
            query = query.filter(journal_entries::action.eq(value.as_str().to_owned()));
        }
        if let Some(value) = filters.occurred_at_gte {
            query = query.filter(journal_entries::occurred_at.ge(value));
        }
        if let Some(value) = filters.occurred_at_lte {
            query = query.filter(journal_entries::occurred_at.le(value));
        }
        if !context.reach.everything {
            query = query.filter(within!(
                Joined,
                journal_entries::organization_id.assume_not_null(),
                &context.reach
            ));
        }
        query
    }};
}

/// Rows in the order of their positions.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &JournalFilters,
    list: &List<JournalSort>,
) -> Result<Vec<Row>> {
    let query = matching!(context, filters).select((
        journal_seals::position,
        Entry::as_select(),
        journal_payloads::payload.nullable(),
    ));
    Ok(list.window(query, false)?.load(conn)?)
}

/// How many rows there are in all, or of these resources.
///
/// # Errors
/// When the database refuses.
pub fn count(
    conn: &mut DbConn,
    context: &Context,
    filters: &JournalFilters,
    of: Option<&[Id]>,
) -> Result<i64> {
    let mut query = matching!(context, filters);
    if let Some(ids) = of {
        query = query.filter(journal_entries::resource_id.eq_any(ids.to_vec()));
    }
    Ok(query.count().get_result(conn)?)
}

/// The resources of a kind that rows are about, each with its cadre.
///
/// # Errors
/// When the database refuses.
pub fn mentioned(
    conn: &mut DbConn,
    context: &Context,
    filters: &JournalFilters,
    resource_type: &str,
) -> Result<Vec<(Id, Option<Id>)>> {
    let query = matching!(context, filters)
        .filter(journal_entries::resource_type.eq(resource_type.to_owned()))
        .select((journal_entries::resource_id, journal_entries::cadre_id))
        .distinct();
    Ok(query.load(conn)?)
}

/// Who made the latest change of this kind to a resource; `Some(None)` is the service itself.
///
/// # Errors
/// When the database refuses.
pub fn last_actor(conn: &mut DbConn, resource_id: Id, action: &str) -> Result<Option<Option<Id>>> {
    let latest = journal_entries::table
        .filter(journal_entries::resource_id.eq(resource_id))
        .filter(journal_entries::action.eq(action))
        .order(journal_entries::id.desc())
        .select(journal_entries::actor_id);
    Ok(latest.first(conn).optional()?)
}

/// Whether an account ever changed anything.
///
/// # Errors
/// When the database refuses.
pub fn has_acted(conn: &mut DbConn, account_id: Id) -> Result<bool> {
    let theirs = journal_entries::table
        .filter(journal_entries::actor_id.eq(account_id))
        .select(journal_entries::id);
    Ok(theirs.first::<i64>(conn).optional()?.is_some())
}

/// Whether a change of this kind happened to one of these resources since a moment.
///
/// # Errors
/// When the database refuses.
pub fn has_happened(
    conn: &mut DbConn,
    resources: &[Id],
    action: &str,
    since: UtcTimestamp,
) -> Result<bool> {
    let entry = journal_entries::table
        .filter(journal_entries::resource_id.eq_any(resources.to_vec()))
        .filter(journal_entries::action.eq(action))
        .filter(journal_entries::occurred_at.ge(since.0))
        .select(journal_entries::id);
    Ok(entry.first::<i64>(conn).optional()?.is_some())
}

/// What the latest change of these kinds to a resource said.
///
/// # Errors
/// When the database refuses.
pub fn latest(
    conn: &mut DbConn,
    resource_id: Id,
    actions: &[&str],
) -> Result<Option<LatestChange>> {
    let latest: Option<(String, Option<Id>, Option<String>)> = journal_entries::table
        .left_join(journal_payloads::table.on(journal_payloads::entry_id.eq(journal_entries::id)))
        .filter(journal_entries::resource_id.eq(resource_id))
        .filter(journal_entries::action.eq_any(actions.iter().copied()))
        .order(journal_entries::id.desc())
        .select((
            journal_entries::action,
            journal_entries::actor_id,
            journal_payloads::payload.nullable(),
        ))
        .first(conn)
        .optional()?;
    let Some((action, actor_id, payload)) = latest else {
        return Ok(None);
    };
    let payload: serde_json::Value = payload
        .map(|text| serde_json::from_str(&text).map_err(Error::internal))
        .transpose()?
        .unwrap_or_default();
    let text = |member: &str| payload.get(member).and_then(|value| value.as_str());
    Ok(Some(LatestChange {
        action,
        actor_id,
        reason: text("reason").map(str::to_owned),
        effective_on: text("effectiveOn").and_then(|day| Date::parse(day).ok()),
    }))
}
