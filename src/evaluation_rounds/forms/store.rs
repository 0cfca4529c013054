//! Queries of the forms that rounds issued.

use diesel::prelude::*;

use super::request::RaterFormFilters;
use crate::access::Reach;
use crate::context::Context;
use crate::db::schema::{cadres, evaluation_rounds, mentors, organizations, rater_forms};
use crate::db::{self, DbConn, MultiBackend, any_of, inside, row_by_row};
use crate::error::Result;
use crate::evaluation_forms::EvaluatorRelation;
use crate::evaluations::issued::RaterForm;
use crate::listing::{List, Sort, SortColumn};
use crate::organizations::ReachedOrganizations;
use crate::values::Date;

/// A form with what a reply shows from other tables.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct RaterFormRecord {
    /// The form.
    pub form: RaterForm,
    /// The cadre's name.
    pub cadre_name: String,
    /// The mentor's name.
    pub mentor_name: Option<String>,
    /// The name of the rater's unit.
    pub organization_name: String,
    /// The day by which raters are asked to hand in.
    pub due_on: Date,
    /// The last day on which it is taken.
    pub closes_on: Date,
}

/// What lists of these forms are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RaterFormSort {
    /// The id.
    Id,
}

impl Sort for RaterFormSort {
    type Row = RaterFormRecord;
    type Source = rater_forms::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(rater_forms::id, |row| row.form.id),
        }
    }
}

/// The rows of a page.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &RaterFormFilters,
    units: &ReachedOrganizations,
    list: &List<RaterFormSort>,
) -> Result<Vec<RaterFormRecord>> {
    let ids = matching(context, filters, units).select(rater_forms::id);
    let are_few = units.is_narrow() || filters.cadre_id.is_some() || filters.mentor_id.is_some();
    let ids = list.window(ids, are_few)?;
    let rows = rater_forms::table
        .inner_join(cadres::table.on(cadres::id.eq(rater_forms::cadre_id)))
        .inner_join(organizations::table.on(organizations::id.eq(rater_forms::organization_id)))
        .inner_join(evaluation_rounds::table.on(evaluation_rounds::id.eq(rater_forms::round_id)))
        .left_join(mentors::table.on(mentors::id.nullable().eq(rater_forms::mentor_id)))
        .select((
            RaterForm::as_select(),
            cadres::name,
            mentors::name.nullable(),
            organizations::name,
            evaluation_rounds::due_on,
            evaluation_rounds::closes_on,
        ))
        .into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, rater_forms::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &RaterFormFilters,
    units: &ReachedOrganizations,
) -> Result<i64> {
    let matching = matching(context, filters, units);
    Ok(matching.count().get_result(conn)?)
}

type Query<'a> = rater_forms::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<rater_forms::table>;

fn matching<'a>(
    context: &Context,
    filters: &RaterFormFilters,
    units: &ReachedOrganizations,
) -> Query<'a> {
    let mut query = rater_forms::table.into_boxed::<MultiBackend>();
    if !context.reach.everything {
        query = query.filter(any_of(seen(&context.reach, units)));
    }
    if let Some(id) = filters.round_id {
        query = query.filter(rater_forms::round_id.eq(id));
    }
    if let Some(id) = filters.cadre_id {
        query = query.filter(rater_forms::cadre_id.eq(id));
    }
    if let Some(id) = filters.mentor_id {
        query = query.filter(rater_forms::mentor_id.eq(id));
    }
    if let Some(relations) = &filters.evaluator_relation {
        query = query.filter(rater_forms::evaluator_relation.eq_any(relations.0.to_vec()));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(row_by_row(rater_forms::status).eq_any(statuses.0.to_vec()));
    }
    if let Some(reasons) = &filters.missed_reason {
        let reasons = reasons.0.to_vec();
        query = query.filter(rater_forms::missed_reason.eq_any(reasons));
    }
    query
}

/// The ways in which a caller sees a form: it is about a cadre of their units, or theirs to write.
fn seen(reach: &Reach, units: &ReachedOrganizations) -> Vec<Condition> {
    let mut seen: Vec<Condition> = Vec::new();
    if !units.ids.is_empty() {
        let people = cadres::table
            .filter(cadres::organization_id.eq_any(units.ids.clone()))
            .select(cadres::id);
        seen.push(Box::new(rater_forms::cadre_id.eq_any(people)));
    }
    for subtree in &units.reach.subtrees {
        let people = || {
            cadres::table
                .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
                .filter(inside!(subtree))
        };
        seen.push(if subtree.is_broad() {
            // Nearly all there are: each is tested as the list is walked.
            Box::new(diesel::dsl::exists(
                people()
                    .filter(cadres::id.eq(rater_forms::cadre_id))
                    .select(cadres::id),
            ))
        } else {
            Box::new(rater_forms::cadre_id.eq_any(people().select(cadres::id)))
        });
    }
    if let Some(id) = reach.mentor_id.or(reach.mentees_of) {
        seen.push(Box::new(rater_forms::mentor_id.eq(id).assume_not_null()));
    }
    if let Some(id) = reach.cadre_id {
        let of_self = rater_forms::evaluator_relation.eq(EvaluatorRelation::Self_);
        seen.push(Box::new(rater_forms::cadre_id.eq(id).and(of_self)));
    }
    seen
}
