//! Proposals that take effect, one by one or many together.

use super::derived::recompute_mentoring;
use super::draft::{self, Rivals};
use super::endings::give_way;
use super::model::{Assignment, AssignmentStatus};
use super::request::VersionOf;
use super::response::AssignmentResponse;
use super::rules::Proposal;
use super::service::read_back;
use super::store;
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::mentors;
use crate::transitions::{Begun, Said, begin, record};

const ACTIVATE: &str = "activate_assignment";
const ACTIVATED: &str = "assignment.activated";

/// Puts a proposal into effect.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`, `RuleViolation`, `Duplicate`, `CapacityExceeded`.
pub fn activate(tx: &mut DbConn, context: &Context, id: Id) -> Result<AssignmentResponse> {
    let begun = begin::<Assignment>(tx, context, ACTIVATE, id)?;
    let row = &begun.row;
    if row.is_active() && begun.is_repeated(tx, &[ACTIVATED], ACTIVATED, Said::default())? {
        return read_back(tx, context, id);
    }
    begun.require(tx)?;
    let replaced = to_replace(tx, row)?;
    let mentor_ids = [row.mentor_id].into_iter();
    draft::lock_mentors(tx, mentor_ids.chain(mentor_of(replaced.as_ref())).collect())?;
    take_effect(tx, context, row, replaced.as_ref())?;
    read_back(tx, context, id)
}

/// Puts many proposals into effect in one transaction; what is at fault with any of them is told for all of them.
///
/// # Errors
/// `Invalid` with a pointer to each item at fault.
pub fn activate_all(
    tx: &mut DbConn,
    context: &Context,
    items: &[VersionOf],
) -> Result<Vec<AssignmentResponse>> {
    if items.is_empty() || items.len() > MAX_ITEMS {
        let fault = Fault::with("out-of-range", &[&1, &MAX_ITEMS]);
        return Err(Error::Invalid(FieldErrors::one("/items", fault)));
    }
    let mut errors = FieldErrors::default();
    lock_all(tx, items)?;
    let mut seen = std::collections::HashSet::new();
    for (n, item) in items.iter().enumerate() {
        if !seen.insert(item.id) {
            errors.push(format!("/items/{n}/id"), Fault::new("not-unique"));
            continue;
        }
        let Some(row) = reached(tx, context, item.id)? else {
            errors.push(format!("/items/{n}/id"), Fault::new("reference-unknown"));
            continue;
        };
        let begun = Begun::new(context, ACTIVATE, row);
        activate_item(tx, context, &begun, item.version.0, n, &mut errors)?;
    }
    errors.into_result()?;
    let read = |item: &VersionOf| read_back(tx, context, item.id);
    items.iter().map(read).collect()
}

/// Most proposals that take effect together.
const MAX_ITEMS: usize = 1000;

/// Locks every cadre, then every mentor, each in the order of their ids.
fn lock_all(tx: &mut DbConn, items: &[VersionOf]) -> Result<()> {
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        rows.extend(store::find(tx, item.id)?);
    }
    let mut cadre_ids: Vec<Id> = rows.iter().map(|row| row.cadre_id).collect();
    cadre_ids.sort_unstable();
    cadre_ids.dedup();
    for id in cadre_ids {
        cadres::store::lock(tx, id)?;
    }
    let mut mentor_ids: Vec<Id> = rows.iter().map(|row| row.mentor_id).collect();
    for row in &rows {
        mentor_ids.extend(mentor_of(to_replace(tx, row)?.as_ref()));
    }
    draft::lock_mentors(tx, mentor_ids)
}

fn reached(tx: &mut DbConn, context: &Context, id: Id) -> Result<Option<Assignment>> {
    let record = store::find_record(tx, id)?;
    let reached = record.filter(|record| context.reach.covers(&record.present_path));
    Ok(reached.map(|record| record.assignment))
}

fn activate_item(
    tx: &mut DbConn,
    context: &Context,
    begun: &Begun<'_, Assignment>,
    version: i64,
    n: usize,
    errors: &mut FieldErrors,
) -> Result<()> {
    let place = format!("/items/{n}");
    let row = &begun.row;
    if row.is_active() && begun.is_repeated(tx, &[ACTIVATED], ACTIVATED, Said::default())? {
        return Ok(());
    }
    if row.version != version {
        errors.push(format!("{place}/version"), Fault::new("stale-version"));
        return Ok(());
    }
    if !begun.is_legal() {
        errors.push(place, Fault::new("illegal-transition"));
        return Ok(());
    }
    let replaced = to_replace(tx, row)?;
    match take_effect(tx, context, row, replaced.as_ref()) {
        Ok(()) => Ok(()),
        Err(Error::RuleViolation(violations)) => {
            for violation in violations {
                errors.push(place.clone(), Fault::new(violation.reason));
            }
            Ok(())
        }
        Err(Error::Duplicate(..)) => {
            errors.push(place, Fault::new("duplicate"));
            Ok(())
        }
        Err(Error::CapacityExceeded) => {
            errors.push(place, Fault::new("capacity-exceeded"));
            Ok(())
        }
        Err(other) => Err(other),
    }
}

/// Puts a proposal into effect, under the locks of its cadre and of both mentors; the pair that it replaces ends.
fn take_effect(
    tx: &mut DbConn,
    context: &Context,
    row: &Assignment,
    replaced: Option<&Assignment>,
) -> Result<()> {
    let cadre = cadres::store::find(tx, row.cadre_id)?.ok_or(Error::NotFound)?;
    let mentor = draft::locked_mentor(tx, row.mentor_id)?;
    require_begun(row, context)?;
    let proposal = Proposal {
        cadre: &cadre,
        mentor: &mentor,
        role: row.role,
        starts_on: row.starts_on,
        effective_on: context.today,
        is_past: false,
        cross_unit_reason: row.cross_unit_reason.as_deref(),
        replaced,
    };
    draft::check(tx, context, &proposal, Rivals::Active)?;
    if let Some(replaced) = replaced {
        give_way(tx, context, replaced, row.starts_on)?;
    }
    let assignment = Assignment {
        version: row.version + 1,
        updated_at: context.now,
        status: AssignmentStatus::Active,
        ..row.clone()
    };
    store::update(tx, &assignment, row.version)?;
    mentors::take_seat(tx, context, assignment.mentor_id)?;
    record(tx, context, ACTIVATED, &assignment, &["status"], None)?;
    recompute_mentoring(tx, context, assignment.cadre_id)
}

/// The pair in effect that a proposal is to replace.
fn to_replace(tx: &mut DbConn, row: &Assignment) -> Result<Option<Assignment>> {
    let assignment = match row.replaces_id {
        Some(id) if row.status == AssignmentStatus::Proposed => store::find(tx, id)?,
        _ => None,
    };
    Ok(assignment.filter(Assignment::is_active))
}

fn mentor_of(assignment: Option<&Assignment>) -> Option<Id> {
    assignment.map(|assignment| assignment.mentor_id)
}

/// A pair takes effect on its first day or later.
fn require_begun(row: &Assignment, context: &Context) -> Result<()> {
    if row.starts_on <= context.today {
        Ok(())
    } else {
        Err(Error::rule("ASSIGNMENT", "STARTS_LATER"))
    }
}
