//! Queries of mentors.

use diesel::prelude::*;

use super::model::{Mentor, MentorRecord, MentorStatus};
use crate::db::constraint::breaks_check;
use crate::db::schema::{mentors, organizations};
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, on_backend};
use crate::error::{Error, Result};
use crate::external_ids::Kind;
use crate::listing::EveryMember;
use crate::search::{self, Named};
use crate::values::Date;

pub use super::page_store::{MentorSort, page, total};

/// What a reply shows, in one statement: of the members that are asked for, what they need, and always what decides who sees the
/// row. A macro because the joined query has no type one could write down.
macro_rules! records {
    ($fields:expr) => {{
        let fields = $fields;
        mentors::table
            .inner_join(organizations::table.on(organizations::id.eq(mentors::organization_id)))
            .select((
                crate::mentors::model::columns!(fields),
                (
                    fields.column(&["organizationName"], organizations::name),
                    organizations::path,
                    organizations::kind,
                ),
            ))
    }};
}

pub(super) use records;

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Mentor>> {
    Ok(mentors::table
        .find(id)
        .select(Mentor::as_select())
        .first(conn)
        .optional()?)
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<MentorRecord>> {
    Ok(records!(EveryMember)
        .filter(mentors::id.eq(id))
        .first::<MentorRecord>(conn)
        .optional()?)
}

/// The row with the path of its unit.
///
/// # Errors
/// When the database refuses.
pub fn find_placed(conn: &mut DbConn, id: Id) -> Result<Option<(Mentor, String)>> {
    Ok(mentors::table
        .inner_join(organizations::table.on(organizations::id.eq(mentors::organization_id)))
        .filter(mentors::id.eq(id))
        .select((Mentor::as_select(), organizations::path))
        .first(conn)
        .optional()?)
}

/// Mentors with their names, and their units with paths.
///
/// # Errors
/// When the database refuses.
pub fn names_and_units(conn: &mut DbConn, ids: &[Id]) -> Result<Vec<(Id, String, Id, String)>> {
    let rows = mentors::table
        .inner_join(organizations::table.on(organizations::id.eq(mentors::organization_id)))
        .filter(mentors::id.eq_any(ids.to_vec()))
        .select((
            mentors::id,
            mentors::name,
            organizations::id,
            organizations::path,
        ));
    Ok(rows.load(conn)?)
}

/// Locks the row against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, id: Id) -> Result<Option<Mentor>> {
    hold(tx, id)?;
    find(tx, id)
}

/// The same with the path of its unit.
///
/// # Errors
/// When the database refuses.
pub fn lock_placed(tx: &mut DbConn, id: Id) -> Result<Option<(Mentor, String)>> {
    hold(tx, id)?;
    find_placed(tx, id)
}

fn hold(tx: &mut DbConn, id: Id) -> Result<()> {
    if let DbConn::Postgres(conn) = tx {
        mentors::table
            .find(id)
            .select(mentors::id)
            .for_update()
            .first::<Id>(conn)
            .optional()?;
    }
    Ok(())
}

/// Writes many new rows; external ids and search keys are the caller's.
///
/// # Errors
/// `Duplicate` when a unique value is taken.
pub fn insert_many(tx: &mut DbConn, rows: &[&Mentor]) -> Result<()> {
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(mentors::table)
            .values(rows.to_vec())
            .execute(c))?;
    }
    Ok(())
}

/// The mentors who bear these names, however their dots and width are written: name, unit and id.
///
/// # Errors
/// When the database refuses.
pub fn namesakes(conn: &mut DbConn, names: &[&str]) -> Result<Vec<(String, Id, Id)>> {
    let ids = search::namesakes(conn, Kind::Mentor, names)?;
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(String, Id, Id)> = mentors::table
            .filter(mentors::id.eq_any(ids))
            .select((mentors::name, mentors::organization_id, mentors::id))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Every mentor with the name by which they are found.
///
/// # Errors
/// When the database refuses.
pub fn named(conn: &mut DbConn) -> Result<Vec<Named>> {
    let rows: Vec<(Id, String)> = mentors::table
        .select((mentors::id, mentors::name))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| Named::person(Kind::Mentor, row))
        .collect())
}

/// Writes a changed row over version `version`; the seats taken stay as the database counts them.
///
/// # Errors
/// `StaleVersion` when another change came first, `CapacityExceeded` when more seats are taken than the row now has.
pub fn update(tx: &mut DbConn, mentor: &Mentor, version: i64) -> Result<()> {
    let changed = diesel::update(
        mentors::table
            .find(mentor.id)
            .filter(mentors::version.eq(version)),
    )
    .set(mentor)
    .execute(tx)
    .map_err(refused)?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::StaleVersion(None))
    }
}

/// Removes a row that nothing refers to.
///
/// # Errors
/// `InUse` when something refers to it.
pub fn delete(tx: &mut DbConn, id: Id) -> Result<()> {
    diesel::delete(mentors::table.find(id)).execute(tx)?;
    Ok(())
}

/// The mentor whose seats moved, for the journal.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct SeatMoved {
    /// The mentor's unit.
    pub organization_id: Id,
    /// The row's version, which seats do not raise.
    pub version: i64,
}

/// Takes a seat if one is free: the condition is judged by the database on the row as it is then.
///
/// # Errors
/// `CapacityExceeded` when none is free, `NotFound` without such a mentor.
pub fn take_seat(tx: &mut DbConn, id: Id) -> Result<SeatMoved> {
    let with_a_free_seat = mentors::table
        .find(id)
        .filter(mentors::active_mentees.lt(mentors::max_mentees));
    let moved = diesel::update(with_a_free_seat)
        .set(mentors::active_mentees.eq(mentors::active_mentees + 1))
        .returning((mentors::organization_id, mentors::version))
        .get_result(tx)
        .optional()?;
    match moved {
        Some(moved) => Ok(moved),
        None if find(tx, id)?.is_some() => Err(Error::CapacityExceeded),
        None => Err(Error::NotFound),
    }
}

/// Gives a seat back.
///
/// # Errors
/// `NotFound` without such a mentor; a seat that nobody had taken is a fault of ours.
pub fn free_seat(tx: &mut DbConn, id: Id) -> Result<SeatMoved> {
    let with_a_taken_seat = mentors::table
        .find(id)
        .filter(mentors::active_mentees.gt(0));
    let moved = diesel::update(with_a_taken_seat)
        .set(mentors::active_mentees.eq(mentors::active_mentees - 1))
        .returning((mentors::organization_id, mentors::version))
        .get_result(tx)
        .optional()?;
    match moved {
        Some(moved) => Ok(moved),
        None if find(tx, id)?.is_some() => Err(Error::internal("a free seat was freed")),
        None => Err(Error::NotFound),
    }
}

/// Writes how many seats are taken: for records that are loaded in bulk together with their pairs.
///
/// # Errors
/// `CapacityExceeded` when there are not so many.
pub fn set_active_mentees(tx: &mut DbConn, id: Id, taken: i32) -> Result<()> {
    diesel::update(mentors::table.find(id))
        .set(mentors::active_mentees.eq(taken))
        .execute(tx)
        .map_err(refused)?;
    Ok(())
}

/// No more seats may be taken than there are.
fn refused(error: diesel::result::Error) -> Error {
    if breaks_check(&error, "mentors_capacity") {
        Error::CapacityExceeded
    } else {
        error.into()
    }
}

/// Appointed mentors whose planned suspension begins by a day.
///
/// # Errors
/// When the database refuses.
pub fn suspended_by(tx: &mut DbConn, day: Date) -> Result<Vec<Mentor>> {
    let rows = mentors::table
        .filter(mentors::status.eq(MentorStatus::Appointed))
        .filter(mentors::suspended_from.le(day))
        .order(mentors::id)
        .select(Mentor::as_select());
    Ok(rows.load(tx)?)
}

/// Suspended mentors whose leave ended before a day.
///
/// # Errors
/// When the database refuses.
pub fn returned_by(tx: &mut DbConn, day: Date) -> Result<Vec<Mentor>> {
    let rows = mentors::table
        .filter(mentors::status.eq(MentorStatus::Suspended))
        .filter(mentors::suspended_until.lt(day))
        .order(mentors::id)
        .select(Mentor::as_select());
    Ok(rows.load(tx)?)
}
