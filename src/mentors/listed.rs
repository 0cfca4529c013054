//! Mentors as lists describe them: made, changed, or only looked at.

use super::draft::{self, Draft};
use super::model::{Mentor, MentorStatus};
use super::request::UpdateMentor;
use super::service::{Entry, Outcome, insert, reachable, write};
use super::store;
use crate::access::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::organizations::Organization;
use crate::values::Date;

/// Makes a mentor as a list describes them: appointed when a manager of the unit brings the list, nominated otherwise.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn establish(
    tx: &mut DbConn,
    context: &Context,
    input: &UpdateMentor,
    appointed_on: Option<Date>,
) -> Result<Outcome> {
    let entry = Entry::Imported(appointed_on);
    insert(tx, context, context.new_id(), input, entry)
}

/// Changes a mentor as a list describes them: what is sent is written, what is absent stays, and a day of appointment that was not
/// known is taken from it.
///
/// # Errors
/// `Invalid`, `Duplicate`, `StaleVersion`, `CapacityExceeded`.
pub fn amend(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &UpdateMentor,
    appointed_on: Option<Date>,
) -> Result<Outcome> {
    let row = reachable(tx, context, id)?;
    let mut draft = draft::prepare(tx, context, id, input, Some(&row))?;
    date(&mut draft, &row, appointed_on);
    write(tx, context, &row, draft)
}

/// What [`establish`] or [`amend`] would come to, in units as they were looked up, so that nothing is locked and nothing written:
/// whether anything would change.
///
/// # Errors
/// As those, but for what only another writer could bring about.
pub fn examine<'a>(
    conn: &mut DbConn,
    context: &Context,
    id: Option<Id>,
    input: &UpdateMentor,
    appointed_on: Option<Date>,
    units: impl Fn(Id) -> Option<&'a Organization>,
) -> Result<bool> {
    let reached = |id: Id| units(id).filter(|unit| context.reach.covers(&unit.path));
    let row = match id {
        Some(id) => Some(store::find(conn, id)?.ok_or(Error::NotFound)?),
        None => None,
    };
    let present = row.as_ref().map(|row| reached(row.organization_id));
    if present.is_some_and(|unit| unit.is_none()) {
        return Err(Error::NotFound);
    }
    let mut errors = FieldErrors::default();
    let (unit, fault) = match input.organization_id {
        Some(named) => (
            reached(named).filter(|unit| unit.is_active()),
            "reference-unknown",
        ),
        None => (present.flatten(), "required"),
    };
    if unit.is_none() {
        errors.push("/organizationId", Fault::new(fault));
    }
    let new_or_known = (id.unwrap_or_else(|| context.new_id()), row.as_ref());
    let mut draft = draft::prepare_in(conn, context, new_or_known, input, unit.cloned(), errors)?;
    if let Some(row) = &row {
        date(&mut draft, row, appointed_on);
    }
    Ok(row.is_none() || !draft.changed.is_empty())
}

/// Takes a day of appointment over that was not known.
fn date(draft: &mut Draft, row: &Mentor, appointed_on: Option<Date>) {
    let is_unknown = row.status != MentorStatus::Nominated && row.appointed_on.is_none();
    if let Some(day) = appointed_on.filter(|_| is_unknown) {
        draft.mentor.appointed_on = Some(day);
        draft.changed.push("appointedOn");
    }
}
