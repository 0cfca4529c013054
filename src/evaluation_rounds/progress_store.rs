//! Queries of how far the raters of a round have come.

use diesel::dsl::sum;
use diesel::prelude::*;

use crate::access::Reach;
use crate::db::schema::{organizations, round_progress};
use crate::db::{self, DbConn, Id, MultiBackend, within};
use crate::error::Result;
use crate::evaluations::issued::Progress;
use crate::listing::{List, Sort, SortColumn};
use crate::organizations::{ListedOrganizations, within_organizations};

/// How far the raters of a unit have come.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct UnitProgress {
    /// The unit.
    pub organization_id: Id,
    /// Its name.
    pub organization_name: String,
    /// How far they have come.
    pub progress: Progress,
}

/// What the list of a round's progress is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressSort {
    /// The unit's id.
    OrganizationId,
    /// How many forms were missed.
    Missed,
}

impl Sort for ProgressSort {
    type Row = UnitProgress;
    type Source = round_progress::table;
    const ALL: &'static [(&'static str, Self)] = &[
        ("organizationId", Self::OrganizationId),
        ("missed", Self::Missed),
    ];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::OrganizationId => {
                SortColumn::new(round_progress::organization_id, |row| row.organization_id)
            }
            Self::Missed => SortColumn::new(round_progress::missed, |row| row.progress.missed),
        }
    }
}

type Query<'a> = round_progress::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<round_progress::table>;

/// The rows of a page.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    round_id: Id,
    reach: &Reach,
    units: &ListedOrganizations,
    list: &List<ProgressSort>,
) -> Result<Vec<UnitProgress>> {
    let ids = matching(round_id, reach, units).select(round_progress::organization_id);
    let ids = list.window(ids, true)?;
    let rows = round_progress::table
        .inner_join(organizations::table.on(organizations::id.eq(round_progress::organization_id)))
        .filter(round_progress::round_id.eq(round_id))
        .select((
            organizations::id,
            organizations::name,
            (
                round_progress::expected,
                round_progress::draft,
                round_progress::submitted,
                round_progress::confirmed,
                round_progress::missed,
            ),
        ))
        .into_boxed::<MultiBackend>();
    let rows = list.rows_of(rows, round_progress::organization_id, ids);
    Ok(rows.load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    round_id: Id,
    reach: &Reach,
    units: &ListedOrganizations,
) -> Result<i64> {
    let matching = matching(round_id, reach, units);
    Ok(matching.count().get_result(conn)?)
}

/// The counters of all units that a reach covers.
///
/// # Errors
/// When the database refuses.
pub fn sum_of(conn: &mut DbConn, round_id: Id, reach: &Reach) -> Result<Progress> {
    let mut rows = round_progress::table
        .filter(round_progress::round_id.eq(round_id))
        .into_boxed::<MultiBackend>();
    if !reach.everything {
        rows = rows.filter(reached(reach));
    }
    type Sums = (
        Option<i64>,
        Option<i64>,
        Option<i64>,
        Option<i64>,
        Option<i64>,
    );
    let sums: Sums = rows
        .select((
            sum(round_progress::expected),
            sum(round_progress::draft),
            sum(round_progress::submitted),
            sum(round_progress::confirmed),
            sum(round_progress::missed),
        ))
        .first(conn)?;
    let whole = |sum: Option<i64>| i32::try_from(sum.unwrap_or_default()).unwrap_or(i32::MAX);
    Ok(Progress {
        expected: whole(sums.0),
        draft: whole(sums.1),
        submitted: whole(sums.2),
        confirmed: whole(sums.3),
        missed: whole(sums.4),
    })
}

fn reached(reach: &Reach) -> Condition {
    within!(
        round_progress::table,
        round_progress::organization_id,
        reach
    )
}

fn matching<'a>(round_id: Id, reach: &Reach, units: &ListedOrganizations) -> Query<'a> {
    let mut query = round_progress::table
        .filter(round_progress::round_id.eq(round_id))
        .into_boxed::<MultiBackend>();
    if !reach.everything {
        query = query.filter(reached(reach));
    }
    if let Some(asked) = &units.asked {
        query = query.filter(within_organizations!(
            round_progress::table,
            asked,
            round_progress::organization_id
        ));
    }
    query
}
