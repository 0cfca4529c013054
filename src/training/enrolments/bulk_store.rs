//! Queries of many enrolments of an event. Whoever writes them holds the lock of the event's row.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::model::{Enrolment, EnrolmentStatus};
use crate::db::schema::{enrolments, training_events};
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, on_backend, unindexed};
use crate::error::Result;
use crate::training::events::TrainingEventStatus;
use crate::values::Date;

/// The enrolments of some cadres in an event, by the cadre.
///
/// # Errors
/// When the database refuses.
pub fn of_event(
    conn: &mut DbConn,
    event_id: Id,
    cadre_ids: &[Id],
) -> Result<HashMap<Id, Enrolment>> {
    let mut found = HashMap::with_capacity(cadre_ids.len());
    for some in cadre_ids.chunks(ROWS_PER_STATEMENT) {
        let rows = enrolments::table
            .filter(enrolments::event_id.eq(event_id))
            .filter(enrolments::cadre_id.eq_any(some.to_vec()))
            .select(Enrolment::as_select());
        let rows = rows.load::<Enrolment>(conn)?;
        found.extend(rows.into_iter().map(|row| (row.cadre_id, row)));
    }
    Ok(found)
}

/// The first of those who wait, in their order.
///
/// # Errors
/// When the database refuses.
pub fn first_waiting(conn: &mut DbConn, event_id: Id, most: i32) -> Result<Vec<Enrolment>> {
    let waiting = enrolments::table
        .filter(enrolments::event_id.eq(event_id))
        .filter(enrolments::status.eq(EnrolmentStatus::Waitlisted))
        .order(enrolments::number)
        .limit(i64::from(most))
        .select(Enrolment::as_select());
    Ok(waiting.load(conn)?)
}

/// Those who have a seat or wait for one, and of whom nothing is recorded yet.
///
/// # Errors
/// When the database refuses.
pub fn open_of_event(conn: &mut DbConn, event_id: Id) -> Result<Vec<Enrolment>> {
    let open = [EnrolmentStatus::Enrolled, EnrolmentStatus::Waitlisted];
    let rows = enrolments::table
        .filter(enrolments::event_id.eq(event_id))
        .filter(enrolments::status.eq_any(open))
        .order(enrolments::number)
        .select(Enrolment::as_select());
    Ok(rows.load(conn)?)
}

/// The events that have not begun on a day in which a cadre has a seat or waits for one, by their ids, with the enrolments.
///
/// # Errors
/// When the database refuses.
pub fn open_of(conn: &mut DbConn, cadre_id: Id, today: Date) -> Result<Vec<(Id, Id)>> {
    let open = [EnrolmentStatus::Enrolled, EnrolmentStatus::Waitlisted];
    let rows = enrolments::table
        .inner_join(training_events::table.on(training_events::id.eq(enrolments::event_id)))
        .filter(enrolments::cadre_id.eq(cadre_id))
        .filter(enrolments::status.eq_any(open))
        .filter(
            unindexed(training_events::status, training_events::status)
                .eq(TrainingEventStatus::Open),
        )
        .filter(unindexed(training_events::starts_on, training_events::starts_on).gt(today))
        .order(enrolments::event_id)
        .select((enrolments::event_id, enrolments::id));
    Ok(rows.load(conn)?)
}

/// How many of an event stand where.
///
/// # Errors
/// When the database refuses.
pub fn counts(conn: &mut DbConn, event_id: Id) -> Result<HashMap<EnrolmentStatus, i64>> {
    let counted = enrolments::table
        .filter(enrolments::event_id.eq(event_id))
        .group_by(enrolments::status)
        .select((enrolments::status, count_star()));
    let counted: Vec<(EnrolmentStatus, i64)> = counted.load(conn)?;
    Ok(counted.into_iter().collect())
}

/// Whether the attendance of anyone with a seat is not recorded yet.
///
/// # Errors
/// When the database refuses.
pub fn is_any_unrecorded(conn: &mut DbConn, event_id: Id) -> Result<bool> {
    is_any(conn, event_id, &[EnrolmentStatus::Enrolled])
}

/// Whether anyone's attendance is recorded.
///
/// # Errors
/// When the database refuses.
pub fn is_any_recorded(conn: &mut DbConn, event_id: Id) -> Result<bool> {
    let recorded = [
        EnrolmentStatus::Attended,
        EnrolmentStatus::Partly,
        EnrolmentStatus::Absent,
    ];
    is_any(conn, event_id, &recorded)
}

fn is_any(conn: &mut DbConn, event_id: Id, statuses: &[EnrolmentStatus]) -> Result<bool> {
    let found = enrolments::table
        .filter(enrolments::event_id.eq(event_id))
        .filter(enrolments::status.eq_any(statuses.to_vec()))
        .select(enrolments::id);
    Ok(found.first::<Id>(conn).optional()?.is_some())
}

/// Writes new rows.
///
/// # Errors
/// `Duplicate` when a cadre is enrolled already.
pub fn insert_many(tx: &mut DbConn, rows: &[Enrolment]) -> Result<()> {
    for some in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(enrolments::table)
            .values(some)
            .execute(c))?;
    }
    Ok(())
}

/// Writes what changed of rows that are there, with their versions.
///
/// # Errors
/// When the database refuses.
pub fn write_many(tx: &mut DbConn, rows: &[Enrolment]) -> Result<()> {
    for some in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(enrolments::table)
            .values(some)
            .on_conflict(enrolments::id)
            .do_update()
            .set((
                enrolments::version.eq(excluded(enrolments::version)),
                enrolments::updated_at.eq(excluded(enrolments::updated_at)),
                enrolments::number.eq(excluded(enrolments::number)),
                enrolments::status.eq(excluded(enrolments::status)),
                enrolments::hours_credited.eq(excluded(enrolments::hours_credited)),
                enrolments::days_credited.eq(excluded(enrolments::days_credited)),
                enrolments::result.eq(excluded(enrolments::result)),
                enrolments::score.eq(excluded(enrolments::score)),
                enrolments::reason.eq(excluded(enrolments::reason)),
            ))
            .execute(c))?;
    }
    Ok(())
}
