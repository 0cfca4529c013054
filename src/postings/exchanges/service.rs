//! Use cases of exchanges: reading them.

use super::model::ExchangeRecord;
use super::request::ExchangeFilters;
use super::response::{ExchangeResponse, Kinds};
use super::store::{self, ExchangeSort};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::listing::{List, Page};
use crate::organizations::{self, ReachedOrganizations};
use crate::postings::model::PostingRecord;
use crate::postings::rules;
use crate::postings::service::{hold_legs, reading};

/// One exchange as the caller may see it.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<ExchangeResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)
}

/// The exchange as the caller may see it, if they see a leg.
///
/// # Errors
/// When the database refuses.
pub fn visible(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<ExchangeResponse>> {
    let reach = reading(context);
    let sees = |record: &ExchangeRecord| {
        record
            .legs
            .iter()
            .any(|leg| rules::sees(leg, &reach, context.today))
    };
    let Some(record) = store::find_record(conn, id)?.filter(sees) else {
        return Ok(None);
    };
    let kinds = kinds_of(conn, std::slice::from_ref(&record))?;
    Ok(Some(ExchangeResponse::from_record(
        record, &reach, &kinds, context,
    )))
}

/// A page of exchanges.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &ExchangeFilters,
    list: &List<ExchangeSort>,
) -> Result<Page<ExchangeResponse>> {
    let reached = ReachedOrganizations::from_reach(conn, &context.reach)?;
    let rows = store::page(conn, context, filters, &reached, list)?;
    let kinds = kinds_of(conn, &rows)?;
    let total = || store::total(conn, context, filters, &reached);
    list.page(rows, total, |record| {
        Ok(ExchangeResponse::from_record(
            record,
            &context.reach,
            &kinds,
            context,
        ))
    })
}

/// The record of an exchange every leg of which the caller keeps, locked: first the cadres, then the exchange.
///
/// # Errors
/// `NotFound` for exchanges they do not see, `Forbidden` for those that they do not keep whole.
pub fn writable(tx: &mut DbConn, context: &Context, id: Id) -> Result<ExchangeRecord> {
    hold_legs(tx, id)?;
    store::hold(tx, id)?;
    let record = store::find_record(tx, id)?.ok_or(Error::NotFound)?;
    let reach = reading(context);
    if record
        .legs
        .iter()
        .all(|leg| rules::keeps(leg, &context.reach))
    {
        Ok(record)
    } else if record
        .legs
        .iter()
        .any(|leg| rules::sees(leg, &reach, context.today))
    {
        Err(Error::Forbidden(None))
    } else {
        Err(Error::NotFound)
    }
}

/// The kinds of all units that send or receive.
fn kinds_of(conn: &mut DbConn, records: &[ExchangeRecord]) -> Result<Kinds> {
    let legs = records.iter().flat_map(|record| &record.legs);
    let units = |leg: &PostingRecord| {
        [
            Some(leg.posting.organization_id),
            leg.posting.host_organization_id,
        ]
    };
    let mut ids: Vec<Id> = legs.flat_map(units).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let units = organizations::store::find_many(conn, &ids)?;
    Ok(units.into_iter().map(|unit| (unit.id, unit.kind)).collect())
}
