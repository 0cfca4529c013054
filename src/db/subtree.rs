//! The scope of a caller as a condition on rows.

/// The condition that a row's organization lies in one of the reached subtrees.
///
/// A broad subtree (a city) is tested row by row while an index in the order of the list is walked, so that a page costs the
/// same however many rows there are; a narrow one (a county, a township) is turned into its organizations first, because
/// walking would pass over too many rows of others.
macro_rules! within {
    ($table:ty, $column:expr, $reach:expr) => {{
        use crate::db::schema::organizations;
        use diesel::BoolExpressionMethods as _;
        type Condition = Box<
            dyn diesel::BoxableExpression<
                    $table,
                    crate::db::MultiBackend,
                    SqlType = diesel::sql_types::Bool,
                >,
        >;
        let reach = $reach;
        let mut condition: Option<Condition> = None;
        for subtree in &reach.subtrees {
            let (from, to) = subtree.range();
            let inside = organizations::table
                .filter(organizations::path.ge(from))
                .filter(organizations::path.lt(to));
            let next: Condition = if subtree.depth() == 0 {
                Box::new(diesel::dsl::exists(
                    inside
                        .filter(organizations::id.eq($column))
                        .select(organizations::id),
                ))
            } else {
                Box::new($column.eq_any(inside.select(organizations::id)))
            };
            condition = Some(match condition {
                Some(before) => Box::new(before.or(next)),
                None => next,
            });
        }
        let nothing =
            || -> Condition { Box::new(diesel::dsl::sql::<diesel::sql_types::Bool>("1 = 0")) };
        condition.unwrap_or_else(nothing)
    }};
}

pub(crate) use within;
