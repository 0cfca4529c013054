//! Queries of the calendar.

use crate::db::{DbConn, service_state};
use crate::error::{Error, Result};
use crate::values::Date;

/// The name of the mark.
const MARK: &str = "calendar-day";

/// The last day that was made up.
///
/// # Errors
/// When the database refuses.
pub fn last_day(conn: &mut DbConn) -> Result<Option<Date>> {
    let text = service_state::lock(conn, MARK)?;
    text.map(|text| {
        Date::parse(&text).map_err(|_| Error::internal("the calendar's mark is no day"))
    })
    .transpose()
}

/// Moves the mark.
///
/// # Errors
/// When the database refuses.
pub fn set_last_day(tx: &mut DbConn, day: Date) -> Result<()> {
    service_state::set(tx, MARK, &day.to_string())
}
