//! Queries of growth entries.

use diesel::prelude::*;

use super::model::{EntryKind, EntryStatus, GrowthEntry, GrowthEntryRecord};
use super::request::GrowthEntryFilters;
use crate::cadres::ways_to_file;
use crate::context::Context;
use crate::db::schema::{assignments, cadres, growth_entries, organizations};
use crate::db::{
    self, DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, any_of, on_backend, one_of, unindexed,
};
use crate::error::{Error, Result};
use crate::listing::{List, Sort, SortColumn};
use crate::organizations::{ListedOrganizations, within_organizations};
use crate::values::{Date, DateBound};

diesel::alias!(organizations as present_unit: PresentOrganization);

/// Everything a reply shows, in one statement; a macro because the joined query has no type one could write down.
macro_rules! records {
    () => {
        growth_entries::table
            .inner_join(cadres::table.on(cadres::id.eq(growth_entries::cadre_id)))
            .inner_join(
                organizations::table.on(organizations::id.eq(growth_entries::organization_id)),
            )
            .inner_join(
                present_unit.on(present_unit
                    .field(organizations::id)
                    .eq(growth_entries::present_organization_id)),
            )
            .select((
                GrowthEntry::as_select(),
                cadres::name,
                (cadres::political_mentor_id, cadres::professional_mentor_id),
                organizations::name,
                organizations::path,
                present_unit.field(organizations::path),
            ))
    };
}

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<GrowthEntry>> {
    Ok(growth_entries::table
        .find(id)
        .select(GrowthEntry::as_select())
        .first(conn)
        .optional()?)
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<GrowthEntryRecord>> {
    Ok(records!()
        .filter(growth_entries::id.eq(id))
        .first::<GrowthEntryRecord>(conn)
        .optional()?)
}

/// The row with what a reply shows, locked against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn sight_locked(tx: &mut DbConn, id: Id) -> Result<Option<GrowthEntryRecord>> {
    if let DbConn::Postgres(tx) = tx {
        let locked = growth_entries::table
            .find(id)
            .select(growth_entries::id)
            .for_update();
        locked.first::<Id>(tx).optional()?;
    }
    find_record(tx, id)
}

/// Writes a new row.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut DbConn, entry: &GrowthEntry) -> Result<()> {
    diesel::insert_into(growth_entries::table)
        .values(entry)
        .execute(tx)?;
    Ok(())
}

/// Writes many new rows.
///
/// # Errors
/// When the database refuses.
pub fn insert_many(tx: &mut DbConn, entries: &[GrowthEntry]) -> Result<()> {
    for rows in entries.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(growth_entries::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
}

/// Writes a changed row over the version before.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, entry: &GrowthEntry) -> Result<()> {
    let former = growth_entries::table
        .find(entry.id)
        .filter(growth_entries::version.eq(entry.version - 1));
    match diesel::update(former).set(entry).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// What lists of growth entries are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrowthEntrySort {
    /// The id.
    Id,
    /// The day it happened.
    OccurredOn,
}

impl Sort for GrowthEntrySort {
    type Row = GrowthEntryRecord;
    type Source = growth_entries::table;
    const ALL: &'static [(&'static str, Self)] =
        &[("id", Self::Id), ("occurredOn", Self::OccurredOn)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(growth_entries::id, |row| row.entry.id),
            Self::OccurredOn => {
                SortColumn::new(growth_entries::occurred_on, |row| row.entry.occurred_on)
            }
        }
    }
}

/// The rows of a page: their ids are found first, so that the walk over an index stays narrow however long the texts are.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &GrowthEntryFilters,
    units: &ListedOrganizations,
    list: &List<GrowthEntrySort>,
) -> Result<Vec<GrowthEntryRecord>> {
    let ids = matching(context, filters, units).select(growth_entries::id);
    let ids = list.window(ids, units.is_narrow())?;
    let rows = records!().into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, growth_entries::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &GrowthEntryFilters,
    units: &ListedOrganizations,
) -> Result<i64> {
    let matching = matching(context, filters, units);
    Ok(matching.count().get_result(conn)?)
}

/// How many complete entries of a kind about a cadre, that no other has corrected, are dated between two days, both included.
///
/// # Errors
/// When the database refuses.
pub fn count_between(
    conn: &mut DbConn,
    cadre_id: Id,
    kind: EntryKind,
    (from, to): (Date, Date),
) -> Result<i64> {
    let entries = growth_entries::table
        .filter(growth_entries::cadre_id.eq(cadre_id))
        .filter(growth_entries::occurred_on.between(from, to))
        .filter(unindexed(growth_entries::kind, growth_entries::kind).eq(kind))
        .filter(unindexed(growth_entries::status, growth_entries::status).ne(EntryStatus::Draft))
        .filter(growth_entries::superseded_by_id.is_null());
    Ok(entries.count().get_result(conn)?)
}

/// The entries of a cadre that no other has corrected, the newest first, whoever may see them.
///
/// # Errors
/// When the database refuses.
pub fn current_of(
    conn: &mut DbConn,
    cadre_id: Id,
    since: Option<Date>,
    limit: i64,
) -> Result<Vec<GrowthEntryRecord>> {
    let mut query = records!()
        .filter(growth_entries::cadre_id.eq(cadre_id))
        .filter(growth_entries::superseded_by_id.is_null())
        .into_boxed::<MultiBackend>();
    if let Some(day) = since {
        query = query.filter(growth_entries::occurred_on.ge(day));
    }
    Ok(query
        .order((
            growth_entries::occurred_on.desc(),
            growth_entries::id.desc(),
        ))
        .limit(limit)
        .load(conn)?)
}

type Query<'a> = growth_entries::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<growth_entries::table>;

fn matching<'a>(
    context: &Context,
    filters: &GrowthEntryFilters,
    units: &ListedOrganizations,
) -> Query<'a> {
    let mut query = in_reach(context, units);
    if let Some(id) = filters.cadre_id {
        query = query.filter(growth_entries::cadre_id.eq(id));
    }
    if let Some(unit) = &units.asked {
        query = query.filter(within_organizations!(
            growth_entries::table,
            unit,
            growth_entries::organization_id
        ));
    }
    if let Some(kinds) = &filters.kind {
        query = query.filter(
            one_of!(growth_entries::table, growth_entries::kind, &kinds.0, common: EntryKind::ALL),
        );
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(one_of!(
            growth_entries::table, growth_entries::status, &statuses.0,
            common: [EntryStatus::Recorded, EntryStatus::Verified]
        ));
    }
    if let Some(DateBound(day)) = filters.occurred_on_gte {
        query = query.filter(growth_entries::occurred_on.ge(day));
    }
    if let Some(DateBound(day)) = filters.occurred_on_lte {
        query = query.filter(growth_entries::occurred_on.le(day));
    }
    query
}

/// What the caller reaches, as `rules::sees` has it: subtrees, own mentees and what was written of former ones, oneself.
fn in_reach<'a>(context: &Context, units: &ListedOrganizations) -> Query<'a> {
    let reach = &context.reach;
    let query = growth_entries::table.into_boxed::<MultiBackend>();
    if reach.everything {
        return query;
    }
    let mut conditions = ways_to_file!(
        growth_entries::table,
        reach,
        &units.reached,
        growth_entries::cadre_id,
        growth_entries::organization_id,
        growth_entries::present_organization_id,
    );
    if let Some(mentor_id) = reach.mentor_id {
        conditions.extend(context.actor.id().map(|author| written(mentor_id, author)));
    }
    query.filter(any_of(conditions))
}

/// A mentor wrote only about those they were paired with, so that the index on cadres finds it.
fn written(mentor_id: Id, author: Id) -> Condition {
    let paired = assignments::table
        .filter(assignments::mentor_id.eq(mentor_id))
        .select(assignments::cadre_id);
    Box::new(
        growth_entries::cadre_id
            .eq_any(paired)
            .and(growth_entries::created_by.is_not_null())
            .and(growth_entries::created_by.assume_not_null().eq(author)),
    )
}
