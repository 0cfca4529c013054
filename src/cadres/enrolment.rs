//! Many people at once, as files bring them: checked one by one, written like every other cadre, with few statements.

use super::draft;
use super::draft::Stated;
use super::enrolment_store::{self, FirstIdentity};
use super::model::Cadre;
use super::request::CadreInput;
use super::sealed_store;
use crate::context::Context;
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT};
use crate::error::{FieldErrors, Result};
use crate::external_ids::{self, ExternalIds, Kind};
use crate::http::Patch;
use crate::journal::{self, Change};
use crate::organizations::Organization;
use crate::search;
use crate::values::IdentityNumber;

/// A person who is new to the register, checked and ready to be written.
#[derive(Debug, Clone)]
pub struct Enrolment {
    cadre: Cadre,
    changed: Vec<&'static str>,
    identity: Option<IdentityNumber>,
    external_ids: ExternalIds,
}

impl Enrolment {
    /// Checks what is said of a person who is to belong to `unit`; that no one else has the identity number and external ids
    /// is for the caller to have looked up.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn prepare(
        context: &Context,
        input: &CadreInput,
        organization: &Organization,
    ) -> Result<Self> {
        let mut errors = FieldErrors::default();
        let stated = Stated::merge(input, None);
        draft::check(input, true, &stated, context, &mut errors);
        let identity = match &input.identity_number {
            Patch::Value(number) => Some(number.clone()),
            Patch::Absent | Patch::Null => None,
        };
        if let Some(number) = &identity {
            draft::check_identity(number, &stated, &mut errors);
        }
        let external_ids = match &input.external_ids {
            Patch::Value(changes) => {
                changes.apply(&ExternalIds::default(), "/externalIds", &mut errors)
            }
            Patch::Absent | Patch::Null => ExternalIds::default(),
        };
        errors.into_result()?;
        let mut cadre = Cadre::blank(context, context.new_id(), organization.id);
        draft::apply(&mut cadre, input, context)?;
        draft::place(&mut cadre, organization);
        cadre.external_ids = external_ids.to_json();
        let mut changed = CadreInput::changed_members(None, &cadre);
        if identity.is_some() {
            changed.push("identityNumber");
        }
        Ok(Self {
            cadre,
            changed,
            identity,
            external_ids,
        })
    }

    /// The id that the person gets.
    pub fn id(&self) -> Id {
        self.cadre.id
    }

    /// The row that will be written.
    pub fn cadre(&self) -> &Cadre {
        &self.cadre
    }
}

/// Writes people who are new to the register.
///
/// # Errors
/// `Duplicate` when an identity number or external id was taken in the meantime.
pub fn enrol(tx: &mut DbConn, context: &Context, people: &[&Enrolment]) -> Result<()> {
    for people in people.chunks(ROWS_PER_STATEMENT) {
        enrol_some(tx, context, people)?;
    }
    Ok(())
}

fn enrol_some(tx: &mut DbConn, context: &Context, people: &[&Enrolment]) -> Result<()> {
    let rows: Vec<&Cadre> = people.iter().map(|person| &person.cadre).collect();
    enrolment_store::insert_many(tx, &rows)?;
    let vault = &context.deps.vault;
    let mut identities = Vec::with_capacity(people.len());
    for person in people {
        if let Some(number) = &person.identity {
            identities.push(FirstIdentity {
                digest: vault.identity_digest(number.as_str()),
                cadre_id: person.cadre.id,
                encrypted: vault.seal(
                    sealed_store::identity_number(&person.cadre.id),
                    number.as_str().as_bytes(),
                )?,
                present: true,
            });
        }
    }
    enrolment_store::insert_identities(tx, &identities)?;
    let ids: Vec<_> = people
        .iter()
        .map(|person| (person.cadre.id, &person.external_ids))
        .collect();
    external_ids::add_many(tx, Kind::Cadre, &ids)?;
    let named = rows
        .iter()
        .map(|row| (row.id, vec![row.name.as_str()], Vec::new()));
    search::add_many(tx, Kind::Cadre, &named.collect::<Vec<_>>())?;
    let changes: Vec<Change<'_>> = people.iter().map(|person| creation(person)).collect();
    journal::record_many(tx, context, &changes)
}

fn creation(person: &Enrolment) -> Change<'_> {
    Change {
        changed_fields: &person.changed,
        organization_id: Some(person.cadre.organization_id),
        cadre_id: Some(person.cadre.id),
        ..Change::new(
            "cadre.created",
            "cadre",
            person.cadre.id,
            person.cadre.version,
        )
    }
}

/// Whether the input says anything new of a cadre. Identity number, unit and external ids are new whenever they are said.
///
/// # Errors
/// When the phone number cannot be read.
pub fn is_news(context: &Context, row: &Cadre, input: &CadreInput) -> Result<bool> {
    let mut cadre = row.clone();
    let mut errors = FieldErrors::default();
    let stated = Stated::merge(input, Some(row));
    draft::check(input, false, &stated, context, &mut errors);
    draft::apply(&mut cadre, input, context)?;
    Ok(!errors.is_empty()
        || input.identity_number.is_present()
        || input.external_ids.is_present()
        || input.organization_id.is_some()
        || !CadreInput::changed_members(Some(row), &cadre).is_empty())
}
