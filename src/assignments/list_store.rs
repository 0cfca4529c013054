//! Lists of pairs: what the caller sees, what they ask for, and the page of it.

use diesel::prelude::*;

use super::model::{Assignment, AssignmentRecord, AssignmentStatus};
use super::request::AssignmentFilters;
use super::store::{records, status};
use crate::context::Context;
use crate::db::schema::{assignments, cadres, mentors, organizations};
use crate::db::{self, DbConn, Id, MultiBackend, any_of, one_of};
use crate::error::Result;
use crate::listing::{List, Sort, SortColumn};
use crate::mentors::MentorRole;
use crate::organizations::{ListedOrganizations, within_organizations};
use crate::values::DateBound;

/// What lists of pairs are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentSort {
    /// The id.
    Id,
    /// The first day.
    StartsOn,
    /// The last change.
    UpdatedAt,
}

impl Sort for AssignmentSort {
    type Row = AssignmentRecord;
    type Source = assignments::table;
    const ALL: &'static [(&'static str, Self)] = &[
        ("id", Self::Id),
        ("startsOn", Self::StartsOn),
        ("updatedAt", Self::UpdatedAt),
    ];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(assignments::id, |row| row.assignment.id),
            Self::StartsOn => {
                SortColumn::new(assignments::starts_on, |row| row.assignment.starts_on)
            }
            Self::UpdatedAt => {
                SortColumn::new(assignments::updated_at, |row| row.assignment.updated_at)
            }
        }
    }
}

/// What the list of mentees is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MenteeSort {
    /// The pair.
    AssignmentId,
}

impl Sort for MenteeSort {
    type Row = Assignment;
    type Source = assignments::table;
    const ALL: &'static [(&'static str, Self)] = &[("assignmentId", Self::AssignmentId)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::AssignmentId => SortColumn::new(assignments::id, |assignment| assignment.id),
        }
    }
}

type Query<'a> = assignments::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<assignments::table>;

/// The rows of a page: their ids are found first, so that the walk over an index stays narrow however wide a row is.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &AssignmentFilters,
    organizations: &ListedOrganizations,
    list: &List<AssignmentSort>,
) -> Result<Vec<AssignmentRecord>> {
    let ids = matching(context, filters, organizations).select(assignments::id);
    let ids = list.window(ids, organizations.is_narrow())?;
    let rows = records!(&list.fields).into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, assignments::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &AssignmentFilters,
    organizations: &ListedOrganizations,
) -> Result<i64> {
    let matching = matching(context, filters, organizations);
    Ok(matching.count().get_result(conn)?)
}

/// The active pairs of a mentor, for a page of their mentees.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn mentees(
    conn: &mut DbConn,
    mentor_id: Option<Id>,
    list: &List<MenteeSort>,
) -> Result<Vec<Assignment>> {
    let assignments = guided_by(mentor_id).select(Assignment::as_select());
    Ok(list.window(assignments, true)?.load(conn)?)
}

/// How many active pairs a mentor has.
///
/// # Errors
/// When the database refuses.
pub fn total_mentees(conn: &mut DbConn, mentor_id: Option<Id>) -> Result<i64> {
    Ok(guided_by(mentor_id).count().get_result(conn)?)
}

fn guided_by<'a>(mentor_id: Option<Id>) -> Query<'a> {
    let assignments = assignments::table.into_boxed::<MultiBackend>();
    match mentor_id {
        Some(id) => assignments
            .filter(assignments::mentor_id.eq(id))
            .filter(status!().eq(AssignmentStatus::Active)),
        None => assignments.filter(any_of([])),
    }
}

fn matching<'a>(
    context: &Context,
    filters: &AssignmentFilters,
    organizations: &ListedOrganizations,
) -> Query<'a> {
    let mut query = assignments::table.into_boxed::<MultiBackend>();
    if !context.reach.everything {
        query = query.filter(seen(organizations));
    }
    if let Some(id) = filters.cadre_id {
        query = query.filter(assignments::cadre_id.eq(id));
    }
    if let Some(id) = filters.mentor_id {
        query = query.filter(assignments::mentor_id.eq(id));
    }
    if let Some(organization) = &organizations.asked {
        query = query.filter(within_organizations!(
            assignments::table,
            organization,
            assignments::organization_id
        ));
    }
    if let Some(roles) = &filters.role {
        query = query.filter(
            one_of!(assignments::table, assignments::role, &roles.0, common: MentorRole::ALL),
        );
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(one_of!(
            assignments::table, assignments::status, &statuses.0,
            common: [AssignmentStatus::Active, AssignmentStatus::Completed, AssignmentStatus::Replaced]
        ));
    }
    query = match filters.needs_replacement.map(|flag| flag.0) {
        Some(true) => query.filter(assignments::needs_replacement_since.is_not_null()),
        Some(false) => query.filter(assignments::needs_replacement_since.is_null()),
        None => query,
    };
    if let Some(DateBound(day)) = filters.starts_on_gte {
        query = query.filter(assignments::starts_on.ge(day));
    }
    if let Some(DateBound(day)) = filters.starts_on_lte {
        query = query.filter(assignments::starts_on.le(day));
    }
    query
}

/// What the caller reaches: pairs of the subtrees' time and of cadres there now, of own mentees, of oneself.
fn seen(organizations: &ListedOrganizations) -> Condition {
    let reach = &organizations.reached.reach;
    let mut ways: Vec<Condition> = Vec::new();
    if let Some(cadre_id) = reach.cadre_id {
        ways.push(Box::new(assignments::cadre_id.eq(cadre_id)));
    }
    if let Some(mentor_id) = reach.mentees_of {
        let mentees = cadres::table
            .filter(
                cadres::political_mentor_id
                    .assume_not_null()
                    .eq(mentor_id)
                    .or(cadres::professional_mentor_id
                        .assume_not_null()
                        .eq(mentor_id)),
            )
            .select(cadres::id);
        ways.push(Box::new(assignments::cadre_id.eq_any(mentees)));
    }
    if !organizations.reached.is_empty() {
        ways.push(within_organizations!(
            assignments::table,
            &organizations.reached,
            assignments::organization_id,
            assignments::present_organization_id
        ));
    }
    any_of(ways)
}
