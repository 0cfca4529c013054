//! Whom a caller asks to enrol.

use std::collections::HashSet;

use super::choosing_store::{Candidate, Selection, by_ids, ids_of};
use super::request::EnrolTrainingEvent;
use super::rules::Audience;
use crate::access::Permission::TrainingEnrol;
use crate::access::Subtree;
use crate::cadres::{self, CadreStatus};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::organizations;
use crate::training::events::TrainingEventRecord;

/// Most people of one call.
pub const MOST: usize = 5000;

/// To whom an event is open.
///
/// # Errors
/// When what is stored is no event.
pub fn audience(record: &TrainingEventRecord, context: &Context) -> Result<Audience> {
    Ok(Audience {
        path: record.open_to.path.clone(),
        phases: record.event.phases()?,
        post_categories: record.event.post_categories()?,
        day: context.today.min(record.event.starts_on),
    })
}

/// The people of a call, locked against departure and transfer: those who are named, each of whom must fit, or all of a unit who do.
///
/// # Errors
/// `Invalid`.
pub fn choose(
    tx: &mut DbConn,
    context: &Context,
    input: &EnrolTrainingEvent,
    audience: &Audience,
) -> Result<Vec<Candidate>> {
    match (&input.cadre_ids, input.organization_id) {
        (Some(ids), None) => {
            let mut errors = FieldErrors::default();
            if input.phases.is_some() {
                errors.push("/phases", Fault::new("not-with-cadre-ids"));
            }
            if input.post_categories.is_some() {
                errors.push("/postCategories", Fault::new("not-with-cadre-ids"));
            }
            errors.into_result()?;
            named(tx, context, &ids.0, audience, |n| format!("/cadreIds/{n}"))
        }
        (None, Some(unit)) => selected(tx, context, unit, input, audience),
        (None, None) => Err(Error::field("/cadreIds", "required")),
        (Some(_), Some(_)) => Err(Error::field("/organizationId", "not-with-cadre-ids")),
    }
}

/// People who are named, in the order in which they are.
///
/// # Errors
/// `Invalid`, for each who is out of the caller's reach, not active, or not of those to whom the event is open.
pub fn named(
    tx: &mut DbConn,
    context: &Context,
    ids: &[Id],
    audience: &Audience,
    pointer: impl Fn(usize) -> String,
) -> Result<Vec<Candidate>> {
    cadres::store::hold_all(tx, ids)?;
    let found = by_ids(tx, ids)?;
    let reach = context.reach_of(TrainingEnrol);
    let (mut chosen, mut errors) = (Vec::with_capacity(ids.len()), FieldErrors::default());
    let mut before = HashSet::with_capacity(ids.len());
    for (n, id) in ids.iter().enumerate() {
        let is_new = before.insert(*id);
        let candidate = found
            .binary_search_by_key(id, |candidate| candidate.cadre_id)
            .ok()
            .map(|at| &found[at])
            .filter(|candidate| reach.covers(&candidate.path));
        match candidate {
            None => errors.push(pointer(n), Fault::new("reference-unknown")),
            Some(_) if !is_new => errors.push(pointer(n), Fault::new("same-person")),
            Some(candidate) if candidate.status != CadreStatus::Active => {
                errors.push(pointer(n), Fault::new("cadre-not-active"));
            }
            Some(candidate) if !audience.includes(candidate) => {
                errors.push(pointer(n), Fault::new("not-open-to-cadre"));
            }
            Some(candidate) => chosen.push(candidate.clone()),
        }
    }
    errors.into_result()?;
    Ok(chosen)
}

/// All of a unit, and of those below it, who fit.
fn selected(
    tx: &mut DbConn,
    context: &Context,
    organization_id: Id,
    input: &EnrolTrainingEvent,
    audience: &Audience,
) -> Result<Vec<Candidate>> {
    let unknown = || Error::field("/organizationId", "reference-unknown");
    let path = organizations::store::path(tx, organization_id)?.ok_or_else(unknown)?;
    let reach = context.reach_of(TrainingEnrol);
    let asked = Subtree {
        organization_id,
        path,
    };
    let is_within = reach.covers(&asked.path);
    if !is_within {
        return Err(unknown());
    }
    let phases = input.phases.as_ref().map_or(&[][..], |list| &list.0);
    let kinds = input.post_categories.as_ref();
    let selection = Selection {
        reach: &reach,
        asked,
        phases,
        post_categories: kinds.map_or(&[][..], |list| &list.0),
        day: audience.day,
    };
    let ids = ids_of(tx, &selection, MOST + 1)?;
    if ids.len() > MOST {
        let fault = Fault::with("too-many", &[&MOST]);
        return Err(Error::Invalid(FieldErrors::one("/organizationId", fault)));
    }
    cadres::store::hold_all(tx, &ids)?;
    let mut found = by_ids(tx, &ids)?;
    // Someone may have left or moved before they were under lock.
    found.retain(|candidate| {
        candidate.status == CadreStatus::Active
            && reach.covers(&candidate.path)
            && audience.includes(candidate)
    });
    Ok(found)
}
