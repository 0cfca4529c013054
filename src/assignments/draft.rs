//! A pair under way: whom the request names, under lock, and what stands against the pair.

use super::model::{Assignment, ONE_LIVE};
use super::positions::TreePositions;
use super::rules::{self, Findings, Proposal};
use super::{service, store};
use crate::cadres::{self, Cadre};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result, Violation};
use crate::kinships::{self, Person};
use crate::mentors::{self, Mentor, MentorRole};
use crate::values::Date;

/// Notes a first day before the cadre reported or more than a year ahead, and one in the future of a pair that takes effect now.
pub fn check_start(
    cadre: &Cadre,
    starts_on: Date,
    takes_effect: bool,
    context: &Context,
    errors: &mut FieldErrors,
) {
    let latest = context.today.plus_months(12);
    if starts_on < cadre.reported_on || starts_on > latest {
        let fault = Fault::with("out-of-range", &[&cadre.reported_on, &latest]);
        errors.push("/startsOn", fault);
    } else if takes_effect && starts_on > context.today {
        errors.push("/startsOn", Fault::new("date-in-future"));
    }
}

/// Notes a planned last day before the first one, or more than ten years after it.
pub fn check_planned_end(planned: Option<Date>, starts_on: Date, errors: &mut FieldErrors) {
    let latest = starts_on.plus_months(120);
    if planned.is_some_and(|day| day < starts_on || day > latest) {
        let fault = Fault::with("out-of-range", &[&starts_on, &latest]);
        errors.push("/plannedEndsOn", fault);
    }
}

/// Locks mentors in the order of their ids, as every use case does, so that none waits for another in a circle.
///
/// # Errors
/// When the database refuses.
pub fn lock_mentors(tx: &mut DbConn, mut ids: Vec<Id>) -> Result<()> {
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        mentors::store::lock(tx, id)?;
    }
    Ok(())
}

/// The mentor's row, whose lock is held.
///
/// # Errors
/// When the database refuses.
pub fn locked_mentor(tx: &mut DbConn, id: Id) -> Result<Mentor> {
    mentors::store::find(tx, id)?.ok_or(Error::NotFound)
}

/// Which pairs of a cadre in a role stand against another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rivals {
    /// The one in effect: for a proposal that takes effect, and for a replacement, which ends proposals to replace the same pair.
    Active,
    /// The one proposed, too.
    Live,
}

/// Everything that stands against a proposal: all broken rules at once, then a live pair in the role, then a full mentor.
///
/// # Errors
/// `RuleViolation`, `Duplicate`, `CapacityExceeded`.
pub fn check(
    tx: &mut DbConn,
    context: &Context,
    proposal: &Proposal<'_>,
    rivals: Rivals,
) -> Result<()> {
    let violations = violations(tx, proposal)?;
    if !violations.is_empty() {
        return Err(Error::RuleViolation(violations));
    }
    if proposal.is_past {
        return Ok(());
    }
    if let Some(rival) = rival(tx, proposal, rivals)? {
        let current = service::visible(tx, context, rival.id)?;
        let current = current.and_then(|current| current.current());
        return Err(ONE_LIVE.duplicate(current));
    }
    if proposal.mentor.available_seats() < 1 {
        return Err(Error::CapacityExceeded);
    }
    Ok(())
}

/// The pair that already has the role or is to have it, and is not the one to be replaced.
fn rival(tx: &mut DbConn, proposal: &Proposal<'_>, rivals: Rivals) -> Result<Option<Assignment>> {
    let mut assignments = match rivals {
        Rivals::Active => store::active_of_cadre(tx, proposal.cadre.id)?,
        Rivals::Live => store::live_of_cadre(tx, proposal.cadre.id)?,
    };
    let replaced = proposal.replaced.map(|replaced| replaced.id);
    assignments
        .retain(|assignment| assignment.role == proposal.role && Some(assignment.id) != replaced);
    Ok(assignments.into_iter().next())
}

/// The active pair of the cadre in the role that a request wants to see replaced.
///
/// # Errors
/// When the database refuses.
pub fn replaced(
    tx: &mut DbConn,
    cadre: &Cadre,
    role: MentorRole,
    id: Option<Id>,
    errors: &mut FieldErrors,
) -> Result<Option<Assignment>> {
    let Some(id) = id else { return Ok(None) };
    let mut assignments = store::active_of_cadre(tx, cadre.id)?;
    assignments.retain(|assignment| assignment.id == id && assignment.role == role);
    if assignments.is_empty() {
        errors.push("/replacesId", Fault::new("reference-unknown"));
    }
    Ok(assignments.into_iter().next())
}

/// Every rule that a proposal breaks.
///
/// # Errors
/// When the database refuses.
pub fn violations(tx: &mut DbConn, proposal: &Proposal<'_>) -> Result<Vec<Violation>> {
    let Proposal {
        cadre,
        mentor,
        starts_on,
        effective_on,
        is_past,
        ..
    } = *proposal;
    let same_mentor = !is_past && has_same_mentor(tx, proposal)?;
    let organization = if is_past {
        cadres::career_store::organization_on(tx, cadre.id, starts_on)?
            .map_or(cadre.organization_id, |organization| organization.id)
    } else {
        cadre.organization_id
    };
    let near = TreePositions::default().are_near(tx, organization, mentor.organization_id)?;
    let findings = Findings {
        same_mentor,
        near,
        kin: are_kin(tx, cadre.id, mentor.id, starts_on)?
            || effective_on != starts_on && are_kin(tx, cadre.id, mentor.id, effective_on)?,
    };
    Ok(rules::violations(proposal, findings))
}

fn has_same_mentor(tx: &mut DbConn, proposal: &Proposal<'_>) -> Result<bool> {
    let mentor_id = proposal.mentor.id;
    let in_other_role = store::active_of_cadre(tx, proposal.cadre.id)?
        .iter()
        .any(|assignment| assignment.role != proposal.role && assignment.mentor_id == mentor_id);
    let as_before = proposal
        .replaced
        .is_some_and(|replaced| replaced.mentor_id == mentor_id);
    Ok(in_other_role || as_before)
}

/// Whether cadre and mentor must keep out of each other's affairs by the rule of a day, or are one person.
///
/// # Errors
/// When the database refuses.
pub fn are_kin(tx: &mut DbConn, cadre_id: Id, mentor_id: Id, on: Date) -> Result<bool> {
    let (cadre, mentor) = (Person::cadre(cadre_id), Person::mentor(mentor_id));
    Ok(kinships::same_person(tx, cadre, mentor)? || kinships::blocks(tx, cadre, mentor, on)?)
}
