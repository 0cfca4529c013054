//! Recording a talk: by one of the pair, at once or, from a phone, days later.

use super::model::{FollowUp, MentoringSession, NewFollowUp, ONCE, PairMember, SessionKind};
use super::request::{CreateMentoringSession, FollowUpInput};
use super::response::MentoringSessionResponse;
use super::words::SessionWords;
use super::{follow_up_store, pair, repeating, rules, service, store};
use crate::assignments::Assignment;
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Fault, FieldErrors, Result};
use crate::http::Outcome;
use crate::journal::{self, Change};
use crate::values::Date;

/// Longest time from a talk to the day by which something is to be done.
const MOST_DAYS: i64 = 366;

/// Records a talk. One that exists with the same id and content, made by the same caller, is given back.
///
/// # Errors
/// `Invalid`; `Duplicate` with the talk that the pair has on this day already, which the other of the pair may confirm.
pub fn record(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateMentoringSession,
) -> Result<Outcome<MentoringSessionResponse>> {
    let named = pair::named(tx, context, new)?;
    pair::hold(tx, new, &named)?;
    let day = context.deps.clock.day_of(new.occurred_at);
    if let Some(id) = new.id
        && let Some(existing) = store::find_record(tx, id)?
    {
        return repeating::repeated(tx, context, new, &named, existing);
    }
    let mut errors = FieldErrors::default();
    check_content(new, named.by, day, context, &mut errors);
    let pairs = pair::on_day(tx, context, new, &named, day, &mut errors)?;
    check_owners(new, &pairs, &mut errors);
    errors.into_result()?;
    let ordinals = ordinals(tx, context, new, &pairs, day)?;
    let sessions = sessions(tx, context, new, &pairs, &ordinals, named.by)?;
    let agreed = agreed(context, new, &sessions)?;
    let id = sessions[0].id;
    store::insert_many(tx, &sessions)?;
    follow_up_store::insert_many(tx, &agreed)?;
    journal_all(tx, context, &sessions)?;
    Ok(Outcome::Created(service::read(tx, context, id)?))
}

/// Notes what no record of a talk can say.
fn check_content(
    new: &CreateMentoringSession,
    by: PairMember,
    day: Date,
    context: &Context,
    errors: &mut FieldErrors,
) {
    if new.occurred_at > context.now {
        errors.push("/occurredAt", Fault::new("date-in-future"));
    }
    if new.topics.0.is_empty() {
        errors.push("/topics", Fault::new("required"));
    }
    let is_group = new.kind == SessionKind::Group;
    if is_group && by == PairMember::Cadre {
        errors.push("/kind", Fault::new("mentor-records-group"));
    }
    if !is_group && !new.participants().is_empty() {
        errors.push("/participantIds", Fault::new("only-of-group"));
    }
    for (index, one) in new.agreed().iter().enumerate() {
        let (first, last) = (day, day.plus_days(MOST_DAYS));
        if one.due_on.is_some_and(|due| due < first || due > last) {
            let fault = Fault::with("out-of-range", &[&first, &last]);
            errors.push(format!("/followUps/{index}/dueOn"), fault);
        }
        if one
            .done_on
            .is_some_and(|done| done < first || done > context.today)
        {
            let fault = Fault::with("out-of-range", &[&first, &context.today]);
            errors.push(format!("/followUps/{index}/doneOn"), fault);
        }
    }
}

/// Notes who is to do something and took no part.
fn check_owners(new: &CreateMentoringSession, pairs: &[Assignment], errors: &mut FieldErrors) {
    let Some(main) = pairs.first() else {
        return;
    };
    for (index, one) in new.agreed().iter().enumerate() {
        let knows = |id: Id| id == main.mentor_id || pairs.iter().any(|pair| pair.cadre_id == id);
        if one.owner_id.is_some_and(|id| !knows(id)) {
            let pointer = format!("/followUps/{index}/ownerId");
            errors.push(pointer, Fault::new("reference-unknown"));
        }
    }
}

/// Which talk of its kind on this day it is, for each pair.
///
/// # Errors
/// `Duplicate` with the one that there is, unless it is said that this is another.
fn ordinals(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateMentoringSession,
    pairs: &[Assignment],
    day: Date,
) -> Result<Vec<i32>> {
    let ids: Vec<Id> = pairs.iter().map(|pair| pair.id).collect();
    let held = store::held_on(tx, &ids, new.kind, day)?;
    let is_separate = new.separate == Some(true);
    if let Some((_, id, _)) = held.first().filter(|_| !is_separate) {
        return Err(ONCE.duplicate(service::current(tx, context, *id)?));
    }
    let next = |pair: &Assignment| {
        let of_pair = held.iter().filter(|(id, ..)| *id == pair.id);
        let last = of_pair.map(|(.., ordinal)| *ordinal).max();
        last.map_or(0, |last| last + 1)
    };
    Ok(pairs.iter().map(next).collect())
}

/// A row for each pair; the first is that of the cadre who was named.
fn sessions(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateMentoringSession,
    pairs: &[Assignment],
    ordinals: &[i32],
    by: PairMember,
) -> Result<Vec<MentoringSession>> {
    let day = context.deps.clock.day_of(new.occurred_at);
    let first_id = new.id.unwrap_or_else(|| context.new_id());
    let cadre_ids: Vec<Id> = pairs.iter().map(|pair| pair.cadre_id).collect();
    let units = cadres::career_store::organizations_on(tx, &cadre_ids, day)?;
    let words = words(new);
    let row = |(index, (pair, ordinal)): (usize, (&Assignment, &i32))| {
        let id = if index == 0 {
            first_id
        } else {
            context.new_id()
        };
        let unit = units.get(&pair.cadre_id);
        Ok(MentoringSession {
            kind: new.kind,
            occurred_at: new.occurred_at,
            occurred_on: day,
            ordinal: *ordinal,
            confidential: is_confidential(new),
            minutes: new.minutes.map(i32::from),
            words: words.seal(&context.deps.vault, &id)?,
            group_id: (new.kind == SessionKind::Group).then_some(first_id),
            recorded_by: by,
            late: pair.ends_on.is_some_and(|last| last < context.today),
            organization_id: unit.map_or(pair.organization_id, |unit| unit.id),
            ..MentoringSession::blank(context, id, pair)
        })
    };
    pairs.iter().zip(ordinals).enumerate().map(row).collect()
}

/// What was agreed: what the mentor is to do stands with the cadre who was named, what a cadre is to do with that cadre.
fn agreed(
    context: &Context,
    new: &CreateMentoringSession,
    sessions: &[MentoringSession],
) -> Result<Vec<FollowUp>> {
    let main = &sessions[0];
    let row = |(ordinal, one): (i32, &FollowUpInput)| {
        let owner_id = one.owner_id.unwrap_or(match main.recorded_by {
            PairMember::Mentor => main.mentor_id,
            PairMember::Cadre => main.cadre_id,
        });
        let of_cadre = sessions.iter().find(|row| row.cadre_id == owner_id);
        let (owner, session) = match of_cadre {
            Some(session) => (PairMember::Cadre, session),
            None => (PairMember::Mentor, main),
        };
        let id = one.id.unwrap_or_else(|| context.new_id());
        let agreed = NewFollowUp {
            owner,
            text: one.text.as_str().to_owned(),
            due_on: one.due_by(main.occurred_on),
            done_on: one.done_on,
        };
        FollowUp::agreed(context, session, (id, ordinal), &agreed)
    };
    (0..).zip(new.agreed()).map(row).collect()
}

/// Whether only the pair reads what was said.
pub fn is_confidential(new: &CreateMentoringSession) -> bool {
    new.confidential
        .unwrap_or(rules::is_confidential_by_default(new.kind))
}

/// What was said.
pub fn words(new: &CreateMentoringSession) -> SessionWords {
    let topics = new.topics.0.iter();
    SessionWords {
        topics: topics.map(|topic| topic.as_str().to_owned()).collect(),
        place: new.place.clone().map(String::from),
        note: new.note.clone().map(String::from),
    }
}

/// Journals talks: that they were held, and not whether anything was noted.
pub fn journal_all(
    tx: &mut DbConn,
    context: &Context,
    sessions: &[MentoringSession],
) -> Result<()> {
    let changed = ["cadreId", "mentorId", "kind", "occurredOn", "confidential"];
    let line = |row: &MentoringSession| Change {
        changed_fields: &changed,
        organization_id: Some(row.present_organization_id),
        cadre_id: Some(row.cadre_id),
        ..Change::new(
            "mentoring-session.created",
            "mentoring-session",
            row.id,
            row.version,
        )
    };
    let lines: Vec<Change<'_>> = sessions.iter().map(line).collect();
    journal::record_many(tx, context, &lines)
}
