//! Rows whose ids another query finds.

use diesel::QueryResult;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;

use crate::db::MultiBackend;

/// `id IN (query)`; diesel's own takes no boxed query of both databases.
#[derive(Debug, Clone, Copy)]
pub struct AmongIds<Column, Ids> {
    id: Column,
    ids: Ids,
}

impl<Column, Ids> AmongIds<Column, Ids> {
    pub(super) const fn new(id: Column, ids: Ids) -> Self {
        Self { id, ids }
    }
}

impl<Column, Ids> QueryFragment<MultiBackend> for AmongIds<Column, Ids>
where
    Column: QueryFragment<MultiBackend>,
    Ids: QueryFragment<MultiBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        self.ids.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<Column, Ids> QueryId for AmongIds<Column, Ids> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Column: Expression, Ids> Expression for AmongIds<Column, Ids> {
    type SqlType = Bool;
}

impl<Column: AppearsOnTable<Source>, Ids, Source> AppearsOnTable<Source> for AmongIds<Column, Ids> {}

impl<Column: SelectableExpression<Source>, Ids, Source> SelectableExpression<Source>
    for AmongIds<Column, Ids>
{
}

impl<Column: ValidGrouping<GroupBy>, Ids, GroupBy> ValidGrouping<GroupBy>
    for AmongIds<Column, Ids>
{
    type IsAggregate = Column::IsAggregate;
}
