//! Queries of training events.

use diesel::prelude::*;

use super::model::{TrainingEvent, TrainingEventRecord, TrainingEventStatus};
use super::request::TrainingEventFilters;
use super::scope::EventScope;
use crate::db::schema::{cadres, organizations, training_events};
use crate::db::{self, DbConn, Id, MultiBackend, any_of, unindexed, within};
use crate::error::{Error, Result};
use crate::listing::{EveryMember, List, Sort, SortColumn};
use crate::values::{Date, DateBound};

diesel::alias!(organizations as open_to: OpenToOrganization);

/// What a reply shows, in one statement: of the members that are asked for, what they need, and always what decides who sees the
/// row. A macro because the joined query has no type one could write down.
macro_rules! records {
    ($fields:expr) => {{
        let fields = $fields;
        training_events::table
            .inner_join(
                organizations::table.on(organizations::id.eq(training_events::organization_id)),
            )
            .inner_join(
                open_to.on(open_to
                    .field(organizations::id)
                    .eq(training_events::open_to_organization_id)),
            )
            .select((
                crate::training::events::model::columns!(fields),
                (
                    fields.column(&["organizationName"], organizations::name),
                    organizations::path,
                ),
                (
                    fields.column(
                        &["openToOrganizationName"],
                        open_to.field(organizations::name),
                    ),
                    open_to.field(organizations::path),
                ),
            ))
    }};
}

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<TrainingEvent>> {
    let found = training_events::table
        .find(id)
        .select(TrainingEvent::as_select());
    Ok(found.first(conn).optional()?)
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<TrainingEventRecord>> {
    let found = records!(EveryMember).filter(training_events::id.eq(id));
    Ok(found.first::<TrainingEventRecord>(conn).optional()?)
}

/// The row, locked against other writers until the transaction ends; SQLite has one writer anyway. Whoever takes or frees a seat, or
/// records attendance, takes this lock first.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, id: Id) -> Result<Option<TrainingEvent>> {
    hold(tx, id)?;
    find(tx, id)
}

/// The same with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn lock_record(tx: &mut DbConn, id: Id) -> Result<Option<TrainingEventRecord>> {
    hold(tx, id)?;
    find_record(tx, id)
}

fn hold(tx: &mut DbConn, id: Id) -> Result<()> {
    if let DbConn::Postgres(conn) = tx {
        let row = training_events::table.find(id).select(training_events::id);
        row.for_update().first::<Id>(conn).optional()?;
    }
    Ok(())
}

/// Writes a new row.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut DbConn, row: &TrainingEvent) -> Result<()> {
    diesel::insert_into(training_events::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, row: &TrainingEvent, version: i64) -> Result<()> {
    let former = training_events::table
        .find(row.id)
        .filter(training_events::version.eq(version));
    match diesel::update(former).set(row).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// Writes how many seats are taken, how many wait and how many there were, of a row under lock.
///
/// # Errors
/// When more seats would be taken than there are.
pub fn set_counts(tx: &mut DbConn, row: &TrainingEvent) -> Result<()> {
    diesel::update(training_events::table.find(row.id))
        .set((
            training_events::enrolled.eq(row.enrolled),
            training_events::waitlisted.eq(row.waitlisted),
            training_events::numbered.eq(row.numbered),
        ))
        .execute(tx)?;
    Ok(())
}

/// Removes a row.
///
/// # Errors
/// `InUse` when something refers to it.
pub fn delete(tx: &mut DbConn, id: Id) -> Result<()> {
    diesel::delete(training_events::table.find(id)).execute(tx)?;
    Ok(())
}

/// The open events whose first day is this one.
///
/// # Errors
/// When the database refuses.
pub fn beginning(conn: &mut DbConn, day: Date) -> Result<Vec<TrainingEvent>> {
    let rows = training_events::table
        .filter(training_events::starts_on.eq(day))
        .filter(
            unindexed(training_events::status, training_events::status)
                .eq(TrainingEventStatus::Open),
        )
        .order(training_events::id)
        .select(TrainingEvent::as_select());
    Ok(rows.load(conn)?)
}

/// The paths of the units of a cadre and of a mentor's mentees.
///
/// # Errors
/// When the database refuses.
pub fn units_of(
    conn: &mut DbConn,
    cadre_id: Option<Id>,
    mentor_id: Option<Id>,
) -> Result<Vec<String>> {
    // Nothing is equal to an id that is not there.
    let people = cadres::table
        .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
        .filter(
            (cadres::id.nullable().eq(cadre_id))
                .or(cadres::political_mentor_id.eq(mentor_id))
                .or(cadres::professional_mentor_id.eq(mentor_id)),
        )
        .select(organizations::path)
        .distinct();
    Ok(people.load(conn)?)
}

/// What lists of training events are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingEventSort {
    /// The id.
    Id,
    /// The first day.
    StartsOn,
}

impl Sort for TrainingEventSort {
    type Row = TrainingEventRecord;
    type Source = training_events::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id), ("startsOn", Self::StartsOn)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(training_events::id, |row| row.event.id),
            Self::StartsOn => {
                SortColumn::new(training_events::starts_on, |row| row.event.starts_on)
            }
        }
    }
}

/// The rows of a page.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    scope: &EventScope,
    filters: &TrainingEventFilters,
    today: Date,
    list: &List<TrainingEventSort>,
) -> Result<Vec<TrainingEventRecord>> {
    let ids = matching(scope, filters, today).select(training_events::id);
    let ids = list.window(ids, filters.organization_id.is_some())?;
    let rows = records!(&list.fields).into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, training_events::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    scope: &EventScope,
    filters: &TrainingEventFilters,
    today: Date,
) -> Result<i64> {
    Ok(matching(scope, filters, today).count().get_result(conn)?)
}

type Query<'a> = training_events::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<training_events::table>;

fn matching<'a>(scope: &EventScope, filters: &TrainingEventFilters, today: Date) -> Query<'a> {
    let mut query = training_events::table.into_boxed::<MultiBackend>();
    if !scope.reach.everything {
        query = query.filter(any_of(seen(scope)));
    }
    if let Some(id) = filters.organization_id {
        query = query.filter(training_events::organization_id.eq(id));
    }
    if let Some(kinds) = &filters.kind {
        query = query.filter(training_events::kind.eq_any(kinds.0.clone()));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(any_of(
            statuses.0.iter().map(|status| standing(*status, today)),
        ));
    }
    if let Some(DateBound(day)) = filters.starts_on_gte {
        query = query.filter(training_events::starts_on.ge(day));
    }
    if let Some(DateBound(day)) = filters.starts_on_lte {
        query = query.filter(training_events::starts_on.le(day));
    }
    query
}

/// Where an event stands, as [`TrainingEvent::status_on`] has it.
fn standing(status: TrainingEventStatus, today: Date) -> Condition {
    let starts_on = || unindexed(training_events::starts_on, training_events::starts_on);
    let open = || training_events::status.eq(TrainingEventStatus::Open);
    match status {
        TrainingEventStatus::Open => Box::new(open().and(starts_on().gt(today))),
        TrainingEventStatus::Running => Box::new(open().and(starts_on().le(today))),
        status => Box::new(training_events::status.eq(status)),
    }
}

/// What the caller sees, as [`EventScope::sees`] has it.
fn seen(scope: &EventScope) -> Vec<Condition> {
    let mut seen: Vec<Condition> = Vec::new();
    if !scope.reach.subtrees.is_empty() {
        seen.push(within!(
            training_events::table,
            training_events::organization_id,
            &scope.reach
        ));
        seen.push(within!(
            training_events::table,
            training_events::open_to_organization_id,
            &scope.reach
        ));
    }
    let above = organizations::table
        .filter(organizations::path.eq_any(scope.lineage.clone()))
        .select(organizations::id);
    seen.push(Box::new(
        training_events::open_to_organization_id.eq_any(above),
    ));
    seen
}
