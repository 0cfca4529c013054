//! A list as it was asked for, and its pages.

use diesel::query_dsl::methods::{FilterDsl, LimitDsl, ThenOrderDsl};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::among::AmongIds;
use super::cursor;
use super::fields::Fields;
use super::paging::{ListQuery, Paging, Sorted};
use super::projection::Projected;
use super::sort::{OrderTerm, Sort, beyond};
use crate::context::Context;
use crate::db::{Condition, DbConn};
use crate::error::{Error, Result};
use crate::http::{AppState, Caller, Reply, members};

/// A list as it was asked for: in which order, from where, how much of it, and which members.
#[derive(Debug, Clone)]
pub struct List<S> {
    order: Vec<Sorted<S>>,
    after: Option<Vec<Value>>,
    limit: usize,
    is_counted: bool,
    /// The members asked for.
    pub fields: Fields,
}

impl<S: Sort> List<S> {
    /// Checks what was asked for; `Item` is what is listed.
    ///
    /// # Errors
    /// `Malformed` with the allowed names, `InvalidCursor`, `ExpiredCursor`.
    fn new<Item: ToSchema + 'static>(paging: &Paging, context: &Context) -> Result<Self> {
        let order = paging.sort(S::ALL)?;
        let sorted_by = order.iter().map(|sorted| sorted.member).collect();
        let known = members::<Item>();
        let fields = Fields::parse(paging.fields.as_deref(), known, sorted_by)?;
        let after = cursor::read(paging, context)?;
        if after.as_ref().is_some_and(|keys| keys.len() != order.len()) {
            return Err(Error::InvalidCursor);
        }
        Ok(Self {
            order,
            after,
            limit: usize::try_from(paging.limit).unwrap_or(usize::MAX),
            is_counted: paging.count.as_deref() == Some("exact"),
            fields,
        })
    }

    /// The rows of the page: those that come after the page before, in order, and one more, which tells whether there is a next
    /// page.
    ///
    /// Where `are_few` are expected, they are found first and sorted; otherwise an index may be walked in the order of the list.
    ///
    /// # Errors
    /// `InvalidCursor` for keys that are none of these columns.
    pub fn window<Query>(&self, query: Query, are_few: bool) -> Result<Query>
    where
        S::Source: 'static,
        Query: FilterDsl<Condition<S::Source>, Output = Query>
            + ThenOrderDsl<OrderTerm, Output = Query>
            + LimitDsl<Output = Query>,
    {
        let rows = self.beyond_cursor(query)?;
        let most = i64::try_from(self.wanted()).unwrap_or(i64::MAX);
        Ok(self.in_order(rows, are_few).limit(most))
    }

    /// The rows of a page whose ids another query finds, in the order of the list: a walk over an index stays narrow, however much
    /// is read of each row.
    pub fn rows_of<Rows, Column, Ids>(&self, rows: Rows, id: Column, ids: Ids) -> Rows
    where
        Rows: FilterDsl<AmongIds<Column, Ids>, Output = Rows>
            + ThenOrderDsl<OrderTerm, Output = Rows>,
    {
        self.in_order(rows.filter(AmongIds::new(id, ids)), true)
    }

    fn in_order<Query>(&self, query: Query, are_few: bool) -> Query
    where
        Query: ThenOrderDsl<OrderTerm, Output = Query>,
    {
        self.order.iter().fold(query, |query, sorted| {
            query.then_order_by(sorted.by.column().term(sorted.descending, are_few))
        })
    }

    fn beyond_cursor<Query>(&self, query: Query) -> Result<Query>
    where
        S::Source: 'static,
        Query: FilterDsl<Condition<S::Source>, Output = Query>,
    {
        let Some(keys) = &self.after else {
            return Ok(query);
        };
        let bounds = self
            .order
            .iter()
            .zip(keys)
            .map(|(sorted, key)| sorted.by.column().bounds(key, sorted.descending))
            .collect::<Result<Vec<_>>>()?;
        Ok(match beyond(bounds.into_iter()) {
            Some(condition) => query.filter(condition),
            None => query,
        })
    }

    /// Rows to read for a page: one more than it has.
    pub const fn wanted(&self) -> usize {
        self.limit.saturating_add(1)
    }

    /// The same list from the row after this one on.
    ///
    /// # Errors
    /// When the keys cannot be written as JSON.
    pub fn after(&self, row: &S::Row) -> Result<Self> {
        Ok(Self {
            after: Some(self.keys(row)?),
            ..self.clone()
        })
    }

    /// How many rows there are in all, when the caller asks for it.
    ///
    /// # Errors
    /// What `count` returns.
    pub fn total(&self, count: impl FnOnce() -> Result<i64>) -> Result<Option<i64>> {
        self.is_counted.then(count).transpose()
    }

    /// The page, of the rows that were read for it; `count` counts all rows, when the caller asks for it.
    ///
    /// # Errors
    /// What `count` and `item` return.
    pub fn page<Item>(
        &self,
        rows: Vec<S::Row>,
        count: impl FnOnce() -> Result<i64>,
        item: impl FnMut(S::Row) -> Result<Item>,
    ) -> Result<Page<Item>> {
        let total = self.total(count)?;
        self.page_of(rows, total, |rows| rows.into_iter().map(item).collect())
    }

    /// The page, of rows that become items together.
    ///
    /// # Errors
    /// What `items` returns.
    pub fn page_of<Item>(
        &self,
        mut rows: Vec<S::Row>,
        total: Option<i64>,
        items: impl FnOnce(Vec<S::Row>) -> Result<Vec<Item>>,
    ) -> Result<Page<Item>> {
        let has_more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let last = rows.last().filter(|_| has_more);
        Ok(Page {
            next: last.map(|last| self.keys(last)).transpose()?,
            total,
            items: items(rows)?,
        })
    }

    fn keys(&self, row: &S::Row) -> Result<Vec<Value>> {
        let key = |sorted: &Sorted<S>| sorted.by.column().key(row);
        self.order.iter().map(key).collect()
    }
}

/// A page of a list, as the caller may see it.
#[derive(Debug)]
pub struct Page<Item> {
    items: Vec<Item>,
    /// The keys of the last row, when there is a next page.
    next: Option<Vec<Value>>,
    total: Option<i64>,
}

/// A page as it is sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a, Item> {
    items: Projected<'a, Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<i64>,
    journal_position: i64,
}

impl AppState {
    /// Replies with a page of a list, read in one snapshot.
    ///
    /// # Errors
    /// `Malformed` for an order or members that the list does not have, `InvalidCursor`, `ExpiredCursor`, or what the use case
    /// returns.
    pub async fn list<Filters, S, Item, Work>(
        &self,
        caller: &Caller,
        query: ListQuery<Filters>,
        mut work: Work,
    ) -> Result<Reply>
    where
        Filters: Send + 'static,
        S: Sort,
        Item: Serialize + ToSchema + Send + 'static,
        Work:
            FnMut(&mut DbConn, &Context, &Filters, &List<S>) -> Result<Page<Item>> + Send + 'static,
    {
        let ListQuery { filters, paging } = query;
        let context = self.context(caller);
        let list = List::new::<Item>(&paging, &context)?;
        let fields = list.fields.clone();
        let asking = context.clone();
        let (page, journal_position) = self
            .db
            .read_page(move |conn| {
                let page = work(conn, &asking, &filters, &list)?;
                Ok((page, (asking.deps.hooks.journal_position)(conn)?))
            })
            .await?;
        let next = page.next.map(|keys| cursor::write(&paging, &context, keys));
        let next = next.transpose()?;
        let body = Body {
            items: Projected::new(&page.items, &fields),
            next_cursor: next.as_deref(),
            total: page.total,
            journal_position,
        };
        Ok(Reply::json(200, &body)?.with_header("link", paging.links(next.as_deref())))
    }
}
