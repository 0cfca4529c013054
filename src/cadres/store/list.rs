//! Lists of cadres: the orders, what the caller sees, what they ask for, and the page of it.

use diesel::prelude::*;

use super::super::model::{CadreRecord, CadreStatus, Mentoring, Phase, PostCategory};
use super::super::request::{CadreFilters, NonLocalFilter};
use super::super::rules::reported_between;
use super::{political, professional, records};
use crate::context::Context;
use crate::db::schema::{absences, cadres, mentors, organizations};
use crate::db::{self, DbConn, Id, MultiBackend, any_of, one_of, row_by_row};
use crate::error::Result;
use crate::external_ids::{Kind, holders};
use crate::listing::{List, Sort, SortColumn};
use crate::organizations::{ListedOrganizations, ReachedOrganizations, within_organizations};
use crate::search::named_like;
use crate::values::{Date, DateBound};

/// What lists of cadres are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CadreSort {
    /// The id.
    Id,
    /// The name.
    Name,
    /// The day of reporting.
    ReportedOn,
    /// The last change.
    UpdatedAt,
}

impl Sort for CadreSort {
    type Row = CadreRecord;
    type Source = cadres::table;
    const ALL: &'static [(&'static str, Self)] = &[
        ("id", Self::Id),
        ("name", Self::Name),
        ("reportedOn", Self::ReportedOn),
        ("updatedAt", Self::UpdatedAt),
    ];

    fn column(self) -> SortColumn<cadres::table, CadreRecord> {
        match self {
            Self::Id => SortColumn::new(cadres::id, |row| row.cadre.id),
            Self::Name => SortColumn::new(cadres::name, |row| row.cadre.name.clone()),
            Self::ReportedOn => SortColumn::new(cadres::reported_on, |row| row.cadre.reported_on),
            Self::UpdatedAt => SortColumn::new(cadres::updated_at, |row| row.cadre.updated_at),
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
    filters: &CadreFilters,
    organizations: &ListedOrganizations,
    list: &List<CadreSort>,
) -> Result<Vec<CadreRecord>> {
    let ids = matching(context, filters, organizations).select(cadres::id);
    let ids = list.window(ids, organizations.is_narrow())?;
    let rows = records!(context.today, &list.fields).into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, cadres::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &CadreFilters,
    organizations: &ListedOrganizations,
) -> Result<i64> {
    let matching = matching(context, filters, organizations);
    Ok(matching.count().get_result(conn)?)
}

/// A query of cadres.
pub type Query<'a> = cadres::BoxedQuery<'a, MultiBackend>;

fn matching<'a>(
    context: &Context,
    filters: &CadreFilters,
    organizations: &ListedOrganizations,
) -> Query<'a> {
    let mut query = in_reach(
        cadres::table.into_boxed::<MultiBackend>(),
        &organizations.reached,
    );
    if let Some(organization) = &organizations.asked {
        query = query.filter(within_organizations!(
            cadres::table,
            organization,
            cadres::organization_id
        ));
    }
    if let Some(phases) = &filters.phase {
        query = query.filter(in_phases(&phases.0, context.today));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(
            one_of!(cadres::table, cadres::status, &statuses.0, common: [CadreStatus::Active]),
        );
    }
    if let Some(categories) = &filters.post_category {
        query = query.filter(one_of!(
            cadres::table, cadres::post_category.assume_not_null(), &categories.0,
            common: PostCategory::ALL
        ));
    }
    if let Some(mentoring) = &filters.mentoring {
        query = query.filter(
            one_of!(cadres::table, cadres::mentoring, &mentoring.0, common: [Mentoring::Full]),
        );
    }
    let non_local = || row_by_row(cadres::non_local.assume_not_null());
    query = match filters.non_local {
        Some(NonLocalFilter::Prefecture) => query.filter(non_local().eq("PREFECTURE")),
        Some(NonLocalFilter::County) => query.filter(non_local().eq_any(["PREFECTURE", "COUNTY"])),
        None => query,
    };
    if let Some(remote) = filters.remote {
        let organizations = organizations::table
            .filter(organizations::remote.eq(remote.0))
            .select(organizations::id);
        query = query.filter(cadres::organization_id.eq_any(organizations));
    }
    if let Some(DateBound(day)) = filters.reported_on_gte {
        query = query.filter(cadres::reported_on.ge(day));
    }
    if let Some(DateBound(day)) = filters.reported_on_lte {
        query = query.filter(cadres::reported_on.le(day));
    }
    if let Some(moment) = filters.updated_at_gte {
        query = query.filter(cadres::updated_at.ge(moment));
    }
    if let Some(sourced) = &filters.external_id {
        let holders = holders!(Kind::Cadre, sourced);
        query = query.filter(cadres::id.eq_any(holders));
    }
    if let Some(typed) = &filters.q {
        query = query.filter(named_like!(cadres::id, Kind::Cadre, typed.as_str()));
    }
    query
}

/// What the caller reaches: subtrees, own mentees, oneself.
/// Those whom the caller reaches: of the units, their mentees, themselves.
pub fn in_reach<'a>(query: Query<'a>, organizations: &ReachedOrganizations) -> Query<'a> {
    let reach = &organizations.reach;
    if reach.everything {
        return query;
    }
    if reach.mentees_of.is_none() && reach.cadre_id.is_none() {
        return query.filter(within_organizations!(
            cadres::table,
            organizations,
            cadres::organization_id
        ));
    }
    let own_mentees = cadres::political_mentor_id
        .eq(reach.mentees_of)
        .or(cadres::professional_mentor_id.eq(reach.mentees_of));
    let own = own_mentees
        .assume_not_null()
        .or(cadres::id.eq(reach.cadre_id.unwrap_or(Id(uuid::Uuid::nil()))));
    if organizations.is_empty() {
        return query.filter(own);
    }
    query.filter(own.or(within_organizations!(
        cadres::table,
        organizations,
        cadres::organization_id
    )))
}

/// The condition that a cadre is in one of some phases on a day; everyone where there is none.
pub fn in_phases(phases: &[Phase], day: Date) -> db::Condition<cadres::table> {
    if phases.is_empty() {
        return Box::new(cadres::reported_on.eq(cadres::reported_on));
    }
    any_of(phases.iter().map(|phase| in_phase(*phase, day)))
}

fn in_phase(phase: Phase, day: Date) -> db::Condition<cadres::table> {
    let (from, before) = reported_between(phase, day);
    match (from, before) {
        (Some(from), Some(before)) => Box::new(
            cadres::reported_on
                .ge(from)
                .and(cadres::reported_on.lt(before)),
        ),
        (Some(from), None) => Box::new(cadres::reported_on.ge(from)),
        (None, Some(before)) => Box::new(cadres::reported_on.lt(before)),
        (None, None) => Box::new(cadres::reported_on.eq(cadres::reported_on)),
    }
}
