//! Who writes, sees, verifies and disputes an entry.

use super::model::{EntrySource, EntryStatus, GrowthEntry, GrowthEntryRecord};
use crate::access::{Actor, Permission, Reach};
use crate::cadres::Cadre;
use crate::context::Context;
use crate::error::{Fault, FieldErrors};
use crate::values::Date;

/// As what the caller writes about a cadre of a unit with this path; `None` when they may not. Of several, the nearest counts.
pub fn source_of(reach: &Reach, cadre: &Cadre, unit_path: &str) -> Option<EntrySource> {
    let mentors = [cadre.political_mentor_id, cadre.professional_mentor_id];
    if reach.cadre_id == Some(cadre.id) {
        Some(EntrySource::Self_)
    } else if reach.guides(mentors) {
        Some(EntrySource::Mentor)
    } else if reach.covers(unit_path) {
        Some(EntrySource::Unit)
    } else {
        None
    }
}

/// An entry is about a day from reporting to today.
pub fn check_day(day: Date, cadre: &Cadre, today: Date, errors: &mut FieldErrors) {
    if day > today {
        errors.push("/occurredOn", Fault::new("date-in-future"));
    } else if day < cadre.reported_on {
        let fault = Fault::with("out-of-range", &[&cadre.reported_on, &today]);
        errors.push("/occurredOn", fault);
    }
}

/// Whether the caller sees an entry: the unit of its day and the present one, a present mentor, its author, the cadre.
pub fn sees(record: &GrowthEntryRecord, reach: &Reach, actor: &Actor) -> bool {
    let entry = &record.entry;
    reach.covers(&record.organization_path)
        || reach.covers(&record.present_path)
        || reach.cadre_id == Some(entry.cadre_id)
        || is_mentor(record, reach)
        || (reach.mentor_id.is_some() && is_author(entry, actor))
}

/// Whether the caller is a present mentor of the entry's cadre.
fn is_mentor(record: &GrowthEntryRecord, reach: &Reach) -> bool {
    let (political, professional) = record.mentor_ids;
    reach.guides([political, professional])
}

/// Whether the caller wrote the entry.
fn is_author(entry: &GrowthEntry, actor: &Actor) -> bool {
    actor.id().is_some() && entry.created_by == actor.id()
}

/// Whether the caller's part lets them verify the entry: the present unit or a present mentor, not its author or subject.
pub fn may_verify(record: &GrowthEntryRecord, context: &Context) -> bool {
    let entry = &record.entry;
    let reach = context.reach_of(Permission::GrowthVerify);
    let part = reach.covers(&record.present_path) || is_mentor(record, &reach);
    let own = is_author(entry, &context.actor) || context.actor.cadre_id == Some(entry.cadre_id);
    part && !own
}

/// Whether the caller's part lets them dispute the entry: the cadre, what others wrote.
pub fn may_dispute(record: &GrowthEntryRecord, context: &Context) -> bool {
    let entry = &record.entry;
    let reach = context.reach_of(Permission::GrowthDispute);
    reach.cadre_id == Some(entry.cadre_id) && entry.source != EntrySource::Self_
}

/// Whether the caller's part lets them complete an entry that the service began: the cadre, the present unit.
pub fn may_complete(record: &GrowthEntryRecord, context: &Context) -> bool {
    let reach = context.reach_of(Permission::GrowthWrite);
    reach.cadre_id == Some(record.entry.cadre_id) || reach.covers(&record.present_path)
}

/// Whether an entry's state lets it be completed.
pub fn can_be_completed(entry: &GrowthEntry) -> bool {
    entry.status == EntryStatus::Draft
}

/// Whether an entry's state lets it be verified; a dispute is answered by an entry that supersedes it.
pub fn can_be_verified(entry: &GrowthEntry) -> bool {
    entry.status == EntryStatus::Recorded && entry.superseded_by_id.is_none()
}

/// Whether an entry's state lets it be disputed.
pub fn can_be_disputed(entry: &GrowthEntry) -> bool {
    matches!(entry.status, EntryStatus::Recorded | EntryStatus::Verified)
        && entry.superseded_by_id.is_none()
}

/// Whether someone who writes as `source` may correct an entry: the cadre what is theirs, a mentor what they wrote themselves,
/// the unit what came from the unit. What is not complete yet is completed.
pub fn may_supersede(entry: &GrowthEntry, source: EntrySource, actor: &Actor) -> bool {
    entry.status != EntryStatus::Draft
        && entry.source == source
        && (source != EntrySource::Mentor || is_author(entry, actor))
}
