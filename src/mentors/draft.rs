//! A row under change: what the input makes of it, what is wrong with it, and which members differ.

use super::model::{Mentor, MentorRole, MentorStatus};
use super::request::{DEFAULT_SEATS, MAX_SEATS, MentorInput};
use super::sealed_store;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::external_ids::{ChangedIds, Kind};
use crate::http::Patch;
use crate::organizations::{self, Naming, Organization};
use crate::values::{PhoneNumber, Text};

/// A row as it would be after a write.
pub struct MentorDraft {
    /// The row.
    pub mentor: Mentor,
    /// The members that change.
    pub changed: Vec<&'static str>,
    /// The ids in other systems before and after, when they are mentioned.
    pub external_ids: Option<ChangedIds>,
}

/// A nominated mentor of whom nothing is known yet.
pub fn blank(context: &Context, id: Id, organization_id: Id) -> Mentor {
    Mentor {
        id,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: context.actor.id(),
        name: String::new(),
        sex: None,
        political_status: None,
        phone_encrypted: None,
        organization_id,
        post_title: None,
        position_level: None,
        political: false,
        professional: false,
        expertise: "[]".to_owned(),
        max_mentees: DEFAULT_SEATS,
        active_mentees: 0,
        status: MentorStatus::Nominated,
        appointed_on: None,
        suspended_from: None,
        suspended_until: None,
        retired_on: None,
        external_ids: "{}".to_owned(),
    }
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
        .unwrap_or_else(|| blank(context, id, organization_id));
    apply(&mut mentor, input, context)?;
    mentor.organization_id = organization_id;
    if let Some(ChangedIds { ids, .. }) = &external_ids {
        mentor.external_ids = ids.to_json();
    }
    if mentor.max_mentees < mentor.active_mentees {
        return Err(Error::CapacityExceeded);
    }
    Ok(MentorDraft {
        changed: changed_members(row, &mentor),
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
    if let Patch::Value(name) = &input.name {
        name.as_str().clone_into(&mut mentor.name);
    }
    if let Patch::Value(roles) = &input.roles {
        mentor.political = roles.has(MentorRole::Political);
        mentor.professional = roles.has(MentorRole::Professional);
    }
    if let Patch::Value(seats) = input.max_mentees {
        mentor.max_mentees = seats;
    }
    match &input.expertise {
        Patch::Value(expertise) => mentor.expertise = expertise.to_json(),
        Patch::Null => mentor.expertise = "[]".to_owned(),
        Patch::Absent => {}
    }
    mentor.sex = input.sex.clone().apply(mentor.sex);
    mentor.political_status = input
        .political_status
        .clone()
        .apply(mentor.political_status);
    mentor.position_level = input.position_level.clone().apply(mentor.position_level);
    let title = input.post_title.clone().map(Text::into_string);
    mentor.post_title = title.apply(mentor.post_title.take());
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

/// The members that differ, by their names in the API; of a new row, those that have a value.
fn changed_members(row: Option<&Mentor>, new: &Mentor) -> Vec<&'static str> {
    let mut changed = Vec::new();
    macro_rules! compare {
        ($($member:literal: $($field:ident)|+ unless $empty:expr;)+) => {
            $(
                let differs = match row {
                    Some(row) => $(row.$field != new.$field)||+,
                    None => $empty(new),
                };
                if differs {
                    changed.push($member);
                }
            )+
        };
    }
    let always = |_: &Mentor| true;
    compare!(
        "name": name unless always;
        "sex": sex unless |new: &Mentor| new.sex.is_some();
        "politicalStatus": political_status unless |new: &Mentor| new.political_status.is_some();
        "phone": phone_encrypted unless |new: &Mentor| new.phone_encrypted.is_some();
        "organizationId": organization_id unless always;
        "postTitle": post_title unless |new: &Mentor| new.post_title.is_some();
        "positionLevel": position_level unless |new: &Mentor| new.position_level.is_some();
        "roles": political | professional unless always;
        "expertise": expertise unless |new: &Mentor| new.expertise != "[]";
        "maxMentees": max_mentees unless always;
        "externalIds": external_ids unless |new: &Mentor| new.external_ids != "{}";
    );
    changed
}
