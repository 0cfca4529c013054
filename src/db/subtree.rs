//! Conditions on rows: the scope of a caller, and values that many rows share.

use diesel::BoolExpressionMethods as _;
use diesel::sql_types::Bool;

use super::MultiBackend;

/// A condition on the rows of a query source.
pub type Condition<Source> =
    Box<dyn diesel::BoxableExpression<Source, MultiBackend, SqlType = Bool>>;

/// That one of the conditions holds; without any, that nothing does. A term that is always false beside others would keep SQLite
/// from searching by them.
pub(crate) fn any_of<Source: 'static>(
    conditions: impl IntoIterator<Item = Condition<Source>>,
) -> Condition<Source> {
    let either = conditions
        .into_iter()
        .reduce(|before, next| Box::new(before.or(next)));
    either.unwrap_or_else(|| Box::new(diesel::dsl::sql::<Bool>("1 = 0")))
}

diesel::define_sql_function! {
    /// The value of a column, both times, as an expression that no index is of: an order by it is sorted, never walked.
    #[sql_name = "COALESCE"]
    fn unindexed<Value: diesel::sql_types::SqlType + diesel::sql_types::SingleValue>(column: Value, again: Value) -> Value;
}

/// The condition that an organization lies in a subtree: a half-open range of paths.
macro_rules! inside {
    ($subtree:expr) => {{
        use crate::db::schema::organizations;
        let (from, to) = $subtree.range();
        organizations::path.ge(from).and(organizations::path.lt(to))
    }};
}

/// The condition that a row's organization lies in one of the reached subtrees.
///
/// A broad subtree (a city) is tested row by row while an index in the order of the list is walked, so that a page costs the
/// same however many rows there are; a narrow one (a county, a township) is turned into its organizations first, because
/// walking would pass over too many rows of others.
macro_rules! within {
    ($table:ty, $column:expr, $reach:expr) => {{
        use crate::db::schema::organizations;
        let reach = $reach;
        crate::db::any_of(
            reach
                .subtrees
                .iter()
                .map(|subtree| -> crate::db::Condition<$table> {
                    let inside = organizations::table.filter(crate::db::inside!(subtree));
                    if subtree.is_broad() {
                        Box::new(diesel::dsl::exists(
                            inside
                                .filter(organizations::id.eq($column))
                                .select(organizations::id),
                        ))
                    } else {
                        Box::new($column.eq_any(inside.select(organizations::id)))
                    }
                }),
        )
    }};
}

/// The condition that a column has one of some values.
///
/// Those in `common` are had by a good part of the table: rows are tested for them one by one ([`row_by_row`](crate::db::row_by_row))
/// beside the order of the list or another condition. Looked up by an index they would all be read, and sorted for one page: seconds
/// among millions.
macro_rules! one_of {
    ($table:ty, $column:expr, $values:expr, common: $common:expr) => {{
        let values = $values;
        let is_common = values.iter().any(|value| $common.contains(value));
        let condition: crate::db::Condition<$table> = if is_common {
            Box::new(crate::db::row_by_row($column).eq_any(values.to_vec()))
        } else {
            Box::new($column.eq_any(values.to_vec()))
        };
        condition
    }};
}

pub(crate) use {inside, one_of, within};
