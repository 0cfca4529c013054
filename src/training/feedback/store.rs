//! Queries of feedback.

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::db::schema::training_feedback;
use crate::db::{DbConn, Id, UniqueKey, UtcTimestamp};
use crate::error::Result;

/// The answers of an event are numbered.
pub const NUMBER_OF_EVENT: UniqueKey = UniqueKey::new(
    "training_feedback_number",
    "training_feedback.event_id, training_feedback.number",
);

/// What someone said, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = training_feedback)]
pub struct FeedbackRow {
    /// The enrolment.
    pub enrolment_id: Id,
    /// When.
    pub created_at: UtcTimestamp,
    /// The event.
    pub event_id: Id,
    /// The how many-th of the event.
    pub number: i32,
    /// The rating.
    pub rating: i32,
    /// The text.
    pub text: Option<String>,
}

/// How many answers an event has.
///
/// # Errors
/// When the database refuses.
pub fn count(conn: &mut DbConn, event_id: Id) -> Result<i64> {
    let answers = training_feedback::table.filter(training_feedback::event_id.eq(event_id));
    Ok(answers.count().get_result(conn)?)
}

/// Writes an answer.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut DbConn, row: &FeedbackRow) -> Result<()> {
    diesel::insert_into(training_feedback::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// How many of the first answers gave which rating.
///
/// # Errors
/// When the database refuses.
pub fn ratings(conn: &mut DbConn, event_id: Id, first: i64) -> Result<Vec<(i32, i64)>> {
    let rows = training_feedback::table
        .filter(training_feedback::event_id.eq(event_id))
        .filter(training_feedback::number.le(i32::try_from(first).unwrap_or(i32::MAX)))
        .group_by(training_feedback::rating)
        .select((training_feedback::rating, count_star()));
    Ok(rows.load(conn)?)
}

/// What the first answers say, in the order of the texts, and no more than so many.
///
/// # Errors
/// When the database refuses.
pub fn texts(conn: &mut DbConn, event_id: Id, first: i64, most: i64) -> Result<Vec<String>> {
    let rows = training_feedback::table
        .filter(training_feedback::event_id.eq(event_id))
        .filter(training_feedback::number.le(i32::try_from(first).unwrap_or(i32::MAX)))
        .filter(training_feedback::text.is_not_null())
        .order(training_feedback::text)
        .limit(most)
        .select(training_feedback::text.assume_not_null());
    Ok(rows.load(conn)?)
}
