//! Queries of talks.

use diesel::prelude::*;

use super::model::{MentoringSession, SessionKind, SessionRecord};
use super::request::SessionFilters;
use crate::cadres::ways_to_file;
use crate::context::Context;
use crate::db::schema::{cadres, mentoring_sessions, mentors, organizations};
use crate::db::{self, DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, any_of, on_backend, one_of};
use crate::error::{Error, Result};
use crate::listing::{List, Sort, SortColumn};
use crate::organizations::{ListedOrganizations, within_organizations};
use crate::values::{Date, DateBound};

diesel::alias!(organizations as present: PresentOrganization);

/// What a reply shows, in one statement; a macro because the joined query has no type one could write down.
macro_rules! records {
    () => {
        mentoring_sessions::table
            .inner_join(cadres::table.on(cadres::id.eq(mentoring_sessions::cadre_id)))
            .inner_join(mentors::table.on(mentors::id.eq(mentoring_sessions::mentor_id)))
            .inner_join(
                organizations::table.on(organizations::id.eq(mentoring_sessions::organization_id)),
            )
            .inner_join(
                present.on(present
                    .field(organizations::id)
                    .eq(mentoring_sessions::present_organization_id)),
            )
            .select((
                MentoringSession::as_select(),
                cadres::name,
                (cadres::political_mentor_id, cadres::professional_mentor_id),
                mentors::name,
                (organizations::name, organizations::path),
                present.field(organizations::path),
            ))
    };
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<SessionRecord>> {
    let found = records!().filter(mentoring_sessions::id.eq(id));
    Ok(found.first::<SessionRecord>(conn).optional()?)
}

/// The same, locked against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock_record(tx: &mut DbConn, id: Id) -> Result<Option<SessionRecord>> {
    if let DbConn::Postgres(conn) = tx {
        let row = mentoring_sessions::table
            .find(id)
            .select(mentoring_sessions::id);
        row.for_update().first::<Id>(conn).optional()?;
    }
    find_record(tx, id)
}

/// The day on which a talk was held.
///
/// # Errors
/// When the database refuses.
pub fn held_day(conn: &mut DbConn, id: Id) -> Result<Date> {
    let row = mentoring_sessions::table.find(id);
    Ok(row.select(mentoring_sessions::occurred_on).first(conn)?)
}

/// The talks of a kind that some pairs had on a day, the first one first.
///
/// # Errors
/// When the database refuses.
pub fn held_on(
    conn: &mut DbConn,
    assignment_ids: &[Id],
    kind: SessionKind,
    day: Date,
) -> Result<Vec<(Id, Id, i32)>> {
    let held = mentoring_sessions::table
        .filter(mentoring_sessions::assignment_id.eq_any(assignment_ids.to_vec()))
        .filter(mentoring_sessions::kind.eq(kind))
        .filter(mentoring_sessions::occurred_on.eq(day))
        .order((mentoring_sessions::ordinal, mentoring_sessions::id))
        .select((
            mentoring_sessions::assignment_id,
            mentoring_sessions::id,
            mentoring_sessions::ordinal,
        ));
    Ok(held.load(conn)?)
}

/// The latest talks of a cadre, the latest first, and no more than so many.
///
/// # Errors
/// When the database refuses.
pub fn latest_of(conn: &mut DbConn, cadre_id: Id, most: i64) -> Result<Vec<SessionRecord>> {
    let latest = records!()
        .filter(mentoring_sessions::cadre_id.eq(cadre_id))
        .order((
            mentoring_sessions::occurred_on.desc(),
            mentoring_sessions::id.desc(),
        ))
        .limit(most);
    Ok(latest.load(conn)?)
}

/// Whose rows some groups have: group and cadre, with the paths of the pair's unit and of the present one.
///
/// # Errors
/// When the database refuses.
pub fn groups(conn: &mut DbConn, group_ids: &[Id]) -> Result<Vec<(Id, Id, String, String)>> {
    let id = mentoring_sessions::group_id.assume_not_null();
    let members = mentoring_sessions::table
        .inner_join(
            organizations::table.on(organizations::id.eq(mentoring_sessions::organization_id)),
        )
        .inner_join(
            present.on(present
                .field(organizations::id)
                .eq(mentoring_sessions::present_organization_id)),
        )
        .filter(mentoring_sessions::group_id.is_not_null())
        .filter(id.eq_any(group_ids.to_vec()))
        .order(mentoring_sessions::id)
        .select((
            id,
            mentoring_sessions::cadre_id,
            organizations::path,
            present.field(organizations::path),
        ));
    Ok(members.load(conn)?)
}

/// Writes new rows.
///
/// # Errors
/// `Duplicate` when a pair has a talk of this kind on this day.
pub fn insert_many(tx: &mut DbConn, sessions: &[MentoringSession]) -> Result<()> {
    for rows in sessions.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(mentoring_sessions::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
}

/// Writes that a talk was confirmed, over the version before.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn confirm(tx: &mut DbConn, session: &MentoringSession) -> Result<()> {
    let former = mentoring_sessions::table
        .find(session.id)
        .filter(mentoring_sessions::version.eq(session.version - 1));
    let change = (
        mentoring_sessions::version.eq(session.version),
        mentoring_sessions::updated_at.eq(session.updated_at),
        mentoring_sessions::confirmed_at.eq(session.confirmed_at),
    );
    match diesel::update(former).set(change).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// What lists of talks are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionSort {
    /// The id.
    Id,
    /// The day it was held; the hour is the pair's.
    OccurredOn,
}

impl Sort for SessionSort {
    type Row = SessionRecord;
    type Source = mentoring_sessions::table;
    const ALL: &'static [(&'static str, Self)] =
        &[("id", Self::Id), ("occurredOn", Self::OccurredOn)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(mentoring_sessions::id, |row| row.session.id),
            Self::OccurredOn => SortColumn::new(mentoring_sessions::occurred_on, |row| {
                row.session.occurred_on
            }),
        }
    }
}

/// The rows of a page: their ids are found first, so that the walk over an index stays narrow however wide a row is.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &SessionFilters,
    units: &ListedOrganizations,
    list: &List<SessionSort>,
) -> Result<Vec<SessionRecord>> {
    let ids = matching(context, filters, units).select(mentoring_sessions::id);
    let ids = list.window(ids, units.is_narrow())?;
    let rows = records!().into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, mentoring_sessions::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &SessionFilters,
    units: &ListedOrganizations,
) -> Result<i64> {
    let matching = matching(context, filters, units);
    Ok(matching.count().get_result(conn)?)
}

type Query<'a> = mentoring_sessions::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<mentoring_sessions::table>;

fn matching<'a>(
    context: &Context,
    filters: &SessionFilters,
    units: &ListedOrganizations,
) -> Query<'a> {
    let mut query = in_reach(context, units);
    if let Some(id) = filters.cadre_id {
        query = query.filter(mentoring_sessions::cadre_id.eq(id));
    }
    if let Some(id) = filters.mentor_id {
        query = query.filter(mentoring_sessions::mentor_id.eq(id));
    }
    if let Some(id) = filters.assignment_id {
        query = query.filter(mentoring_sessions::assignment_id.eq(id));
    }
    if let Some(unit) = &units.asked {
        query = query.filter(within_organizations!(
            mentoring_sessions::table,
            unit,
            mentoring_sessions::organization_id
        ));
    }
    if let Some(kinds) = &filters.kind {
        query = query.filter(one_of!(
            mentoring_sessions::table, mentoring_sessions::kind, &kinds.0,
            common: SessionKind::ALL
        ));
    }
    if let Some(DateBound(day)) = filters.occurred_on_gte {
        query = query.filter(mentoring_sessions::occurred_on.ge(day));
    }
    if let Some(DateBound(day)) = filters.occurred_on_lte {
        query = query.filter(mentoring_sessions::occurred_on.le(day));
    }
    query
}

/// What the caller knows of, as `rules::Placed::is_known` has it.
fn in_reach<'a>(context: &Context, units: &ListedOrganizations) -> Query<'a> {
    let reach = &context.reach;
    let query = mentoring_sessions::table.into_boxed::<MultiBackend>();
    if reach.everything {
        return query;
    }
    let mut ways: Vec<Condition> = ways_to_file!(
        mentoring_sessions::table,
        reach,
        &units.reached,
        mentoring_sessions::cadre_id,
        mentoring_sessions::organization_id,
        mentoring_sessions::present_organization_id,
    );
    if let Some(mentor_id) = reach.mentor_id {
        ways.push(Box::new(mentoring_sessions::mentor_id.eq(mentor_id)));
    }
    query.filter(any_of(ways))
}
