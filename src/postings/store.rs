//! Queries of postings.

use diesel::prelude::*;

use super::model::{Posting, PostingArrangement, PostingFront, PostingRecord, PostingStatus};
use super::request::PostingFilters;
use crate::cadres::ways_to_file;
use crate::context::Context;
use crate::db::schema::{cadres, mentors, organizations, postings};
use crate::db::{
    self, DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, any_of, on_backend, one_of, unindexed,
};
use crate::error::{Error, Result};
use crate::listing::{EveryMember, List, Sort, SortColumn};
use crate::organizations::{ListedOrganizations, within_organizations};
use crate::values::{Date, DateBound};

/// The statuses of what is to begin or to end.
const LIVE: [PostingStatus; 2] = [PostingStatus::Planned, PostingStatus::Active];

diesel::alias!(
    organizations as present: PresentOrganization,
    organizations as host: HostOrganization
);

/// What a reply shows, in one statement: of the members that are asked for, what they need, and always what decides who sees the
/// row. A macro because the joined query has no type one could write down.
macro_rules! records {
    ($fields:expr) => {{
        let fields = $fields;
        postings::table
            .inner_join(cadres::table.on(cadres::id.eq(postings::cadre_id)))
            .inner_join(organizations::table.on(organizations::id.eq(postings::organization_id)))
            .inner_join(
                present.on(present
                    .field(organizations::id)
                    .eq(postings::present_organization_id)),
            )
            .left_join(
                host.on(host
                    .field(organizations::id)
                    .nullable()
                    .eq(postings::host_organization_id)),
            )
            .left_join(mentors::table.on(mentors::id.nullable().eq(postings::lead_mentor_id)))
            .select((
                crate::postings::model::columns!(fields),
                fields.column(&["cadreName"], cadres::name),
                (cadres::political_mentor_id, cadres::professional_mentor_id),
                (
                    fields.column(&["organizationName"], organizations::name),
                    organizations::path,
                ),
                present.field(organizations::path),
                (
                    host.field(organizations::name),
                    host.field(organizations::path),
                )
                    .nullable(),
                mentors::name.nullable(),
            ))
    }};
}

/// The condition that a posting is a leg of one of these exchanges; a macro because it stands over joins, too.
macro_rules! is_leg_of {
    ($exchange_ids:expr) => {{
        let ids: &[Id] = $exchange_ids;
        let id = postings::exchange_id.assume_not_null();
        postings::exchange_id
            .is_not_null()
            .and(id.eq_any(ids.to_vec()))
    }};
}

/// The condition that a mentor leads a posting; macros because they stand in subqueries, too.
macro_rules! is_led_by {
    ($mentor_id:expr) => {
        postings::lead_mentor_id
            .is_not_null()
            .and(postings::lead_mentor_id.assume_not_null().eq($mentor_id))
    };
}

/// The condition that the host's side sees a posting on a day, as `Posting::is_shown_to_host` says it.
macro_rules! is_shown_to_host {
    ($today:expr) => {
        postings::guest_until
            .is_null()
            .or(postings::guest_until.assume_not_null().ge($today))
    };
}

pub(super) use {is_led_by, is_shown_to_host};

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Posting>> {
    let found = postings::table.find(id).select(Posting::as_select());
    Ok(found.first(conn).optional()?)
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<PostingRecord>> {
    let found = records!(EveryMember).filter(postings::id.eq(id));
    Ok(found.first::<PostingRecord>(conn).optional()?)
}

/// Whose posting it is, and the exchange that it is a leg of, neither of which changes.
///
/// # Errors
/// When the database refuses.
pub fn whose(conn: &mut DbConn, id: Id) -> Result<Option<(Id, Option<Id>)>> {
    let found = postings::table
        .find(id)
        .select((postings::cadre_id, postings::exchange_id));
    Ok(found.first(conn).optional()?)
}

/// The legs of some exchanges, in the order in which they were given.
///
/// # Errors
/// When the database refuses.
pub fn legs_of(conn: &mut DbConn, exchange_ids: &[Id]) -> Result<Vec<PostingRecord>> {
    let legs = records!(EveryMember)
        .filter(is_leg_of!(exchange_ids))
        .order(postings::id);
    Ok(legs.load(conn)?)
}

/// The statuses of the legs of an exchange.
///
/// # Errors
/// When the database refuses.
pub fn statuses_of(conn: &mut DbConn, exchange_id: Id) -> Result<Vec<PostingStatus>> {
    let legs = postings::table.filter(is_leg_of!(&[exchange_id]));
    Ok(legs.select(postings::status).load(conn)?)
}

/// The cadres of an exchange.
///
/// # Errors
/// When the database refuses.
pub fn cadres_of(conn: &mut DbConn, exchange_id: Id) -> Result<Vec<Id>> {
    let legs = postings::table.filter(is_leg_of!(&[exchange_id]));
    Ok(legs.select(postings::cadre_id).load(conn)?)
}

/// A row with what a reply shows, locked against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock_record(tx: &mut DbConn, id: Id) -> Result<Option<PostingRecord>> {
    if let DbConn::Postgres(conn) = tx {
        let row = postings::table.find(id).select(postings::id);
        row.for_update().first::<Id>(conn).optional()?;
    }
    find_record(tx, id)
}

/// Writes a new row.
///
/// # Errors
/// `Duplicate` when the person has another posting in these days.
pub fn insert(tx: &mut DbConn, row: &Posting) -> Result<()> {
    diesel::insert_into(postings::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// Writes many new rows.
///
/// # Errors
/// As [`insert`].
pub fn insert_many(tx: &mut DbConn, rows: &[Posting]) -> Result<()> {
    for some in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |conn| diesel::insert_into(postings::table)
            .values(some)
            .execute(conn))?;
    }
    Ok(())
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first, `Duplicate` when the person has another posting in these days.
pub fn update(tx: &mut DbConn, row: &Posting, version: i64) -> Result<()> {
    let former = postings::table
        .find(row.id)
        .filter(postings::version.eq(version));
    match diesel::update(former).set(row).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// Another posting of the same person that this one excludes, as the constraints have it.
///
/// # Errors
/// When the database refuses.
pub fn rival(conn: &mut DbConn, row: &Posting) -> Result<Option<Id>> {
    let others = postings::table
        .filter(postings::cadre_id.eq(row.cadre_id))
        .filter(postings::id.ne(row.id))
        .order(postings::planned_starts_on)
        .select(Posting::as_select());
    let others: Vec<Posting> = others.load(conn)?;
    let found = others.iter().find(|other| row.excludes(other));
    Ok(found.map(|other| other.id))
}

/// The postings of a cadre that are to begin or to end, locked.
///
/// # Errors
/// When the database refuses.
pub fn lock_live_of(tx: &mut DbConn, cadre_id: Id) -> Result<Vec<Posting>> {
    if let DbConn::Postgres(conn) = tx {
        let rows = postings::table.filter(postings::cadre_id.eq(cadre_id));
        let rows = rows.order(postings::id).select(postings::id);
        rows.for_update().load::<Id>(conn)?;
    }
    let rows = postings::table
        .filter(postings::cadre_id.eq(cadre_id))
        .filter(unindexed(postings::status, postings::status).eq_any(LIVE))
        .order(postings::planned_starts_on)
        .select(Posting::as_select());
    Ok(rows.load(tx)?)
}

/// The latest postings of a cadre, the latest first.
///
/// # Errors
/// When the database refuses.
pub fn latest_of(conn: &mut DbConn, cadre_id: Id, most: i64) -> Result<Vec<PostingRecord>> {
    let rows = records!(EveryMember)
        .filter(postings::cadre_id.eq(cadre_id))
        .order((postings::planned_starts_on.desc(), postings::id.desc()))
        .limit(most);
    Ok(rows.load(conn)?)
}

/// What lists of postings are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostingSort {
    /// The id.
    Id,
    /// The first day as planned.
    PlannedStartsOn,
    /// The last day as planned.
    PlannedEndsOn,
}

impl Sort for PostingSort {
    type Row = PostingRecord;
    type Source = postings::table;
    const ALL: &'static [(&'static str, Self)] = &[
        ("id", Self::Id),
        ("plannedStartsOn", Self::PlannedStartsOn),
        ("plannedEndsOn", Self::PlannedEndsOn),
    ];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(postings::id, |row| row.posting.id),
            Self::PlannedStartsOn => SortColumn::new(postings::planned_starts_on, |row| {
                row.posting.planned_starts_on
            }),
            Self::PlannedEndsOn => {
                SortColumn::new(postings::planned_ends_on, |row| row.posting.planned_ends_on)
            }
        }
    }
}

/// The rows of a page: their ids are found first, so that the walk over an index stays narrow.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &PostingFilters,
    organizations: &PostingOrganizations,
    list: &List<PostingSort>,
) -> Result<Vec<PostingRecord>> {
    let are_few = organizations.listed.is_narrow() || filters.host_organization_id.is_some();
    let ids = matching(context, filters, organizations).select(postings::id);
    let ids = list.window(ids, are_few)?;
    let rows = records!(&list.fields).into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, postings::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &PostingFilters,
    organizations: &PostingOrganizations,
) -> Result<i64> {
    let matching = matching(context, filters, organizations);
    Ok(matching.count().get_result(conn)?)
}

/// The units of a list of postings.
#[derive(Debug, Clone)]
pub struct PostingOrganizations {
    /// Those that send.
    pub listed: ListedOrganizations,
    /// The host that is asked for, where it is the caller's.
    pub own_host: Option<Id>,
}

type Query<'a> = postings::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<postings::table>;

fn matching<'a>(
    context: &Context,
    filters: &PostingFilters,
    organizations: &PostingOrganizations,
) -> Query<'a> {
    let mut query = in_reach(context, &organizations.listed, organizations.own_host);
    if let Some(id) = filters.cadre_id {
        query = query.filter(postings::cadre_id.eq(id));
    }
    if let Some(organization) = &organizations.listed.asked {
        query = query.filter(within_organizations!(
            postings::table,
            organization,
            postings::organization_id
        ));
    }
    if let Some(id) = filters.exchange_id {
        query = query.filter(is_leg_of!(&[id]));
    }
    if let Some(id) = filters.host_organization_id {
        query = query.filter(postings::host_organization_id.eq(id));
    }
    if let Some(id) = filters.lead_mentor_id {
        query = query.filter(postings::lead_mentor_id.eq(id));
    }
    if let Some(fronts) = &filters.front {
        query = query.filter(
            one_of!(postings::table, postings::front, &fronts.0, common: PostingFront::ALL),
        );
    }
    if let Some(arrangements) = &filters.arrangement {
        query = query.filter(one_of!(
            postings::table, postings::arrangement, &arrangements.0,
            common: PostingArrangement::ALL
        ));
    }
    if let Some(statuses) = &filters.status {
        query = match statuses.0.as_slice() {
            // Every order has an index of each status.
            [status] => query.filter(postings::status.eq(*status)),
            several => query.filter(one_of!(
                postings::table,
                postings::status,
                several,
                common: [PostingStatus::Active, PostingStatus::Finished]
            )),
        };
    }
    let days = [
        filters
            .planned_starts_on_gte
            .map(|DateBound(day)| begins(day, true)),
        filters
            .planned_starts_on_lte
            .map(|DateBound(day)| begins(day, false)),
        filters
            .planned_ends_on_gte
            .map(|DateBound(day)| ends(day, true)),
        filters
            .planned_ends_on_lte
            .map(|DateBound(day)| ends(day, false)),
    ];
    days.into_iter()
        .flatten()
        .fold(query, |query, day| query.filter(day))
}

fn begins(day: Date, or_later: bool) -> Condition {
    if or_later {
        Box::new(postings::planned_starts_on.ge(day))
    } else {
        Box::new(postings::planned_starts_on.le(day))
    }
}

fn ends(day: Date, or_later: bool) -> Condition {
    if or_later {
        Box::new(postings::planned_ends_on.ge(day))
    } else {
        Box::new(postings::planned_ends_on.le(day))
    }
}

/// What the caller reaches, as `rules::sees` has it: subtrees, own mentees and those whom they lead, oneself. Whom others send to the
/// caller's units is listed host by host: a host of many, as a third column, would have the list of every unit read all rows there are.
fn in_reach<'a>(
    context: &Context,
    organizations: &ListedOrganizations,
    own_host: Option<Id>,
) -> Query<'a> {
    let query = postings::table.into_boxed::<MultiBackend>();
    if context.reach.everything {
        return query;
    }
    let reach = &context.reach;
    let mut ways = ways_to_file!(
        postings::table,
        reach,
        &organizations.reached,
        postings::cadre_id,
        postings::organization_id,
        postings::present_organization_id,
    );
    let is_shown = || is_shown_to_host!(context.today);
    if let Some(id) = reach.mentees_of {
        ways.push(Box::new(is_led_by!(id).and(is_shown())));
    }
    if let Some(id) = own_host {
        let is_host = postings::host_organization_id.assume_not_null().eq(id);
        let is_host = postings::host_organization_id.is_not_null().and(is_host);
        ways.push(Box::new(is_host.and(is_shown())));
    }
    query.filter(any_of(ways))
}
