//! Queries of plans.

use diesel::prelude::*;

use super::model::{Plan, PlanRecord, PlanStatus};
use super::request::PlanFilters;
use crate::cadres::{Phase, ways_to_file};
use crate::context::Context;
use crate::db::schema::{cadres, organizations, plans};
use crate::db::{DbConn, Id, MultiBackend, any_of, one_of};
use crate::error::{Error, Result};
use crate::listing::{EveryMember, List, Sort, SortColumn};
use crate::organizations::{ListedOrganizations, within_organizations};
use crate::values::DateBound;

diesel::alias!(organizations as present: PresentOrganization);

/// What a reply shows, in one statement: of the members that are asked for, what they need, and always what decides who sees the
/// row. A macro because the joined query has no type one could write down.
macro_rules! records {
    ($fields:expr) => {{
        let fields = $fields;
        plans::table
            .inner_join(cadres::table.on(cadres::id.eq(plans::cadre_id)))
            .inner_join(organizations::table.on(organizations::id.eq(plans::organization_id)))
            .inner_join(
                present.on(present
                    .field(organizations::id)
                    .eq(plans::present_organization_id)),
            )
            .select((
                crate::plans::model::columns!(fields),
                fields.column(&["cadreName"], cadres::name),
                (cadres::political_mentor_id, cadres::professional_mentor_id),
                (
                    fields.column(&["organizationName"], organizations::name),
                    organizations::path,
                ),
                present.field(organizations::path),
            ))
    }};
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<PlanRecord>> {
    let found = records!(EveryMember).filter(plans::id.eq(id));
    Ok(found.first::<PlanRecord>(conn).optional()?)
}

/// The row of a cadre and a phase, with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_of_phase(conn: &mut DbConn, cadre_id: Id, phase: Phase) -> Result<Option<PlanRecord>> {
    let found = records!(EveryMember)
        .filter(plans::cadre_id.eq(cadre_id))
        .filter(plans::phase.eq(phase));
    Ok(found.first::<PlanRecord>(conn).optional()?)
}

/// A row with what a reply shows, locked against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock_record(tx: &mut DbConn, id: Id) -> Result<Option<PlanRecord>> {
    if let DbConn::Postgres(conn) = tx {
        let row = plans::table.find(id).select(plans::id);
        row.for_update().first::<Id>(conn).optional()?;
    }
    find_record(tx, id)
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, row: &Plan, version: i64) -> Result<()> {
    let former = plans::table.find(row.id).filter(plans::version.eq(version));
    match diesel::update(former).set(row).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// What lists of plans are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanSort {
    /// The id.
    Id,
    /// The last day.
    EndsOn,
}

impl Sort for PlanSort {
    type Row = PlanRecord;
    type Source = plans::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id), ("endsOn", Self::EndsOn)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(plans::id, |row| row.plan.id),
            Self::EndsOn => SortColumn::new(plans::ends_on, |row| row.plan.ends_on),
        }
    }
}

/// The rows of a page: their ids are found first, so that the walk over an index stays narrow however long the goals are.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &PlanFilters,
    organizations: &ListedOrganizations,
    list: &List<PlanSort>,
) -> Result<Vec<PlanRecord>> {
    let ids = matching(context, filters, organizations).select(plans::id);
    let ids = list.window(ids, organizations.is_narrow())?;
    let rows = records!(&list.fields).into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, plans::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &PlanFilters,
    organizations: &ListedOrganizations,
) -> Result<i64> {
    let matching = matching(context, filters, organizations);
    Ok(matching.count().get_result(conn)?)
}

type Query<'a> = plans::BoxedQuery<'a, MultiBackend>;

fn matching<'a>(
    context: &Context,
    filters: &PlanFilters,
    organizations: &ListedOrganizations,
) -> Query<'a> {
    let mut query = in_reach(context, organizations);
    if let Some(id) = filters.cadre_id {
        query = query.filter(plans::cadre_id.eq(id));
    }
    if let Some(organization) = &organizations.asked {
        query = query.filter(within_organizations!(
            plans::table,
            organization,
            plans::organization_id
        ));
    }
    if let Some(phases) = &filters.phase {
        query = query.filter(one_of!(plans::table, plans::phase, &phases.0, common: Phase::YEARS));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(one_of!(
            plans::table, plans::status, &statuses.0,
            common: [PlanStatus::Draft, PlanStatus::Active, PlanStatus::Passed]
        ));
    }
    if let Some(DateBound(day)) = filters.ends_on_gte {
        query = query.filter(plans::ends_on.ge(day));
    }
    if let Some(DateBound(day)) = filters.ends_on_lte {
        query = query.filter(plans::ends_on.le(day));
    }
    query
}

/// What the caller reaches, as `rules::sees` has it: subtrees, own mentees, oneself.
fn in_reach<'a>(context: &Context, organizations: &ListedOrganizations) -> Query<'a> {
    let reach = &context.reach;
    let query = plans::table.into_boxed::<MultiBackend>();
    if reach.everything {
        return query;
    }
    let conditions = ways_to_file!(
        plans::table,
        reach,
        &organizations.reached,
        plans::cadre_id,
        plans::organization_id,
        plans::present_organization_id,
    );
    query.filter(any_of(conditions))
}
