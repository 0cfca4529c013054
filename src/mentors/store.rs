//! Queries of mentors.

use diesel::dsl;
use diesel::prelude::*;

use super::model::{Mentor, Sighting};
use crate::db::schema::{mentors, organizations};
use crate::db::{DbConn, Id, on_backend};
use crate::error::{Error, Result};

/// Everything a reply shows, in one statement; a macro because the joined query has no type one could write down.
macro_rules! sightings {
    () => {
        mentors::table
            .inner_join(organizations::table.on(organizations::id.eq(mentors::organization_id)))
            .select((
                Mentor::as_select(),
                (
                    organizations::name,
                    organizations::path,
                    organizations::kind,
                ),
            ))
    };
}

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
pub fn sight(conn: &mut DbConn, id: Id) -> Result<Option<Sighting>> {
    Ok(sightings!()
        .filter(mentors::id.eq(id))
        .first::<Sighting>(conn)
        .optional()?)
}

/// Locks the row against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, id: Id) -> Result<Option<Mentor>> {
    if let DbConn::Postgres(conn) = tx {
        let locked: Option<Id> = mentors::table
            .find(id)
            .select(mentors::id)
            .for_update()
            .first(conn)
            .optional()?;
        if locked.is_none() {
            return Ok(None);
        }
    }
    find(tx, id)
}

/// Writes a new row.
///
/// # Errors
/// `Duplicate` when a unique value is taken.
pub fn insert(tx: &mut DbConn, mentor: &Mentor) -> Result<()> {
    diesel::insert_into(mentors::table)
        .values(mentor)
        .execute(tx)?;
    Ok(())
}

/// SQLite takes 32,766 parameters in a statement.
const ROWS_PER_STATEMENT: usize = 500;

/// Writes many new rows; external ids and search keys are the caller's.
///
/// # Errors
/// `Duplicate` when a unique value is taken.
pub fn insert_many(tx: &mut DbConn, rows: &[Mentor]) -> Result<()> {
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(mentors::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
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
    .execute(tx)?;
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

/// Whether the programme has records of a mentor: pairs, evaluations, kinships, an account.
///
/// # Errors
/// When the database refuses.
pub fn is_referred_to(conn: &mut DbConn, id: Id) -> Result<bool> {
    use crate::db::schema::{assignments, evaluations, users};
    let referred = diesel::select(
        dsl::exists(assignments::table.filter(assignments::mentor_id.eq(id)))
            .or(dsl::exists(
                evaluations::table.filter(evaluations::mentor_id.eq(id)),
            ))
            .or(dsl::exists(users::table.filter(users::mentor_id.eq(id)))),
    );
    Ok(referred.get_result(conn)?)
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
        .execute(tx)?;
    Ok(())
}
