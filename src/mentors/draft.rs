//! A row under change: what the input makes of it, what is wrong with it, and which members differ.

use super::model::{Mentor, MentorRole};
use super::request::{MAX_SEATS, MentorInput};
use super::sealed_store;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::external_ids::{ChangedIds, Kind};
use crate::http::Patch;
use crate::organizations::{self, Naming, Organization};
use crate::values::PhoneNumber;

/// A row as it would be after a write.
pub struct MentorDraft {
    /// The row.
    pub mentor: Mentor,
    /// The members that change.
    pub changed: Vec<&'static str>,
    /// The ids in other systems before and after, when they are mentioned.
    pub external_ids: Option<ChangedIds>,
}

/// Checks everything that can be checked before writing, and reports all faults at once.
///
/// # Errors
/// `Invalid`, `CapacityExceeded`.
pub fn prepare(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &MentorInput,
    row: Option<&Mentor>,
) -> Result<MentorDraft> {
    let mut errors = FieldErrors::default();
    let naming = Naming::new(
        input.organization_id,
        input.organization_code.as_ref(),
        input.organization_ref.as_ref(),
    );
    let present = row.map(|row| row.organization_id);
    let organization =
        organizations::resolve_or_present(tx, naming, present, &context.reach, &mut errors)?;
    prepare_in(tx, context, (id, row), input, organization.as_ref(), errors)
}

/// The same for a unit that was looked up, with the faults found meanwhile.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_in(
    tx: &mut DbConn,
    context: &Context,
    (id, row): (Id, Option<&Mentor>),
    input: &MentorInput,
    organization: Option<&Organization>,
    mut errors: FieldErrors,
) -> Result<MentorDraft> {
    check(input, row.is_none(), &mut errors);
    let external_ids = ChangedIds::prepare(
        tx,
        context.id_writer(),
        (Kind::Mentor, Some(id)),
        row.map_or("{}", |row| &row.external_ids),
        &input.external_ids,
        &mut errors,
    )?;
    errors.into_result()?;
    let organization_id = organization.ok_or(Error::NotFound)?.id;
    let mut mentor = row
        .cloned()
        .unwrap_or_else(|| Mentor::blank(context, id, organization_id));
    apply(&mut mentor, input, context)?;
    mentor.organization_id = organization_id;
    if let Some(ChangedIds { ids, .. }) = &external_ids {
        mentor.external_ids = ids.to_json();
    }
    if mentor.max_mentees < mentor.active_mentees {
        return Err(Error::CapacityExceeded);
    }
    Ok(MentorDraft {
        changed: MentorInput::changed_members(row, &mentor),
        mentor,
        external_ids,
    })
}

/// Notes what is missing, and seats out of range.
fn check(input: &MentorInput, is_new: bool, errors: &mut FieldErrors) {
    input.name.check_required(is_new, "/name", errors);
    input.roles.check_required(is_new, "/roles", errors);
    // A new mentor has the seats that mentors have.
    input
        .max_mentees
        .check_required(false, "/maxMentees", errors);
    if let Patch::Value(seats) = input.max_mentees
        && !(1..=MAX_SEATS).contains(&seats)
    {
        let fault = Fault::with("out-of-range", &[&1, &MAX_SEATS]);
        errors.push("/maxMentees", fault);
    }
}

/// Writes the plain members of the input, which was checked, into a row.
fn apply(mentor: &mut Mentor, input: &MentorInput, context: &Context) -> Result<()> {
    input.apply_plain(mentor);
    if let Patch::Value(roles) = &input.roles {
        mentor.political = roles.has(MentorRole::Political);
        mentor.professional = roles.has(MentorRole::Professional);
    }
    match &input.expertise {
        Patch::Value(expertise) => mentor.expertise = expertise.to_json(),
        Patch::Null => mentor.expertise = "[]".to_owned(),
        Patch::Absent => {}
    }
    apply_phone(mentor, &input.phone, context)
}

/// The same number keeps its ciphertext, so that it is no change.
fn apply_phone(mentor: &mut Mentor, phone: &Patch<PhoneNumber>, context: &Context) -> Result<()> {
    match phone {
        Patch::Absent => {}
        Patch::Null => mentor.phone_encrypted = None,
        Patch::Value(number) => {
            let vault = &context.deps.vault;
            let place = sealed_store::phone(&mentor.id);
            let known = mentor
                .phone_encrypted
                .as_deref()
                .map(|stored| vault.open_text(place, stored))
                .transpose()?;
            if known.as_deref() != Some(number.as_str()) {
                mentor.phone_encrypted = Some(vault.seal(place, number.as_str().as_bytes())?);
            }
        }
    }
    Ok(())
}
