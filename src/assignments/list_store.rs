//! Lists of pairs: what the caller sees, what they ask for, and the page of it.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::model::{Assignment, Sighting};
use super::request::AssignmentFilters;
use super::store::sightings;
use crate::access::Context;
use crate::db::schema::{assignments, cadres, mentors, organizations};
use crate::db::{DbConn, Id, MultiBackend, UtcTimestamp, any_of};
use crate::error::{Error, Result};
use crate::http::{After, Paging, keyset};
use crate::organizations::{ListedUnits, within_units};
use crate::values::{Date, DateBound};

/// Members that lists of pairs are sorted by.
pub const SORTS: &[&str] = &["id", "startsOn", "updatedAt"];

type Query<'a> = assignments::BoxedQuery<'a, MultiBackend>;
type Condition = Box<dyn BoxableExpression<assignments::table, MultiBackend, SqlType = Bool>>;

/// The ids of a page, then its rows: the walk over an index stays narrow however wide a row is.
///
/// # Errors
/// `Malformed`, `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &AssignmentFilters,
    units: &ListedUnits,
    paging: &Paging,
) -> Result<Vec<Sighting>> {
    let sort = paging.sort(SORTS)?.of_few(units.is_narrow());
    let after = paging.after(&context.scene.vault, context.actor.id(), context.now)?;
    let mut query = matching(context, filters, units).select(assignments::id);
    query = match sort.member {
        "startsOn" => {
            let after = after
                .map(|After { key, id }| Date::parse(&key).map(|key| (key, id)))
                .transpose();
            keyset!(
                query,
                assignments::starts_on,
                assignments::id,
                sort,
                after.map_err(|_| Error::InvalidCursor)?
            )
        }
        "updatedAt" => {
            let after = after
                .map(|After { key, id }| UtcTimestamp::parse(&key).map(|key| (key, id)))
                .transpose();
            keyset!(
                query,
                assignments::updated_at,
                assignments::id,
                sort,
                after.map_err(|_| Error::InvalidCursor)?
            )
        }
        _ => keyset!(query, assignments::id, sort, after.map(|a| a.id)),
    };
    let ids: Vec<Id> = query.limit(paging.rows()).load(conn)?;
    let mut rows: Vec<Sighting> = sightings!()
        .filter(assignments::id.eq_any(&ids))
        .load(conn)?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.assignment.id));
    Ok(rows)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &AssignmentFilters,
    units: &ListedUnits,
) -> Result<i64> {
    let matching = matching(context, filters, units);
    Ok(matching.count().get_result(conn)?)
}

fn matching<'a>(context: &Context, filters: &AssignmentFilters, units: &ListedUnits) -> Query<'a> {
    let mut query = assignments::table.into_boxed::<MultiBackend>();
    if !context.reach.everything {
        query = query.filter(seen(units));
    }
    if let Some(id) = filters.cadre_id {
        query = query.filter(assignments::cadre_id.eq(id));
    }
    if let Some(id) = filters.mentor_id {
        query = query.filter(assignments::mentor_id.eq(id));
    }
    if let Some(unit) = &units.asked {
        query = query.filter(within_units!(
            assignments::table,
            unit,
            assignments::organization_id
        ));
    }
    if let Some(roles) = &filters.role {
        query = query.filter(assignments::role.eq_any(roles.0.clone()));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(assignments::status.eq_any(statuses.0.clone()));
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
fn seen(units: &ListedUnits) -> Condition {
    let reach = &units.reached.reach;
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
    if !units.reached.is_empty() {
        ways.push(within_units!(
            assignments::table,
            &units.reached,
            assignments::organization_id,
            assignments::present_organization_id
        ));
    }
    any_of(ways)
}
