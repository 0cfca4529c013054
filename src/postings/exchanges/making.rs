//! Planning an exchange.

use std::collections::BTreeSet;

use super::model::Exchange;
use super::request::{CreateExchange, ExchangeLegInput, MOST_LEGS};
use super::response::ExchangeResponse;
use super::service::visible;
use super::store;
use crate::cadres::{self, Cadre};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::http::{Limited, Outcome};
use crate::journal;
use crate::organizations;
use crate::postings::draft::draft;
use crate::postings::model::Posting;
use crate::postings::request::PatchPosting;
use crate::postings::store as leg_store;
use crate::postings::{rules, service as legs};
use crate::transitions::{current, read_back, record};

/// A leg under way: what was sent, the row, and the cadre under lock.
type Drafted<'a> = (&'a ExchangeLegInput, Posting, Cadre);

/// Plans an exchange with all its legs. One that exists with the same id and content, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`, `RuleViolation`, `Duplicate` also when one of them has another posting in these days.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateExchange,
) -> Result<Outcome<ExchangeResponse>> {
    let mut errors = FieldErrors::default();
    let known: Vec<Id> = new.legs.0.iter().filter_map(|leg| leg.cadre_id).collect();
    cadres::store::hold_all(tx, &known)?;
    let id = new.id.unwrap_or_else(|| context.new_id());
    let existing = store::find(tx, id)?;
    let drafted = drafted(tx, context, new, existing.is_none(), &mut errors)?;
    errors.into_result()?;
    let rows: Vec<&Posting> = drafted.iter().map(|(_, row, _)| row).collect();
    if let Some(existing) = existing {
        return repeated(tx, context, new, &rows, &existing);
    }
    let days = (new.planned_starts_on, new.planned_ends_on);
    let unit = unit_above(tx, &rows)?;
    let exchange = Exchange::planned(context, id, new.title.as_str(), days, unit);
    store::insert(tx, &exchange)?;
    let changed = ["title", "plannedStartsOn", "plannedEndsOn", "legs"];
    record(tx, context, "exchange.created", &exchange, &changed, None)?;
    for (input, mut row, cadre) in drafted {
        row.exchange_id = Some(id);
        legs::plan(tx, context, row, &cadre, input.overrides.as_ref())?;
    }
    Ok(Outcome::Created(read_back::<Exchange>(tx, context, id)?))
}

/// The legs as rows; faults of a leg are noted at the leg.
fn drafted<'a>(
    tx: &mut DbConn,
    context: &Context,
    new: &'a CreateExchange,
    is_new: bool,
    errors: &mut FieldErrors,
) -> Result<Vec<Drafted<'a>>> {
    let Limited(sent) = &new.legs;
    if sent.len() < 2 {
        errors.push("/legs", Fault::with("out-of-range", &[&2, &MOST_LEGS]));
    }
    let (days, mut drafted) = ((new.planned_starts_on, new.planned_ends_on), Vec::new());
    for (n, leg) in sent.iter().enumerate() {
        let mut of_leg = FieldErrors::default();
        if let Some((row, cadre)) = draft(tx, context, &leg.posting(days), &mut of_leg)? {
            if is_new {
                rules::check_days(&row, &cadre, context, &mut of_leg);
            }
            let is_twice = |(_, other, _): &Drafted<'_>| other.cadre_id == row.cadre_id;
            if drafted.iter().any(is_twice) {
                of_leg.push("/cadreId", Fault::new("not-unique"));
            }
            drafted.push((leg, row, cadre));
        }
        for error in of_leg {
            // The days are those of the exchange, and are said once.
            let is_of_all = error.pointer.starts_with("/planned");
            let pointer = if is_of_all {
                error.pointer
            } else {
                format!("/legs/{n}{}", error.pointer)
            };
            if !errors.listed().iter().any(|known| known.pointer == pointer) {
                errors.push(pointer, error.fault);
            }
        }
    }
    let homes: BTreeSet<Id> = drafted
        .iter()
        .map(|(_, row, _)| row.organization_id)
        .collect();
    let hosts: BTreeSet<Id> = drafted
        .iter()
        .filter_map(|(_, row, _)| row.host_organization_id)
        .collect();
    if errors.is_empty() && homes != hosts {
        errors.push("/legs", Fault::new("exchange-one-way"));
    }
    Ok(drafted)
}

/// The lowest unit above all that take part.
fn unit_above(tx: &mut DbConn, rows: &[&Posting]) -> Result<Id> {
    let units = rows.iter().map(|row| row.organization_id);
    let units: Vec<Id> = units.collect();
    let units = organizations::store::find_many(tx, &units)?;
    let mut paths = units.iter().map(|unit| unit.path.as_str());
    let first = paths.next().unwrap_or_default().to_owned();
    let common = paths.fold(first, |common, path| common_path(&common, path));
    let line = organizations::store::line(tx, &common)?;
    let lowest = line.last().map(|unit| unit.id);
    // Units of different cities have nothing above them.
    lowest
        .or_else(|| units.first().map(|unit| unit.id))
        .ok_or_else(|| Error::field("/legs", "reference-unknown"))
}

/// The segments that two paths have in common.
fn common_path(one: &str, other: &str) -> String {
    let same = one
        .split_inclusive('/')
        .zip(other.split_inclusive('/'))
        .take_while(|(one, other)| one == other);
    same.map(|(segment, _)| segment).collect()
}

/// The answer to a create whose id exists.
fn repeated(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateExchange,
    rows: &[&Posting],
    existing: &Exchange,
) -> Result<Outcome<ExchangeResponse>> {
    let former = leg_store::legs_of(tx, &[existing.id])?;
    let is_same = |(former, row): (&Posting, &&Posting)| {
        former.cadre_id == row.cadre_id
            && PatchPosting::changed_members(Some(former), row).is_empty()
    };
    let same = former.len() == rows.len()
        && former.iter().map(|leg| &leg.posting).zip(rows).all(is_same)
        && existing.title == new.title.as_str()
        && journal::created_by_caller(context, existing.created_by);
    match visible(tx, context, existing.id)? {
        Some(existing) if same => Ok(Outcome::Unchanged(existing)),
        _ => Err(Error::Duplicate(
            DuplicateKey::ID,
            current::<Exchange>(tx, context, existing.id)?,
        )),
    }
}
