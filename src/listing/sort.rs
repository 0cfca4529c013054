//! The orders of a list: columns with a unique one at the end, so that a page can go on exactly after the one before.

use diesel::expression::{AppearsOnTable, AsExpression, Expression};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Bool, SingleValue, SqlType};
use diesel::{BoolExpressionMethods, BoxableExpression, ExpressionMethods, QueryResult, dsl};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::db::{Condition, MultiBackend};
use crate::error::{Error, Result};

/// The members that a list is sorted by.
///
/// The first one is the order when nothing is said; it is unique, and breaks ties of the others.
pub trait Sort: Copy + Eq + Send + Sync + 'static {
    /// What is listed, as it is read.
    type Row;
    /// The table or join whose rows are put in order.
    type Source;
    /// Every order with the name of its member.
    const ALL: &'static [(&'static str, Self)];

    /// The column, and its value in a row. It is never null, for databases do not agree where null stands.
    fn column(self) -> SortColumn<Self::Source, Self::Row>;
}

type Fragment = Box<dyn QueryFragment<MultiBackend> + Send>;

/// A column that a list is sorted by, and its value in a row.
pub struct SortColumn<Source, Row>(Box<dyn Keyed<Source, Row>>);

/// What a sort column does, whatever its type.
pub trait Keyed<Source, Row> {
    /// The column, as a part of a statement.
    fn fragment(&self) -> Fragment;
    /// Its value in a row, as a cursor carries it.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    fn key(&self, row: &Row) -> serde_json::Result<Value>;
    /// The rows at a key and beyond it.
    ///
    /// # Errors
    /// When the key is no value of the column.
    fn bounds(&self, key: &Value, descending: bool) -> serde_json::Result<Bounds<Source>>;
}

/// A column with the value that a row has there.
pub struct Typed<Column, Row, Key> {
    column: Column,
    key: fn(&Row) -> Key,
}

/// Where a page goes on, in one column.
pub struct Bounds<Source> {
    /// Rows of the same key or beyond.
    pub from: Condition<Source>,
    /// Rows beyond the key.
    pub beyond: Condition<Source>,
}

impl<Source, Row, Column, Key> Keyed<Source, Row> for Typed<Column, Row, Key>
where
    Column: ExpressionMethods + QueryFragment<MultiBackend> + Copy + Send + 'static,
    Column::SqlType: SqlType + SingleValue,
    Key: AsExpression<Column::SqlType> + Serialize + DeserializeOwned + Clone,
    dsl::GtEq<Column, Key>: BoxableExpression<Source, MultiBackend, SqlType = Bool> + 'static,
    dsl::LtEq<Column, Key>: BoxableExpression<Source, MultiBackend, SqlType = Bool> + 'static,
    dsl::Gt<Column, Key>: BoxableExpression<Source, MultiBackend, SqlType = Bool> + 'static,
    dsl::Lt<Column, Key>: BoxableExpression<Source, MultiBackend, SqlType = Bool> + 'static,
{
    fn fragment(&self) -> Fragment {
        Box::new(self.column)
    }

    fn key(&self, row: &Row) -> serde_json::Result<Value> {
        serde_json::to_value((self.key)(row))
    }

    fn bounds(&self, key: &Value, descending: bool) -> serde_json::Result<Bounds<Source>> {
        let key = Key::deserialize(key)?;
        Ok(if descending {
            Bounds {
                from: Box::new(self.column.le(key.clone())),
                beyond: Box::new(self.column.lt(key)),
            }
        } else {
            Bounds {
                from: Box::new(self.column.ge(key.clone())),
                beyond: Box::new(self.column.gt(key)),
            }
        })
    }
}

impl<Source, Row: 'static> SortColumn<Source, Row> {
    /// A column of the source, and its value in a row.
    pub fn new<Column, Key>(column: Column, key: fn(&Row) -> Key) -> Self
    where
        Column: 'static,
        Key: 'static,
        Typed<Column, Row, Key>: Keyed<Source, Row>,
    {
        Self(Box::new(Typed { column, key }))
    }

    pub(super) fn key(&self, row: &Row) -> Result<Value> {
        self.0.key(row).map_err(Error::internal)
    }

    pub(super) fn bounds(&self, key: &Value, descending: bool) -> Result<Bounds<Source>> {
        let bounds = self.0.bounds(key, descending);
        bounds.map_err(|_| Error::InvalidCursor)
    }

    pub(super) fn term(&self, descending: bool, are_few: bool) -> OrderTerm {
        OrderTerm {
            column: self.0.fragment(),
            descending,
            are_few,
        }
    }
}

/// What comes after a row whose keys are known.
///
/// The condition is nested so that both databases seek: `column >= key AND (column > key OR …)`.
pub(super) fn beyond<Source: 'static>(
    bounds: impl DoubleEndedIterator<Item = Bounds<Source>>,
) -> Option<Condition<Source>> {
    bounds.rev().fold(None, |next, Bounds { from, beyond }| {
        Some(match next {
            None => beyond,
            Some(next) => Box::new(from.and(beyond.or(next))),
        })
    })
}

/// One column of an order.
pub struct OrderTerm {
    column: Fragment,
    descending: bool,
    are_few: bool,
}

impl QueryFragment<MultiBackend> for OrderTerm {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        if self.are_few {
            // An expression that no index is of: rows are found first, and sorted.
            out.push_sql("COALESCE(");
            self.column.walk_ast(out.reborrow())?;
            out.push_sql(", ");
            self.column.walk_ast(out.reborrow())?;
            out.push_sql(")");
        } else {
            self.column.walk_ast(out.reborrow())?;
        }
        out.push_sql(if self.descending { " DESC" } else { " ASC" });
        Ok(())
    }
}

impl QueryId for OrderTerm {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for OrderTerm {
    type SqlType = diesel::expression::expression_types::NotSelectable;
}

impl<Source> AppearsOnTable<Source> for OrderTerm {}
