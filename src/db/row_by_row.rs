//! A column by which SQLite tests rows and never looks them up.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::prelude::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

use super::MultiBackend;

/// The value of a column whose values many rows share.
///
/// SQLite takes any index that fits a condition, however many rows it finds; the sign before the column forbids it that. PostgreSQL
/// keeps count of the values and chooses by them, so that there it is the column itself: any other expression would hide the count.
pub fn row_by_row<Column>(column: Column) -> RowByRow<Column> {
    RowByRow(column)
}

/// What [`row_by_row`] makes.
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub struct RowByRow<Column>(Column);

impl<Column: Expression> Expression for RowByRow<Column> {
    type SqlType = Column::SqlType;
}

impl<Column: AppearsOnTable<Source>, Source> AppearsOnTable<Source> for RowByRow<Column> {}

impl<Column: SelectableExpression<Source>, Source> SelectableExpression<Source>
    for RowByRow<Column>
{
}

impl<Column: QueryFragment<Pg>> QueryFragment<Pg> for RowByRow<Column> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }
}

impl<Column: QueryFragment<Sqlite>> QueryFragment<Sqlite> for RowByRow<Column> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        pass.push_sql("+");
        self.0.walk_ast(pass)
    }
}

impl<Column: QueryFragment<Pg> + QueryFragment<Sqlite>> QueryFragment<MultiBackend>
    for RowByRow<Column>
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, pass)
    }
}
