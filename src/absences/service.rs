//! Use cases of absences.

use super::model::{Absence, AbsenceFilters, AbsenceResponse, CreateAbsence, PatchAbsence};
use super::store;
use super::store::AbsenceSort;
use crate::cadres::{self, CadreChoice};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Current, Error, Fault, FieldErrors, Result};
use crate::journal::{self, Change};
use crate::listing::{List, Page};
use crate::values::changed;

/// A page of absences.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &AbsenceFilters,
    list: &List<AbsenceSort>,
) -> Result<Page<AbsenceResponse>> {
    let rows = store::page(conn, context, filters, list)?;
    let total = || store::total(conn, context, filters);
    list.page(rows, total, |(row, name, _)| {
        Ok(AbsenceResponse::from_row(row, name))
    })
}

/// One absence.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<AbsenceResponse> {
    let (row, name, _) = store::find(conn, id)?.ok_or(Error::NotFound)?;
    cadres::require_reachable(conn, context, row.cadre_id)?;
    Ok(AbsenceResponse::from_row(row, name))
}

/// Makes an absence; `true` when it is new.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateAbsence,
) -> Result<(AbsenceResponse, bool)> {
    let pointer = if new.cadre_ref.is_some() {
        "/cadreRef"
    } else {
        "/cadreId"
    };
    let cadre_id = cadres::resolve(
        tx,
        CadreChoice {
            id: new.cadre_id,
            external: new.cadre_ref.as_ref(),
        },
    )?;
    let cadre = match cadres::reachable(tx, context, cadre_id) {
        Err(Error::NotFound) => return Err(Error::field(pointer, "reference-unknown")),
        found => found?,
    };
    let row = Absence {
        id: new.id.unwrap_or_else(|| context.new_id()),
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: context.actor.id(),
        cadre_id,
        kind: new.kind,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        working_days: new.working_days.map(|days| days.0),
    };
    check(&row, context)?;
    if let Some((known, name, _)) = store::find(tx, row.id)? {
        let same = Absence {
            created_at: row.created_at,
            updated_at: row.updated_at,
            ..known.clone()
        } == row;
        if same && journal::created_by_caller(context, known.created_by) {
            return Ok((AbsenceResponse::from_row(known, name), false));
        }
        return Err(Error::Duplicate(DuplicateKey::ID, current(&known, &name)));
    }
    let before = store::covers(tx, cadre_id, context.today)?;
    store::insert(tx, &row)?;
    let fields = ["kind", "startsOn", "endsOn", "workingDays"];
    record(
        tx,
        context,
        "absence.created",
        &row,
        cadre.organization_id,
        &fields,
        before,
    )?;
    Ok((AbsenceResponse::from_row(row, cadre.name), true))
}

/// Changes an absence by merge patch.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &PatchAbsence,
) -> Result<AbsenceResponse> {
    let (row, name, unit) = reachable(tx, context, id)?;
    context.require_match(row.version, || Ok(current(&row, &name)))?;
    let mut errors = FieldErrors::default();
    let mut new = row.clone();
    new.kind = input.kind.clone().require(row.kind, "/kind", &mut errors);
    new.starts_on = input
        .starts_on
        .clone()
        .require(row.starts_on, "/startsOn", &mut errors);
    new.ends_on = input.ends_on.clone().apply(row.ends_on);
    new.working_days = input
        .working_days
        .clone()
        .map(|days| days.0)
        .apply(row.working_days);
    errors.into_result()?;
    check(&new, context)?;
    if new == row {
        return Ok(AbsenceResponse::from_row(row, name));
    }
    new.version = row.version + 1;
    new.updated_at = context.now;
    let before = store::covers(tx, row.cadre_id, context.today)?;
    store::update(tx, &new, row.version)?;
    let changed = changed!(&row, &new; kind, starts_on, ends_on, working_days);
    record(tx, context, "absence.updated", &new, unit, &changed, before)?;
    Ok(AbsenceResponse::from_row(new, name))
}

/// Removes an absence.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let (row, name, unit) = reachable(tx, context, id)?;
    context.require_match(row.version, || Ok(current(&row, &name)))?;
    let before = store::covers(tx, row.cadre_id, context.today)?;
    store::delete(tx, &row)?;
    let gone = Absence {
        version: row.version + 1,
        ..row
    };
    record(tx, context, "absence.deleted", &gone, unit, &[], before)
}

/// Removes every absence of a cadre whose record is about to be removed.
///
/// # Errors
/// When the database refuses.
pub fn delete_all(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    for (row, _, unit) in store::all(tx, cadre_id)? {
        store::delete(tx, &row)?;
        let change = Change {
            organization_id: Some(unit),
            cadre_id: Some(cadre_id),
            ..Change::new("absence.deleted", "absence", row.id, row.version + 1)
        };
        journal::record(tx, context, &change)?;
    }
    Ok(())
}

fn reachable(conn: &mut DbConn, context: &Context, id: Id) -> Result<store::Row> {
    let row = store::find(conn, id)?.ok_or(Error::NotFound)?;
    cadres::reachable(conn, context, row.0.cadre_id)?;
    Ok(row)
}

/// Longest absence, in months.
const LONGEST: i32 = 60;
/// How far ahead an absence may be entered, in months.
const AHEAD: i32 = 12;

fn check(row: &Absence, context: &Context) -> Result<()> {
    let mut errors = FieldErrors::default();
    let latest_start = context.today.plus_months(AHEAD);
    if row.starts_on > latest_start {
        let fault = Fault::with("out-of-range", &[&"1949-10-01", &latest_start]);
        errors.push("/startsOn", fault);
    }
    let latest_end = row.starts_on.plus_months(LONGEST);
    if row
        .ends_on
        .is_some_and(|end| end < row.starts_on || end > latest_end)
    {
        let fault = Fault::with("out-of-range", &[&row.starts_on, &latest_end]);
        errors.push("/endsOn", fault);
    }
    errors.into_result()
}

fn current(row: &Absence, name: &str) -> Current {
    serde_json::to_value(AbsenceResponse::from_row(row.clone(), name.to_owned()))
        .ok()
        .map(Box::new)
}

/// The absence's row, and the cadre's when today is covered now and was not before, or the other way round.
fn record(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    row: &Absence,
    organization_id: Id,
    changed: &[&str],
    was_on_leave: bool,
) -> Result<()> {
    let change = Change {
        changed_fields: changed,
        organization_id: Some(organization_id),
        cadre_id: Some(row.cadre_id),
        ..Change::new(action, "absence", row.id, row.version)
    };
    journal::record(tx, context, &change)?;
    super::leave::recount(tx, context, row.cadre_id)?;
    if store::covers(tx, row.cadre_id, context.today)? == was_on_leave {
        return Ok(());
    }
    cadres::derived_changed(tx, context, row.cadre_id, &["onLeave"])
}
