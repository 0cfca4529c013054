//! Lists of mentors: what the caller sees, what they ask for, and the page of it.

use diesel::prelude::*;

use super::model::{Mentor, MentorRecord, MentorRole, MentorStatus};
use super::request::MentorFilters;
use super::scope::{MentorScope, OF_CITY};
use super::store::records;
use crate::access::{Reach, Subtree};
use crate::context::Context;
use crate::db::schema::{mentors, organizations};
use crate::db::{self, DbConn, Id, MultiBackend, inside, one_of, within};
use crate::error::Result;
use crate::external_ids::{Kind, holders};
use crate::listing::{List, Sort, SortColumn};
use crate::organizations::{ReachedOrganizations, within_organizations};
use crate::search::named_like;

/// What lists of mentors are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentorSort {
    /// The id.
    Id,
    /// The name.
    Name,
    /// The last change.
    UpdatedAt,
}

impl Sort for MentorSort {
    type Row = MentorRecord;
    type Source = mentors::table;
    const ALL: &'static [(&'static str, Self)] = &[
        ("id", Self::Id),
        ("name", Self::Name),
        ("updatedAt", Self::UpdatedAt),
    ];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(mentors::id, |row| row.mentor.id),
            Self::Name => SortColumn::new(mentors::name, |row| row.mentor.name.clone()),
            Self::UpdatedAt => SortColumn::new(mentors::updated_at, |row| row.mentor.updated_at),
        }
    }
}

type Query<'a> = mentors::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<mentors::table>;

/// The rows of a page: their ids are found first, so that the walk over an index stays narrow however wide a row is.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    scope: &MentorScope,
    filters: &MentorFilters,
    organization: Option<&ReachedOrganizations>,
    list: &List<MentorSort>,
) -> Result<Vec<MentorRecord>> {
    // An officer sees the appointed mentors of the whole county too, whom a walk meets soon.
    let are_few = organization.is_some_and(ReachedOrganizations::is_narrow);
    let ids = matching(scope, filters, organization).select(mentors::id);
    let ids = list.window(ids, are_few)?;
    let rows = records!(&list.fields).into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, mentors::id, ids).load(conn)?)
}

/// The appointed mentors whom a caller sees, by id.
///
/// # Errors
/// When the database refuses.
pub fn appointed(conn: &mut DbConn, context: &Context) -> Result<Vec<Mentor>> {
    let scope = MentorScope::from_context(conn, context)?;
    let mut query = mentors::table.into_boxed::<MultiBackend>();
    if !scope.reach.everything {
        query = query.filter(seen(&scope));
    }
    let rows = query
        .filter(mentors::status.eq(MentorStatus::Appointed))
        .order(mentors::id)
        .select(Mentor::as_select());
    Ok(rows.load(conn)?)
}

/// The names of those of some mentors whom a caller sees.
///
/// # Errors
/// When the database refuses.
pub fn names_seen(conn: &mut DbConn, context: &Context, ids: &[Id]) -> Result<Vec<(Id, String)>> {
    let scope = MentorScope::from_context(conn, context)?;
    let mut query = mentors::table.into_boxed::<MultiBackend>();
    if !scope.reach.everything {
        query = query.filter(seen(&scope));
    }
    let rows = query
        .filter(mentors::id.eq_any(ids.to_vec()))
        .select((mentors::id, mentors::name));
    Ok(rows.load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    scope: &MentorScope,
    filters: &MentorFilters,
    organization: Option<&ReachedOrganizations>,
) -> Result<i64> {
    let matching = matching(scope, filters, organization);
    Ok(matching.count().get_result(conn)?)
}

fn matching<'a>(
    scope: &MentorScope,
    filters: &MentorFilters,
    organization: Option<&ReachedOrganizations>,
) -> Query<'a> {
    let mut query = mentors::table.into_boxed::<MultiBackend>();
    if !scope.reach.everything {
        query = query.filter(seen(scope));
    }
    if let Some(organization) = organization {
        query = query.filter(within_organizations!(
            mentors::table,
            organization,
            mentors::organization_id
        ));
    }
    if let Some(roles) = &filters.role {
        let asked = |role| roles.0.contains(&role);
        query = match (
            asked(MentorRole::Political),
            asked(MentorRole::Professional),
        ) {
            (true, false) => query.filter(mentors::political.eq(true)),
            (false, true) => query.filter(mentors::professional.eq(true)),
            // Everyone has one of the two.
            _ => query,
        };
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(one_of!(
            mentors::table, mentors::status, &statuses.0,
            common: [MentorStatus::Appointed]
        ));
    }
    if let Some(seats) = filters.available_seats_gte {
        query = query.filter((mentors::max_mentees - mentors::active_mentees).ge(seats.0));
    }
    if let Some(moment) = filters.updated_at_gte {
        query = query.filter(mentors::updated_at.ge(moment));
    }
    if let Some(sourced) = &filters.external_id {
        let holders = holders!(Kind::Mentor, sourced);
        query = query.filter(mentors::id.eq_any(holders));
    }
    if let Some(typed) = &filters.q {
        query = query.filter(named_like!(mentors::id, Kind::Mentor, typed.as_str()));
    }
    query
}

/// What the caller sees: subtrees, oneself, own mentors, and the appointed ones around.
fn seen(scope: &MentorScope) -> Condition {
    let mut condition: Condition = within!(mentors::table, mentors::organization_id, &scope.reach);
    if let Some(id) = scope.reach.mentor_id {
        condition = Box::new(condition.or(mentors::id.eq(id)));
    }
    if !scope.own_mentors.is_empty() {
        condition = Box::new(condition.or(mentors::id.eq_any(scope.own_mentors.clone())));
    }
    let counties = reach_of(&scope.counties);
    if !scope.counties.is_empty() {
        let around = within!(mentors::table, mentors::organization_id, &counties);
        let appointed = mentors::status.eq(MentorStatus::Appointed);
        condition = Box::new(condition.or(appointed.and(around)));
    }
    for city in &scope.cities {
        let organs = organizations::table
            .filter(organizations::kind.eq_any(OF_CITY))
            .filter(inside!(city))
            .select(organizations::id);
        let appointed = mentors::status.eq(MentorStatus::Appointed);
        let around = mentors::organization_id.eq_any(organs);
        condition = Box::new(condition.or(appointed.and(around)));
    }
    condition
}

fn reach_of(subtrees: &[Subtree]) -> Reach {
    Reach {
        subtrees: subtrees.to_vec(),
        ..Reach::default()
    }
}
