//! A row under change: what the input makes of it, what is wrong with it, and which members differ.

use super::model::Cadre;
use super::request::CadreInput;
use super::rules::{self, standing};
use super::{career_store, identity, sealed_store, store};
use crate::codes::SexCode;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::external_ids::{ChangedIds, Kind};
use crate::http::Patch;
use crate::organizations::{self, Naming, Organization};
use crate::values::{Date, IdentityNumber, PartialDate, PhoneNumber, changed};

/// A row as it would be after a write.
pub struct CadreDraft {
    /// The row.
    pub cadre: Cadre,
    /// The members that differ.
    pub changed: Vec<&'static str>,
    /// The identity number, where it is new.
    pub identity: Option<IdentityNumber>,
    /// The ids in other systems, where they differ.
    pub external_ids: Option<ChangedIds>,
}

/// Checks everything that can be checked before writing, and reports all faults at once.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn prepare(
    conn: &mut DbConn,
    context: &Context,
    id: Id,
    input: &CadreInput,
    row: Option<&Cadre>,
) -> Result<CadreDraft> {
    let mut errors = FieldErrors::default();
    let naming = Naming::new(
        input.organization_id,
        input.organization_code.as_ref(),
        input.organization_ref.as_ref(),
    );
    let present = row.map(|row| row.organization_id);
    let organization =
        organizations::resolve_or_present(conn, naming, present, &context.reach, &mut errors)?;
    let stated = Stated::merge(input, row);
    check(input, row.is_none(), &stated, context, &mut errors);
    check_career(conn, row, &stated, &mut errors)?;
    identity::check(conn, context, input, row, &stated, &mut errors)?;
    let external_ids = ChangedIds::prepare(
        conn,
        context.id_writer(),
        (Kind::Cadre, row.map(|row| row.id)),
        row.map_or("{}", |row| &row.external_ids),
        &input.external_ids,
        &mut errors,
    )?;
    errors.into_result()?;
    let organization = organization.ok_or(Error::NotFound)?;
    let mut cadre = row
        .cloned()
        .unwrap_or_else(|| Cadre::blank(context, id, organization.id));
    apply(&mut cadre, input, context)?;
    place(&mut cadre, &organization);
    if let Some(ChangedIds { ids, .. }) = &external_ids {
        cadre.external_ids = ids.to_json();
    }
    let identity = identity::changed(conn, context, input, row)?;
    let mut changed = CadreInput::changed_members(row, &cadre);
    if identity.is_some() {
        changed.push("identityNumber");
    }
    if let Some(row) = row {
        changed.extend(changed_by_dates(row, &cadre, context.today));
    }
    Ok(CadreDraft {
        cadre,
        changed,
        identity,
        external_ids,
    })
}

/// A corrected day of reporting must not come after what happened later in the career.
fn check_career(
    conn: &mut DbConn,
    row: Option<&Cadre>,
    stated: &Stated,
    errors: &mut FieldErrors,
) -> Result<()> {
    let Some((row, day)) = row.zip(stated.reported_on) else {
        return Ok(());
    };
    if day <= row.reported_on {
        return Ok(());
    }
    let latest = career_store::latest_reporting(conn, row.id)?;
    if let Some(latest) = latest.filter(|latest| *latest < day) {
        let fault = Fault::with("out-of-range", &[&"1949-10-01", &latest]);
        errors.push("/reportedOn", fault);
    }
    Ok(())
}

/// What a record will say of what the checks compare.
#[derive(Debug, Clone, Copy)]
pub struct Stated {
    sex: Option<SexCode>,
    birth_date: Option<PartialDate>,
    reported_on: Option<Date>,
}

impl Stated {
    /// What the input makes of a row, or of none.
    pub fn merge(input: &CadreInput, row: Option<&Cadre>) -> Self {
        let reported_on = row.map(|row| row.reported_on);
        Self {
            sex: input.sex.clone().apply(row.and_then(|row| row.sex)),
            birth_date: input
                .birth_date
                .clone()
                .apply(row.and_then(|row| row.birth_date)),
            reported_on: input.reported_on.clone().apply(reported_on),
        }
    }
}

/// Notes what is missing, and days that have not come.
pub fn check(
    input: &CadreInput,
    is_new: bool,
    stated: &Stated,
    context: &Context,
    errors: &mut FieldErrors,
) {
    input.name.check_required(is_new, "/name", errors);
    input
        .reported_on
        .check_required(is_new, "/reportedOn", errors);
    let birth = stated.birth_date;
    if birth.is_some_and(|date| date.is_after(context.today)) {
        errors.push("/birthDate", Fault::new("date-in-future"));
    }
    if stated.reported_on.is_some_and(|day| day > context.today) {
        errors.push("/reportedOn", Fault::new("date-in-future"));
    }
}

/// Writes the input, which was checked, into a row.
///
/// # Errors
/// When the phone number on file cannot be read.
pub fn apply(cadre: &mut Cadre, input: &CadreInput, context: &Context) -> Result<()> {
    input.apply_plain(cadre);
    if let Patch::Value(number) = &input.identity_number {
        cadre.identity_masked = Some(number.masked());
    }
    apply_phone(cadre, &input.phone, context)
}

/// The same number keeps its ciphertext, so that it is no change.
fn apply_phone(cadre: &mut Cadre, phone: &Patch<PhoneNumber>, context: &Context) -> Result<()> {
    match phone {
        Patch::Absent => {}
        Patch::Null => cadre.phone_encrypted = None,
        Patch::Value(number) => {
            let vault = &context.deps.vault;
            let place = sealed_store::phone(&cadre.id);
            let known = cadre
                .phone_encrypted
                .as_deref()
                .map(|stored| vault.open_text(place, stored))
                .transpose()?;
            if known.as_deref() != Some(number.as_str()) {
                cadre.phone_encrypted = Some(vault.seal(place, number.as_str().as_bytes())?);
            }
        }
    }
    Ok(())
}

/// Lays a row in its unit.
pub fn place(cadre: &mut Cadre, organization: &Organization) {
    cadre.organization_id = organization.id;
    cadre.non_local = rules::distance_from_home(
        cadre.household_registration,
        organization.division_code.as_deref(),
        organizations::is_of_city(organization),
    );
}

/// An identity number must agree with sex and date of birth.
pub fn check_identity(number: &IdentityNumber, stated: &Stated, errors: &mut FieldErrors) {
    if stated
        .birth_date
        .is_some_and(|date| !date.contains(number.birth_date()))
    {
        errors.push("/birthDate", Fault::new("identity-number-birth-mismatch"));
    }
    if stated
        .sex
        .is_some_and(|sex| matches!(sex.as_str(), "1" | "2") && sex.as_str() != number.sex())
    {
        errors.push("/sex", Fault::new("identity-number-sex-mismatch"));
    }
}

/// A changed sex or date of birth must agree with the number that is known already.
///
/// # Errors
/// When the number cannot be read.
pub fn check_known_identity(
    conn: &mut DbConn,
    context: &Context,
    row: Option<&Cadre>,
    stated: &Stated,
    errors: &mut FieldErrors,
) -> Result<()> {
    let Some(row) = row else { return Ok(()) };
    if row.sex == stated.sex && row.birth_date == stated.birth_date {
        return Ok(());
    }
    let Some(stored) = store::present_identity(conn, row.id)? else {
        return Ok(());
    };
    let place = sealed_store::identity_number(&row.id);
    let number = context.deps.vault.open_text(place, &stored)?;
    if let Ok(number) = IdentityNumber::parse(&number) {
        check_identity(&number, stated, errors);
    }
    Ok(())
}

/// The members that follow from the day of reporting and the status and differ on a day.
pub fn changed_by_dates(row: &Cadre, new: &Cadre, today: Date) -> Vec<&'static str> {
    let (before, after) = (standing(row, today), standing(new, today));
    changed!(before, after; phase, phase_ends_on, probation_ends_on, on_probation)
}

/// The members that a move to another unit or post changes.
pub fn changed_by_move(row: &Cadre, new: &Cadre, remote: bool) -> Vec<&'static str> {
    let mut changed = changed!(row, new; organization_id, post_title, post_category, non_local);
    if remote {
        changed.push("remote");
    }
    changed
}
