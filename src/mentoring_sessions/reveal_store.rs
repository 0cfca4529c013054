//! Queries of confidential talks that two people open.

use diesel::prelude::*;

use super::model::SessionReveal;
use crate::db::schema::session_reveals;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::Result;

/// The latest of a talk that was asked for since a moment.
///
/// # Errors
/// When the database refuses.
pub fn latest(
    conn: &mut DbConn,
    session_id: Id,
    since: UtcTimestamp,
) -> Result<Vec<SessionReveal>> {
    let asked = session_reveals::table
        .filter(session_reveals::session_id.eq(session_id))
        .filter(session_reveals::asked_at.ge(since))
        .order((session_reveals::asked_at.desc(), session_reveals::id.desc()))
        .select(SessionReveal::as_select());
    Ok(asked.load(conn)?)
}

/// Writes that somebody asked.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut DbConn, reveal: &SessionReveal) -> Result<()> {
    diesel::insert_into(session_reveals::table)
        .values(reveal)
        .execute(tx)?;
    Ok(())
}

/// Writes that another agreed.
///
/// # Errors
/// When the database refuses.
pub fn update(tx: &mut DbConn, reveal: &SessionReveal) -> Result<()> {
    diesel::update(session_reveals::table.find(reveal.id))
        .set(reveal)
        .execute(tx)?;
    Ok(())
}
