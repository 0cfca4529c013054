//! Queries of hours.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::YearSum;
use super::request::TrainingHoursFilters;
use crate::cadres::CadreStatus;
use crate::cadres::store::{in_phases, in_reach};
use crate::context::Context;
use crate::db::schema::{cadres, organizations, training_hours};
use crate::db::{DbConn, Id, MultiBackend, unindexed};
use crate::error::Result;
use crate::listing::{List, Sort, SortColumn};
use crate::organizations::{ListedOrganizations, within_organizations};
use crate::values::Date;

/// What hours need to know of a cadre.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct TrainingCadre {
    /// Who.
    pub id: Id,
    /// Name.
    pub name: String,
    /// Status.
    pub status: CadreStatus,
    /// The day of reporting.
    pub reported_on: Date,
    /// The first day off an extended probation.
    pub probation_extended_until: Option<Date>,
    /// The present mentors.
    pub mentor_ids: (Option<Id>, Option<Id>),
    /// The unit.
    pub organization_id: Id,
    /// The unit's name.
    pub organization_name: String,
    /// The unit's path.
    pub path: String,
}

/// What hours need of cadres; a macro because the joined query has no type one could write down.
macro_rules! people {
    () => {
        cadres::table
            .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
            .select((
                cadres::id,
                cadres::name,
                cadres::status,
                cadres::reported_on,
                cadres::probation_extended_until,
                (cadres::political_mentor_id, cadres::professional_mentor_id),
                organizations::id,
                organizations::name,
                organizations::path,
            ))
    };
}

/// One cadre.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<TrainingCadre>> {
    let found = people!().filter(cadres::id.eq(id));
    Ok(found.first(conn).optional()?)
}

/// The sums of some cadres, of all years.
///
/// # Errors
/// When the database refuses.
pub fn sums_of(conn: &mut DbConn, cadre_ids: &[Id]) -> Result<HashMap<Id, Vec<YearSum>>> {
    let rows = training_hours::table
        .filter(training_hours::cadre_id.eq_any(cadre_ids.to_vec()))
        .order((training_hours::cadre_id, training_hours::year))
        .select(YearSum::as_select());
    let mut found: HashMap<Id, Vec<YearSum>> = HashMap::new();
    for row in rows.load::<YearSum>(conn)? {
        found.entry(row.cadre_id).or_default().push(row);
    }
    Ok(found)
}

/// What lists of training hours are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingHoursSort {
    /// The cadre.
    CadreId,
}

impl Sort for TrainingHoursSort {
    type Row = TrainingCadre;
    type Source = cadres::table;
    const ALL: &'static [(&'static str, Self)] = &[("cadreId", Self::CadreId)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::CadreId => SortColumn::new(cadres::id, |row| row.id),
        }
    }
}

/// The rows of a page: those in the programme.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &TrainingHoursFilters,
    organizations: &ListedOrganizations,
    list: &List<TrainingHoursSort>,
) -> Result<Vec<TrainingCadre>> {
    let ids = matching(context, filters, organizations).select(cadres::id);
    let ids = list.window(ids, organizations.is_narrow())?;
    let rows = people!().into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, cadres::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &TrainingHoursFilters,
    organizations: &ListedOrganizations,
) -> Result<i64> {
    let matching = matching(context, filters, organizations);
    Ok(matching.count().get_result(conn)?)
}

type Query<'a> = cadres::BoxedQuery<'a, MultiBackend>;

fn matching<'a>(
    context: &Context,
    filters: &TrainingHoursFilters,
    organizations: &ListedOrganizations,
) -> Query<'a> {
    let status = unindexed(cadres::status, cadres::status);
    let everyone = cadres::table.into_boxed::<MultiBackend>();
    let mut query = in_reach(everyone, &organizations.reached)
        .filter(status.eq_any([CadreStatus::Active, CadreStatus::Suspended]));
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
    query
}
