//! The pair of a talk: the caller is one of it, and it was in effect on the day.

use super::model::PairMember;
use super::request::CreateMentoringSession;
use super::rules;
use crate::assignments::{self, Assignment};
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::values::Date;

/// Who had a talk, as the request says.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    /// Which of the two the caller is.
    pub by: PairMember,
    /// The cadre.
    pub cadre_id: Id,
    /// The mentor.
    pub mentor_id: Id,
    /// The member that a pair which is none is noted at.
    pub pointer: &'static str,
}

/// Who had the talk; what the caller has no part in is as unknown as what does not exist.
///
/// # Errors
/// `Invalid`.
pub fn named(tx: &mut DbConn, context: &Context, new: &CreateMentoringSession) -> Result<Named> {
    let reach = &context.reach;
    let cadre = new.cadre();
    let cadre_id = cadre
        .map(|choice| cadres::resolve(tx, choice))
        .transpose()?;
    if let Some(id) = new.assignment_id {
        return of_assignment(tx, context, id, cadre_id, new.mentor_id);
    }
    let cadre_id = cadre_id
        .or(reach.cadre_id)
        .ok_or_else(|| Error::field("/cadreId", "required"))?;
    if reach.cadre_id == Some(cadre_id) {
        let mentor_id = new.mentor_id;
        return Ok(Named {
            by: PairMember::Cadre,
            cadre_id,
            mentor_id: mentor_id.ok_or_else(|| Error::field("/mentorId", "required"))?,
            pointer: "/mentorId",
        });
    }
    let pointer = cadre.map_or("/cadreId", |choice| choice.pointer());
    let mentor_id = reach.mentor_id;
    let mentor_id = mentor_id.ok_or_else(|| Error::field(pointer, "reference-unknown"))?;
    if new.mentor_id.is_some_and(|id| id != mentor_id) {
        return Err(Error::field("/mentorId", "reference-unknown"));
    }
    Ok(Named {
        by: PairMember::Mentor,
        cadre_id,
        mentor_id,
        pointer,
    })
}

fn of_assignment(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    cadre_id: Option<Id>,
    mentor_id: Option<Id>,
) -> Result<Named> {
    let pointer = "/assignmentId";
    let unknown = || Error::field(pointer, "reference-unknown");
    let pair = assignments::find(tx, id)?.ok_or_else(unknown)?;
    let by = rules::member((pair.cadre_id, pair.mentor_id), &context.reach).ok_or_else(unknown)?;
    let agrees = |named: Option<Id>, id: Id| named.is_none_or(|named| named == id);
    if !agrees(cadre_id, pair.cadre_id) || !agrees(mentor_id, pair.mentor_id) {
        return Err(unknown());
    }
    Ok(Named {
        by,
        cadre_id: pair.cadre_id,
        mentor_id: pair.mentor_id,
        pointer,
    })
}

/// Keeps others from moving those who took part, or from recording the same talk, until the transaction ends. Nobody is held whom the
/// mentor does not guide.
///
/// # Errors
/// When the database refuses.
pub fn hold(tx: &mut DbConn, new: &CreateMentoringSession, named: &Named) -> Result<()> {
    let paired = assignments::of_mentor_with(tx, named.mentor_id, &cadre_ids(new, named))?;
    let paired: Vec<Id> = paired.iter().map(|pair| pair.cadre_id).collect();
    cadres::store::hold_all(tx, &paired)
}

fn cadre_ids(new: &CreateMentoringSession, named: &Named) -> Vec<Id> {
    let mut ids = vec![named.cadre_id];
    ids.extend(new.participants());
    ids
}

/// The pairs of all who took part, as they were on the day; the first is that of the cadre who was named.
///
/// # Errors
/// When the database refuses; what is at fault is noted.
pub fn on_day(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateMentoringSession,
    named: &Named,
    day: Date,
    errors: &mut FieldErrors,
) -> Result<Vec<Assignment>> {
    let cadre_ids = cadre_ids(new, named);
    let known = assignments::of_mentor_with(tx, named.mentor_id, &cadre_ids)?;
    let of_cadre = |id: Id| {
        let is_meant = move |pair: &&Assignment| {
            let is_other = id == named.cadre_id && new.assignment_id.is_some_and(|a| a != pair.id);
            pair.cadre_id == id && !is_other
        };
        known.iter().filter(is_meant)
    };
    let mut pairs = Vec::new();
    match of_cadre(named.cadre_id).rfind(|pair| covers(pair, day)) {
        Some(pair) => {
            check_end(pair, context, errors);
            pairs.push(pair.clone());
        }
        None => match of_cadre(named.cadre_id).next_back() {
            Some(pair) => {
                let last = pair.ends_on.unwrap_or(context.today);
                let fault = Fault::with("outside-pair", &[&pair.starts_on, &last]);
                errors.push("/occurredAt", fault);
            }
            None => errors.push(named.pointer, Fault::new("reference-unknown")),
        },
    }
    for (index, id) in new.participants().iter().enumerate() {
        let pointer = format!("/participantIds/{index}");
        if cadre_ids[..=index].contains(id) {
            errors.push(pointer, Fault::new("not-unique"));
            continue;
        }
        match of_cadre(*id).rfind(|pair| covers(pair, day)) {
            Some(pair) => pairs.push(pair.clone()),
            None => errors.push(pointer, Fault::new("reference-unknown")),
        }
    }
    Ok(pairs)
}

fn covers(pair: &Assignment, day: Date) -> bool {
    pair.starts_on <= day && pair.ends_on.is_none_or(|last| day <= last)
}

/// Notes a pair that ended too long ago for its talks to be recorded.
fn check_end(pair: &Assignment, context: &Context, errors: &mut FieldErrors) {
    let days = rules::recorded_days(context.today);
    if let Some(last) = pair.ends_on
        && context.today.days_since(last) > days
    {
        let fault = Fault::with("recorded-too-late", &[&days, &last]);
        errors.push("/occurredAt", fault);
    }
}
