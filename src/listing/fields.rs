//! `fields`: what is not asked for is not read, worked out or written.

use diesel::QueryResult;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use crate::db::MultiBackend;
use crate::error::{Error, Result};

/// The members of its items that a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// All of them when nothing is said.
    asked: Option<Vec<String>>,
    /// Members of the order, which the cursor holds.
    sorted_by: Vec<&'static str>,
}

impl Fields {
    /// Every member: a single resource.
    pub fn all() -> Self {
        Self::default()
    }

    /// Reads the parameter; `id` is always sent.
    ///
    /// # Errors
    /// `Malformed` with the names that an item has.
    pub(super) fn parse(
        text: Option<&str>,
        known: &[String],
        sorted_by: Vec<&'static str>,
    ) -> Result<Self> {
        let Some(text) = text else {
            return Ok(Self::all());
        };
        let mut asked: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        if asked.iter().any(|name| !known.contains(name)) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            return Err(Error::parameter("fields", "parameter-invalid", &known));
        }
        asked.push("id".to_owned());
        Ok(Self {
            asked: Some(asked),
            sorted_by,
        })
    }

    /// Whether all members are asked for.
    pub const fn are_all(&self) -> bool {
        self.asked.is_none()
    }

    /// Whether a member is sent.
    pub fn has(&self, member: &str) -> bool {
        let asked = self.asked.as_ref();
        asked.is_none_or(|asked| asked.iter().any(|name| name == member))
    }

    /// A member's value where it is sent; what is not sent is not worked out.
    pub fn when<Value: Default>(&self, member: &str, value: impl FnOnce() -> Value) -> Value {
        if self.has(member) {
            value()
        } else {
            Value::default()
        }
    }

    /// A column that only these members show; it is read when one of them is sent or sorted by. Otherwise NULL, zero or an empty
    /// text stands in its place, which no reply shows.
    pub fn column<Column>(&self, members: &[&str], column: Column) -> AskedColumn<Column> {
        let is_read = members
            .iter()
            .any(|member| self.has(member) || self.sorted_by.contains(member));
        AskedColumn { column, is_read }
    }
}

/// Every member, where a single resource is read: a statement that is the same each time.
#[derive(Debug, Clone, Copy)]
pub struct EveryMember;

impl EveryMember {
    /// The column, whatever shows it.
    pub const fn column<Column>(self, _: &[&str], column: Column) -> Column
    where
        Column: Copy,
    {
        column
    }
}

/// A column that is read only when a member that shows it was asked for.
#[derive(Debug, Clone, Copy)]
pub struct AskedColumn<Column> {
    column: Column,
    is_read: bool,
}

/// What stands in the place of a column that is not read.
pub trait Placeholder {
    /// As SQL of either database.
    const SQL: &'static str;
}

impl<T> Placeholder for Nullable<T> {
    const SQL: &'static str = "NULL";
}

impl Placeholder for Text {
    const SQL: &'static str = "''";
}

impl Placeholder for BigInt {
    const SQL: &'static str = "CAST(0 AS BIGINT)";
}

impl Placeholder for Integer {
    const SQL: &'static str = "0";
}

impl Placeholder for Bool {
    const SQL: &'static str = "FALSE";
}

impl<Column: Expression> Expression for AskedColumn<Column> {
    type SqlType = Column::SqlType;
}

impl<Column> QueryFragment<MultiBackend> for AskedColumn<Column>
where
    Column: Expression + QueryFragment<MultiBackend>,
    Column::SqlType: Placeholder,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        if self.is_read {
            return self.column.walk_ast(out);
        }
        out.push_sql(<Column::SqlType as Placeholder>::SQL);
        Ok(())
    }
}

impl<Column> QueryId for AskedColumn<Column> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Column: AppearsOnTable<Source>, Source> AppearsOnTable<Source> for AskedColumn<Column> {}

impl<Column: SelectableExpression<Source>, Source> SelectableExpression<Source>
    for AskedColumn<Column>
{
}

impl<Column: ValidGrouping<GroupBy>, GroupBy> ValidGrouping<GroupBy> for AskedColumn<Column> {
    type IsAggregate = Column::IsAggregate;
}
