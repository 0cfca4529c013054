//! Use cases of plans: reading them, and what is written in them.

use super::model::{Plan, PlanRecord};
use super::request::{PatchPlan, PlanFilters};
use super::response::PlanResponse;
use super::rules::{self, Writer};
use super::store::{self, PlanSort};
use crate::access::Permission::PlansRead;
use crate::cadres::Phase;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::listing::{Fields, List, Page};
use crate::organizations::ListedOrganizations;
use crate::transitions::{Begun, read_back, record};

/// One plan as the caller may see it.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<PlanResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)
}

/// The plan as the caller may see it, if they may.
///
/// # Errors
/// When the database refuses.
pub fn visible(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<PlanResponse>> {
    let record = store::find_record(conn, id)?;
    let seen = record.filter(|record| rules::sees(record, &context.reach));
    seen.map(|record| PlanResponse::from_record(record, &Fields::all(), context))
        .transpose()
}

/// A cadre's plan of a phase as the caller may see it, if there is one and they may.
///
/// # Errors
/// When the database refuses.
pub fn of_phase(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    phase: Phase,
) -> Result<Option<PlanResponse>> {
    let record = store::find_of_phase(conn, cadre_id, phase)?;
    let reach = context.reach_of(PlansRead);
    let seen = record.filter(|record| rules::sees(record, &reach));
    seen.map(|record| PlanResponse::from_record(record, &Fields::all(), context))
        .transpose()
}

/// A page of plans.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &PlanFilters,
    list: &List<PlanSort>,
) -> Result<Page<PlanResponse>> {
    let subtree = filters.subtree.is_none_or(|flag| flag.0);
    let organizations =
        ListedOrganizations::new(conn, &context.reach, filters.organization_id, subtree)?;
    let rows = store::page(conn, context, filters, &organizations, list)?;
    let total = || store::total(conn, context, filters, &organizations);
    list.page(rows, total, |record| {
        PlanResponse::from_record(record, &list.fields, context)
    })
}

/// Changes a plan by merge patch: the cadre their own words, mentors and the unit the rest.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, also for what is another's to write.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &PatchPlan,
) -> Result<PlanResponse> {
    let (record_before, writer) = writable(tx, context, id)?;
    let begun = Begun::new(context, "update_plan", record_before.plan);
    context.require_header()?;
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    match writer {
        Writer::Subject if input.theme.is_present() => {
            errors.push("/theme", Fault::new("mentors-and-unit-write"));
        }
        Writer::Guide if input.career_plan.is_present() => {
            errors.push("/careerPlan", Fault::new("cadre-writes"));
        }
        _ => {}
    }
    input.theme.check_required(false, "/theme", &mut errors);
    errors.into_result()?;
    let mut row = begun.row.clone();
    input.apply_plain(&mut row);
    let changed = PatchPlan::changed_members(Some(&begun.row), &row);
    if !changed.is_empty() {
        let row = begun.write(tx, row)?;
        record(tx, context, "plan.updated", &row, &changed, None)?;
    }
    read_back::<Plan>(tx, context, id)
}

/// The record of a plan that the caller may write in, locked, and as what they do.
///
/// # Errors
/// `NotFound` out of reach, `Forbidden` for those who only read it.
pub fn writable(tx: &mut DbConn, context: &Context, id: Id) -> Result<(PlanRecord, Writer)> {
    let record = store::lock_record(tx, id)?.ok_or(Error::NotFound)?;
    match rules::writer(&record, &context.reach) {
        Some(writer) => Ok((record, writer)),
        None if rules::sees(&record, &context.reach) => Err(Error::Forbidden(None)),
        None => Err(Error::NotFound),
    }
}
