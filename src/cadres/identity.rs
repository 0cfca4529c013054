//! The identity number in what a caller writes: checked, looked up last, counted.

use super::draft::Stated;
use super::guesses::{self, Guess, GuessOutcome};
use super::model::{Cadre, IDENTITY_KEY};
use super::request::CadreInput;
use super::{draft, service, store};
use crate::context::Context;
use crate::db::DbConn;
use crate::error::{Fault, FieldErrors, Result};
use crate::http::Patch;
use crate::values::IdentityNumber;

/// What can be said of the identity number without looking who holds it.
///
/// # Errors
/// When the number on file cannot be read.
pub fn check(
    conn: &mut DbConn,
    context: &Context,
    input: &CadreInput,
    row: Option<&Cadre>,
    stated: &Stated,
    errors: &mut FieldErrors,
) -> Result<()> {
    match &input.identity_number {
        Patch::Value(number) => draft::check_identity(number, stated, errors),
        Patch::Null => errors.push("/identityNumber", Fault::new("required")),
        Patch::Absent => {
            draft::check_known_identity(conn, context, row, stated, errors)?;
        }
    }
    Ok(())
}

/// The identity number to be stored, when it is a new one; a number of someone else is a conflict. Asked last, so that whoever
/// tries numbers learns of every other fault first.
///
/// # Errors
/// `Duplicate`.
pub fn changed(
    conn: &mut DbConn,
    context: &Context,
    input: &CadreInput,
    row: Option<&Cadre>,
) -> Result<Option<IdentityNumber>> {
    let Patch::Value(number) = &input.identity_number else {
        return Ok(None);
    };
    let held = store::find_identity(conn, &context.deps.vault.identity_digest(number.as_str()))?;
    match held {
        Some((id, true)) if row.is_some_and(|row| row.id == id) => Ok(None),
        Some((id, _)) if row.is_none_or(|row| row.id != id) => {
            let holder = service::visible(conn, context, id)?;
            Err(IDENTITY_KEY.duplicate(service::current_of(holder.as_ref())))
        }
        _ => Ok(Some(number.clone())),
    }
}

/// A number that was written counts no more; where its beginning was tried too often, it is refused all the same.
///
/// # Errors
/// `GuessBudget`.
pub fn charge_written(
    tx: &mut DbConn,
    context: &Context,
    identity: Option<&IdentityNumber>,
) -> Result<()> {
    let guess =
        identity.map(|number| Guess::new(&context.deps.vault, number, GuessOutcome::Changed));
    guesses::charge(tx, context, guess.as_slice())
}
