//! Use cases of talks: reading and confirming them.

use std::collections::HashMap;

use super::follow_up_store;
use super::model::SessionRecord;
use super::request::SessionFilters;
use super::response::{Attached, MentoringSessionResponse, reading};
use super::rules::{self, Placed};
use super::store::{self, SessionSort};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Current, Error, Result};
use crate::journal::{self, Change};
use crate::listing::{List, Page};
use crate::organizations::ListedOrganizations;

/// One talk as the caller may see it.
///
/// # Errors
/// `NotFound` for those who do not know of it.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<MentoringSessionResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)
}

/// The latest talks of a cadre whose file the caller reads, the latest first, and no more than so many.
///
/// # Errors
/// When the database refuses.
pub fn of_cadre(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    most: i64,
) -> Result<Vec<MentoringSessionResponse>> {
    let reach = reading(context);
    let mut records = store::latest_of(conn, cadre_id, most)?;
    records.retain(|record| Placed::of_session(record).is_known(&reach));
    shown(conn, context, records)
}

/// A page of talks.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &SessionFilters,
    list: &List<SessionSort>,
) -> Result<Page<MentoringSessionResponse>> {
    let units = ListedOrganizations::new(conn, &context.reach, filters.organization_id, true)?;
    let records = store::page(conn, context, filters, &units, list)?;
    let total = list.total(|| store::total(conn, context, filters, &units))?;
    list.page_of(records, total, |records| shown(conn, context, records))
}

/// Confirms a talk that the other of the pair recorded.
///
/// # Errors
/// `NotFound`, `Forbidden` for who recorded it or is not of the pair, `StaleVersion`.
pub fn confirm(tx: &mut DbConn, context: &Context, id: Id) -> Result<MentoringSessionResponse> {
    let reach = reading(context);
    let mut record = store::lock_record(tx, id)?
        .filter(|record| Placed::of_session(record).is_known(&reach))
        .ok_or(Error::NotFound)?;
    if !rules::may_confirm(&record, context) {
        return Err(Error::Forbidden(None));
    }
    if rules::can_be_confirmed(&record.session) {
        context.check_match(record.session.version, || current(tx, context, id))?;
        let session = &mut record.session;
        session.version += 1;
        session.updated_at = context.now;
        session.confirmed_at = Some(context.now);
        store::confirm(tx, session)?;
        let change = Change {
            changed_fields: &["confirmedAt"],
            organization_id: Some(session.present_organization_id),
            cadre_id: Some(session.cadre_id),
            ..Change::new(
                "mentoring-session.confirmed",
                "mentoring-session",
                id,
                session.version,
            )
        };
        journal::record(tx, context, &change)?;
    }
    shown(tx, context, vec![record])?
        .pop()
        .ok_or(Error::NotFound)
}

/// A talk as the `current` of an error, for those who know of it.
///
/// # Errors
/// When the database refuses.
pub fn current(conn: &mut DbConn, context: &Context, id: Id) -> Result<Current> {
    let session = visible(conn, context, id)?;
    Ok(session
        .and_then(|session| serde_json::to_value(session).ok())
        .map(Box::new))
}

/// What belongs to some talks in other rows.
///
/// # Errors
/// When the database refuses.
pub fn attached<'a>(
    conn: &mut DbConn,
    records: impl IntoIterator<Item = &'a SessionRecord>,
) -> Result<Attached> {
    let (mut ids, mut groups) = (Vec::new(), Vec::new());
    for record in records {
        ids.push(record.session.id);
        groups.extend(record.session.group_id);
    }
    let mut attached = Attached::default();
    if !ids.is_empty() {
        for row in follow_up_store::of_sessions(conn, &ids)? {
            let agreed: &mut HashMap<_, Vec<_>> = &mut attached.follow_ups;
            agreed.entry(row.session_id).or_default().push(row);
        }
    }
    if !groups.is_empty() {
        for (group, cadre_id, then, now) in store::groups(conn, &groups)? {
            let members: &mut Vec<_> = attached.groups.entry(group).or_default();
            members.push((cadre_id, then, now));
        }
    }
    Ok(attached)
}

fn visible(
    conn: &mut DbConn,
    context: &Context,
    id: Id,
) -> Result<Option<MentoringSessionResponse>> {
    let reach = reading(context);
    let found = store::find_record(conn, id)?;
    let known = found.filter(|record| Placed::of_session(record).is_known(&reach));
    let known = known.into_iter().collect();
    Ok(shown(conn, context, known)?.pop())
}

/// Talks as the caller sees them. What belongs to those of which they learn only that they were held is not read.
fn shown(
    conn: &mut DbConn,
    context: &Context,
    records: Vec<SessionRecord>,
) -> Result<Vec<MentoringSessionResponse>> {
    let reach = reading(context);
    let is_read = |record: &&SessionRecord| {
        Placed::of_session(record).is_read(record.session.confidential, &reach)
    };
    let attached = attached(conn, records.iter().filter(is_read))?;
    let shown = |record| MentoringSessionResponse::from_record(record, &attached, context);
    records.into_iter().map(shown).collect()
}
