//! What follows from pairs and for pairs: the mentor columns of cadres, and whether a pair needs another mentor.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::model::{Assignment, ReplacementReason};
use super::positions::TreePositions;
use super::store;
use crate::access::Subtree;
use crate::cadres::{self, Mentoring};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::events::{CadreMoved, Restructuring};
use crate::mentors::{self, Mentor, MentorRole, MentorStatus};
use crate::organizations;
use crate::transitions::record;
use crate::values::Date;

/// Writes what a cadre's active pairs make of the cadre's own record, and journals what changed of it.
///
/// # Errors
/// When the database refuses.
pub fn recompute_mentoring(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    let cadre = cadres::store::lock(tx, cadre_id)?.ok_or(Error::NotFound)?;
    let assignments = store::active_of_cadre(tx, cadre_id)?;
    let mentor = |role| store::in_role(&assignments, role).map(|assignment| assignment.mentor_id);
    let political = mentor(MentorRole::Political);
    let professional = mentor(MentorRole::Professional);
    let mentoring = match assignments
        .iter()
        .filter(|assignment| assignment.counts())
        .count()
    {
        0 => Mentoring::None,
        1 => Mentoring::Partial,
        _ => Mentoring::Full,
    };
    let mut changed = Vec::new();
    if cadre.mentoring != mentoring {
        changed.push("mentoring");
    }
    if cadre.political_mentor_id != political {
        changed.extend(["politicalMentorId", "politicalMentorName"]);
    }
    if cadre.professional_mentor_id != professional {
        changed.extend(["professionalMentorId", "professionalMentorName"]);
    }
    if changed.is_empty() {
        return Ok(());
    }
    cadres::store::set_mentors(tx, cadre_id, political, professional, mentoring)?;
    cadres::derived_changed(tx, context, cadre_id, &changed)
}

/// A cadre's pairs go with them to another unit; active ones are reviewed.
///
/// # Errors
/// When the database refuses.
pub fn follow_cadre(tx: &mut DbConn, context: &Context, moved: CadreMoved) -> Result<()> {
    store::set_present_organization(tx, moved.cadre_id, moved.organization_id)?;
    let assignments = store::active_of_cadre(tx, moved.cadre_id)?;
    review(tx, context, &assignments)
}

/// Reviews the active pairs of a mentor who was suspended, reinstated, retired or moved.
///
/// # Errors
/// When the database refuses.
pub fn review_mentor(tx: &mut DbConn, context: &Context, mentor_id: Id) -> Result<()> {
    let assignments = store::active_of_mentor(tx, mentor_id)?;
    review(tx, context, &assignments)
}

/// Reviews the active pairs of units that lie elsewhere or are something else now.
///
/// # Errors
/// When the database refuses.
pub fn follow_organization(
    tx: &mut DbConn,
    context: &Context,
    restructuring: &Restructuring,
) -> Result<()> {
    let subtree = match restructuring {
        Restructuring::Moved { subtree } => Some(subtree.clone()),
        Restructuring::Remote { .. } => None,
        Restructuring::Redefined { organization_id } => subtree_of(tx, *organization_id)?,
        Restructuring::Merged { from, into, .. } => {
            store::move_present_organization(tx, *from, *into)?;
            subtree_of(tx, *into)?
        }
    };
    if let Some(subtree) = subtree {
        let assignments = store::active_within(tx, &subtree)?;
        review(tx, context, &assignments)?;
    }
    Ok(())
}

fn subtree_of(tx: &mut DbConn, organization_id: Id) -> Result<Option<Subtree>> {
    let organization = organizations::store::find(tx, organization_id)?;
    Ok(organization.map(|organization| organization.subtree()))
}

/// Notes which of the pairs need another mentor now, and what follows for their cadres.
///
/// # Errors
/// When the database refuses.
pub fn review(tx: &mut DbConn, context: &Context, assignments: &[Assignment]) -> Result<()> {
    let mut cadre_ids: Vec<Id> = Vec::new();
    let mut known = Known::default();
    for assignment in assignments {
        let present = assignment
            .needs_replacement_since
            .zip(assignment.needs_replacement_reason);
        let needs = match known.need(tx, context, assignment)? {
            // The same reason as before holds since then.
            Some((_, reason)) if present.is_some_and(|(_, before)| before == reason) => present,
            needs => needs,
        };
        if needs == present {
            continue;
        }
        store::set_needs_replacement(tx, assignment.id, needs)?;
        let changed = ["needsReplacement"];
        record(
            tx,
            context,
            "assignment.derived-changed",
            assignment,
            &changed,
            None,
        )?;
        cadre_ids.push(assignment.cadre_id);
    }
    cadre_ids.dedup();
    for cadre_id in cadre_ids {
        recompute_mentoring(tx, context, cadre_id)?;
    }
    Ok(())
}

/// The people and places of pairs under review: each is read once.
#[derive(Default)]
struct Known {
    mentors: BTreeMap<Id, Mentor>,
    organizations: BTreeMap<Id, Id>,
    places: TreePositions,
}

impl Known {
    /// Since when and why a pair needs another mentor.
    fn need(
        &mut self,
        tx: &mut DbConn,
        context: &Context,
        assignment: &Assignment,
    ) -> Result<Option<(Date, ReplacementReason)>> {
        let mentor = match self.mentors.entry(assignment.mentor_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown
                .insert(mentors::store::find(tx, assignment.mentor_id)?.ok_or(Error::NotFound)?),
        };
        if let Some(lost) = lost(mentor, context.today) {
            return Ok(Some(lost));
        }
        if assignment.cross_unit_reason.is_some() {
            return Ok(None);
        }
        let of_cadre = match self.organizations.entry(assignment.cadre_id) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(unknown) => {
                let cadre = cadres::store::find(tx, assignment.cadre_id)?.ok_or(Error::NotFound)?;
                *unknown.insert(cadre.organization_id)
            }
        };
        let near = self.places.are_near(tx, of_cadre, mentor.organization_id)?;
        Ok((!near).then_some((context.today, ReplacementReason::OutOfUnit)))
    }
}

/// A mentor who is suspended without end or retired; a leave has an end, so its pairs stay.
fn lost(mentor: &Mentor, today: Date) -> Option<(Date, ReplacementReason)> {
    match mentor.status {
        MentorStatus::Suspended if mentor.suspended_until.is_none() => Some((
            mentor.suspended_from.unwrap_or(today),
            ReplacementReason::MentorSuspended,
        )),
        MentorStatus::Retired => Some((
            mentor.retired_on.unwrap_or(today),
            ReplacementReason::MentorRetired,
        )),
        _ => None,
    }
}
