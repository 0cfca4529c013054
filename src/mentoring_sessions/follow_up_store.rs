//! Queries of what was agreed.

use diesel::prelude::*;

use super::model::{FollowUp, FollowUpRecord, PairMember};
use super::request::FollowUpFilters;
use crate::cadres::ways_to_file;
use crate::context::Context;
use crate::db::schema::{cadres, follow_ups, mentors, organizations};
use crate::db::{
    self, DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, any_of, on_backend, unindexed,
};
use crate::error::{Error, Result};
use crate::listing::{List, Sort, SortColumn};
use crate::organizations::{ListedOrganizations, within_organizations};
use crate::values::DateBound;

diesel::alias!(organizations as present: PresentOrganization);

/// What a reply shows, in one statement; a macro because the joined query has no type one could write down.
macro_rules! records {
    () => {
        follow_ups::table
            .inner_join(cadres::table.on(cadres::id.eq(follow_ups::cadre_id)))
            .inner_join(mentors::table.on(mentors::id.eq(follow_ups::mentor_id)))
            .inner_join(organizations::table.on(organizations::id.eq(follow_ups::organization_id)))
            .inner_join(
                present.on(present
                    .field(organizations::id)
                    .eq(follow_ups::present_organization_id)),
            )
            .select((
                FollowUp::as_select(),
                cadres::name,
                (cadres::political_mentor_id, cadres::professional_mentor_id),
                mentors::name,
                organizations::path,
                present.field(organizations::path),
            ))
    };
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<FollowUpRecord>> {
    let found = records!().filter(follow_ups::id.eq(id));
    Ok(found.first::<FollowUpRecord>(conn).optional()?)
}

/// The same, locked against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock_record(tx: &mut DbConn, id: Id) -> Result<Option<FollowUpRecord>> {
    if let DbConn::Postgres(conn) = tx {
        let row = follow_ups::table.find(id).select(follow_ups::id);
        row.for_update().first::<Id>(conn).optional()?;
    }
    find_record(tx, id)
}

/// What was agreed in some talks, in the order in which it was given.
///
/// # Errors
/// When the database refuses.
pub fn of_sessions(conn: &mut DbConn, session_ids: &[Id]) -> Result<Vec<FollowUp>> {
    let agreed = follow_ups::table
        .filter(follow_ups::session_id.eq_any(session_ids.to_vec()))
        .order((follow_ups::session_id, follow_ups::ordinal, follow_ups::id))
        .select(FollowUp::as_select());
    Ok(agreed.load(conn)?)
}

/// Writes new rows.
///
/// # Errors
/// `Duplicate` when an id exists.
pub fn insert_many(tx: &mut DbConn, agreed: &[FollowUp]) -> Result<()> {
    for rows in agreed.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(follow_ups::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
}

/// Writes that something was done, over the version before.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn finish(tx: &mut DbConn, row: &FollowUp) -> Result<()> {
    let former = follow_ups::table
        .find(row.id)
        .filter(follow_ups::version.eq(row.version - 1));
    let change = (
        follow_ups::version.eq(row.version),
        follow_ups::updated_at.eq(row.updated_at),
        follow_ups::done_on.eq(row.done_on),
    );
    match diesel::update(former).set(change).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// What lists of what was agreed are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUpSort {
    /// The day by which it is due.
    DueOn,
    /// The id.
    Id,
}

impl Sort for FollowUpSort {
    type Row = FollowUpRecord;
    type Source = follow_ups::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id), ("dueOn", Self::DueOn)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::DueOn => SortColumn::new(follow_ups::due_on, |row| row.follow_up.due_on),
            Self::Id => SortColumn::new(follow_ups::id, |row| row.follow_up.id),
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
    filters: &FollowUpFilters,
    units: &ListedOrganizations,
    list: &List<FollowUpSort>,
) -> Result<Vec<FollowUpRecord>> {
    let ids = matching(context, filters, units).select(follow_ups::id);
    let ids = list.window(ids, units.is_narrow())?;
    let rows = records!().into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, follow_ups::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &FollowUpFilters,
    units: &ListedOrganizations,
) -> Result<i64> {
    let matching = matching(context, filters, units);
    Ok(matching.count().get_result(conn)?)
}

type Query<'a> = follow_ups::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<follow_ups::table>;

fn matching<'a>(
    context: &Context,
    filters: &FollowUpFilters,
    units: &ListedOrganizations,
) -> Query<'a> {
    let mut query = in_reach(context, units);
    let is_open = || -> Condition {
        // Of a whole city those that are open are found by the day they are due; of few people by those people.
        if units.is_narrow() {
            Box::new(unindexed(follow_ups::done_on, follow_ups::done_on).is_null())
        } else {
            Box::new(follow_ups::done_on.is_null())
        }
    };
    if let Some(DateBound(day)) = filters.due {
        query = query.filter(is_open()).filter(follow_ups::due_on.le(day));
    }
    query = match filters.done.map(|flag| flag.0) {
        Some(true) => {
            query.filter(unindexed(follow_ups::done_on, follow_ups::done_on).is_not_null())
        }
        Some(false) => query.filter(is_open()),
        None => query,
    };
    if let Some(id) = filters.cadre_id {
        query = query.filter(follow_ups::cadre_id.eq(id));
    }
    if let Some(id) = filters.mentor_id {
        query = query.filter(follow_ups::mentor_id.eq(id));
    }
    if let Some(unit) = &units.asked {
        query = query.filter(within_organizations!(
            follow_ups::table,
            unit,
            follow_ups::organization_id
        ));
    }
    query
}

/// What the caller reads, as `rules::Placed::is_read` has it: the pair all of it, others what is not confidential.
fn in_reach<'a>(context: &Context, units: &ListedOrganizations) -> Query<'a> {
    let reach = &context.reach;
    let query = follow_ups::table.into_boxed::<MultiBackend>();
    if reach.everything {
        return query;
    }
    let file: Vec<Condition> = ways_to_file!(
        follow_ups::table,
        reach,
        &units.reached,
        follow_ups::cadre_id,
        follow_ups::organization_id,
        follow_ups::present_organization_id,
    );
    let open_to_file = follow_ups::confidential.eq(false).and(any_of(file));
    let mut ways: Vec<Condition> = vec![Box::new(open_to_file)];
    if let Some(cadre_id) = reach.cadre_id {
        ways.push(Box::new(follow_ups::cadre_id.eq(cadre_id)));
    }
    if let Some(mentor_id) = reach.mentor_id {
        ways.push(Box::new(follow_ups::mentor_id.eq(mentor_id)));
    }
    query.filter(any_of(ways))
}

/// What is open of some pairs: who is to do it, and whether only the pair reads it.
///
/// # Errors
/// When the database refuses.
pub fn open_of(conn: &mut DbConn, assignment_ids: &[Id]) -> Result<Vec<(Id, PairMember, bool)>> {
    let open = follow_ups::table
        .filter(follow_ups::assignment_id.eq_any(assignment_ids.to_vec()))
        .filter(follow_ups::done_on.is_null())
        .select((
            follow_ups::assignment_id,
            follow_ups::owner,
            follow_ups::confidential,
        ));
    Ok(open.load(conn)?)
}
