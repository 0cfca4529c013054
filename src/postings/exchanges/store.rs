//! Queries of exchanges.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{Exchange, ExchangeRecord};
use super::request::ExchangeFilters;
use crate::access::{Reach, Subtree};
use crate::context::Context;
use crate::db::schema::{cadres, exchanges, organizations, postings};
use crate::db::{self, DbConn, Id, MultiBackend, any_of, inside, within};
use crate::error::{Error, Result};
use crate::listing::{List, Sort, SortColumn};
use crate::organizations::ReachedOrganizations;
use crate::postings::store as leg_store;
use crate::values::{Date, DateBound};

/// An exchange with the name of its unit.
type Named = (Exchange, String);

macro_rules! named {
    () => {
        exchanges::table
            .inner_join(organizations::table.on(organizations::id.eq(exchanges::organization_id)))
            .select((Exchange::as_select(), organizations::name))
    };
}

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Exchange>> {
    let found = exchanges::table.find(id).select(Exchange::as_select());
    Ok(found.first(conn).optional()?)
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<ExchangeRecord>> {
    let found = named!().filter(exchanges::id.eq(id));
    let Some(found) = found.first::<Named>(conn).optional()? else {
        return Ok(None);
    };
    Ok(with_legs(conn, vec![found])?.pop())
}

/// The row, locked against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, id: Id) -> Result<Option<Exchange>> {
    hold(tx, id)?;
    find(tx, id)
}

/// Locks the row.
///
/// # Errors
/// When the database refuses.
pub fn hold(tx: &mut DbConn, id: Id) -> Result<()> {
    if let DbConn::Postgres(conn) = tx {
        let row = exchanges::table.find(id).select(exchanges::id);
        row.for_update().first::<Id>(conn).optional()?;
    }
    Ok(())
}

fn with_legs(conn: &mut DbConn, found: Vec<Named>) -> Result<Vec<ExchangeRecord>> {
    let ids: Vec<Id> = found.iter().map(|(exchange, _)| exchange.id).collect();
    let mut legs: HashMap<Id, Vec<_>> = HashMap::new();
    for leg in leg_store::legs_of(conn, &ids)? {
        if let Some(id) = leg.posting.exchange_id {
            legs.entry(id).or_default().push(leg);
        }
    }
    let record = |(exchange, organization_name): Named| ExchangeRecord {
        legs: legs.remove(&exchange.id).unwrap_or_default(),
        exchange,
        organization_name,
    };
    Ok(found.into_iter().map(record).collect())
}

/// Writes a new row.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut DbConn, row: &Exchange) -> Result<()> {
    diesel::insert_into(exchanges::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, row: &Exchange, version: i64) -> Result<()> {
    let former = exchanges::table
        .find(row.id)
        .filter(exchanges::version.eq(version));
    match diesel::update(former).set(row).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// What lists of exchanges are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangeSort {
    /// The id.
    Id,
    /// The first day as planned.
    PlannedStartsOn,
}

impl Sort for ExchangeSort {
    type Row = ExchangeRecord;
    type Source = exchanges::table;
    const ALL: &'static [(&'static str, Self)] =
        &[("id", Self::Id), ("plannedStartsOn", Self::PlannedStartsOn)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(exchanges::id, |row| row.exchange.id),
            Self::PlannedStartsOn => SortColumn::new(exchanges::planned_starts_on, |row| {
                row.exchange.planned_starts_on
            }),
        }
    }
}

/// The rows of a page: their ids are found first, then their legs.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &ExchangeFilters,
    reached: &ReachedOrganizations,
    list: &List<ExchangeSort>,
) -> Result<Vec<ExchangeRecord>> {
    let ids = matching(context, filters, reached).select(exchanges::id);
    let ids = list.window(ids, reached.is_narrow())?;
    let rows = named!().into_boxed::<MultiBackend>();
    let rows = list.rows_of(rows, exchanges::id, ids).load(conn)?;
    with_legs(conn, rows)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &ExchangeFilters,
    reached: &ReachedOrganizations,
) -> Result<i64> {
    let matching = matching(context, filters, reached);
    Ok(matching.count().get_result(conn)?)
}

type Query<'a> = exchanges::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<exchanges::table>;

fn matching<'a>(
    context: &Context,
    filters: &ExchangeFilters,
    reached: &ReachedOrganizations,
) -> Query<'a> {
    let mut query = exchanges::table.into_boxed::<MultiBackend>();
    if !context.reach.everything {
        query = query.filter(any_of(in_reach(&context.reach, reached, context.today)));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(exchanges::status.eq_any(statuses.0.clone()));
    }
    if let Some(DateBound(day)) = filters.planned_starts_on_gte {
        query = query.filter(exchanges::planned_starts_on.ge(day));
    }
    if let Some(DateBound(day)) = filters.planned_starts_on_lte {
        query = query.filter(exchanges::planned_starts_on.le(day));
    }
    query
}

/// The condition that a leg is such; a macro because conditions on legs have no type one could write down.
macro_rules! has_leg {
    ($($condition:expr),+) => {
        Box::new(exchanges::id.eq_any(
            postings::table
                .filter(postings::exchange_id.is_not_null())
                $(.filter($condition))+
                .select(postings::exchange_id.assume_not_null()),
        ))
    };
}

/// The ways in which a caller reaches an exchange: they keep, sent, guide, lead or are a leg. A host's side finds it by the posting.
fn in_reach(reach: &Reach, reached: &ReachedOrganizations, today: Date) -> Vec<Condition> {
    let mut ways: Vec<Condition> = Vec::new();
    if !reached.ids.is_empty() {
        let ids = || reached.ids.clone();
        // One way, not two: PostgreSQL would test each exchange of the city for either.
        ways.push(has_leg!(
            postings::organization_id
                .eq_any(ids())
                .or(postings::present_organization_id.eq_any(ids()))
        ));
    }
    let (broad, narrow): (Vec<Subtree>, Vec<Subtree>) = reached
        .reach
        .subtrees
        .iter()
        .cloned()
        .partition(Subtree::is_broad);
    // Whoever reaches a city reaches every leg of what lies in it.
    if !broad.is_empty() {
        let city = Reach {
            subtrees: broad,
            ..Reach::default()
        };
        ways.push(within!(exchanges::table, exchanges::organization_id, &city));
    }
    for subtree in &narrow {
        let units = || organizations::table.filter(inside!(subtree));
        let of = |units| postings::organization_id.eq_any(units);
        ways.push(has_leg!(of(units().select(organizations::id))));
        let of = |units| postings::present_organization_id.eq_any(units);
        ways.push(has_leg!(of(units().select(organizations::id))));
    }
    if let Some(id) = reach.mentees_of {
        let mentees = cadres::table
            .filter((cadres::political_mentor_id.eq(id)).or(cadres::professional_mentor_id.eq(id)))
            .select(cadres::id);
        ways.push(has_leg!(postings::cadre_id.eq_any(mentees)));
        ways.push(has_leg!(
            leg_store::is_led_by!(id),
            leg_store::is_shown_to_host!(today)
        ));
    }
    if let Some(id) = reach.cadre_id {
        ways.push(has_leg!(postings::cadre_id.eq(id)));
    }
    ways
}
