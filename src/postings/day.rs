//! What a day does to postings: it begins those that are planned for it, and reminds of those that are to end. It ends none.

use std::collections::BTreeSet;

use super::day_store::{self, Due};
use super::model::{Posting, PostingStatus};
use super::service::place;
use super::steps::STARTED;
use super::{exchanges, rules};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::journal::{self, Change};
use crate::transitions::{Resource, write};
use crate::values::Date;

const BEGUN: &[&str] = &["status", "startsOn"];

/// Begins what is planned for the day, and what could not begin before; what a rule stands against, and the next posting of someone who
/// is not back from the one before, waits; so do all legs of an exchange of which one has to. Reminds of what ends soon, and of what should have begun or ended the day before.
///
/// # Errors
/// When the database refuses.
pub fn begin_and_remind(tx: &mut DbConn, context: &Context, day: Date) -> Result<()> {
    let due = day_store::lock_due(tx, day)?;
    let (clear, waiting): (Vec<Due>, Vec<Due>) =
        due.into_iter().partition(|one| is_clear(one, day));
    let exchange_of = |one: &Due| one.posting.exchange_id;
    let waiting: BTreeSet<Id> = waiting.iter().filter_map(exchange_of).collect();
    let mut due = clear;
    due.retain(|one| exchange_of(one).is_none_or(|id| !waiting.contains(&id)));
    let exchanges: BTreeSet<Id> = due.iter().filter_map(exchange_of).collect();
    let (plain, moved): (Vec<Due>, Vec<Due>) = due.into_iter().partition(|one| {
        let row = &one.posting;
        row.planned_starts_on == day && row.organization_id == row.present_organization_id
    });
    let mut begun: Vec<Posting> = plain.iter().map(|one| begun_on(one, day)).collect();
    day_store::begin(tx, context, &begun, day)?;
    for one in &mut begun {
        one.stamp(one.version + 1, context.now);
    }
    for one in moved {
        let mut row = begun_on(&one, day);
        place(tx, &mut row, &one.cadre)?;
        begun.push(write(tx, context, &one.posting, row)?);
    }
    for id in exchanges {
        exchanges::follow_legs(tx, context, id)?;
    }
    let mut lines: Vec<Change<'_>> = begun
        .iter()
        .map(|row| line(STARTED, row, BEGUN, day))
        .collect();
    let soon = day.plus_days(rules::reminder_days(day));
    let (ending, overdue) = day_store::to_remind(tx, day, soon)?;
    lines.extend(
        ending
            .iter()
            .map(|row| line("posting.ending", row, &[], day)),
    );
    lines.extend(
        overdue
            .iter()
            .map(|row| line("posting.overdue", row, &["overdue"], day)),
    );
    journal::record_many(tx, context, &lines)
}

/// Whether nothing stands against a posting on the day, but what was overridden.
fn is_clear(one: &Due, day: Date) -> bool {
    let overridden = one.posting.overrides().unwrap_or_default();
    let mut violations = rules::violations(&begun_on(one, day), &one.cadre);
    violations.retain(|violation| !overridden.iter().any(|known| known.rule == violation.rule));
    violations.is_empty() && !one.is_away
}

fn begun_on(one: &Due, day: Date) -> Posting {
    Posting {
        status: PostingStatus::Active,
        starts_on: Some(day),
        ..one.posting.clone()
    }
}

fn line<'a>(action: &'static str, row: &Posting, changed: &'a [&'a str], day: Date) -> Change<'a> {
    Change {
        changed_fields: changed,
        organization_id: row.organization(),
        cadre_id: row.cadre(),
        effective_on: Some(day),
        ..Change::new(action, Posting::KIND, row.id, row.version)
    }
}
