//! How requests name an organization: by id, by code, or by its id in another system.

use super::model::{Organization, OrganizationCode};
use super::store;
use crate::access::Reach;
use crate::db::{DbConn, Id};
use crate::error::{Fault, FieldErrors, Result};
use crate::external_ids::{self, ExternalRef, Kind};

/// The members of a request of which exactly one names an organization.
#[derive(Debug, Clone, Copy, Default)]
pub struct Naming<'a> {
    /// By id.
    pub id: Option<Id>,
    /// By code.
    pub code: Option<&'a str>,
    /// By its id in another system.
    pub external: Option<&'a ExternalRef>,
}

impl<'a> Naming<'a> {
    /// What a request says by these three members.
    pub fn new(
        id: Option<Id>,
        code: Option<&'a OrganizationCode>,
        external: Option<&'a ExternalRef>,
    ) -> Self {
        Self {
            id,
            code: code.map(OrganizationCode::as_str),
            external,
        }
    }

    /// Whether none of the members was sent.
    pub fn is_absent(&self) -> bool {
        self.id.is_none() && self.code.is_none() && self.external.is_none()
    }

    /// Where a fault of the naming is noted: at the member that was sent, else at the id.
    pub fn pointer(&self, member: &str) -> String {
        format!("/{member}{}", self.sent().next().unwrap_or("Id"))
    }

    /// The endings of the members that were sent.
    fn sent(&self) -> impl Iterator<Item = &'static str> {
        let endings = [
            (self.id.is_some(), "Id"),
            (self.code.is_some(), "Code"),
            (self.external.is_some(), "Ref"),
        ];
        endings
            .into_iter()
            .filter_map(|(is_sent, ending)| is_sent.then_some(ending))
    }
}

/// Finds the active organization that a request names, and keeps it from being merged or removed until the transaction ends.
///
/// `member` is the member's name without its ending: with `organization` the members are `organizationId`,
/// `organizationCode` and `organizationRef`. What is unknown, dissolved or out of reach is noted as `reference-unknown`.
///
/// # Errors
/// When the database refuses.
pub fn resolve(
    tx: &mut DbConn,
    naming: Naming<'_>,
    member: &str,
    reach: &Reach,
    errors: &mut FieldErrors,
) -> Result<Option<Organization>> {
    let mut sent = naming.sent();
    let Some(ending) = sent.next() else {
        errors.push(format!("/{member}Id"), Fault::new("required"));
        return Ok(None);
    };
    let mut superfluous = false;
    for other in sent {
        superfluous = true;
        errors.push(format!("/{member}{other}"), Fault::new("unknown-member"));
    }
    if superfluous {
        return Ok(None);
    }
    let id = match naming {
        Naming { id: Some(id), .. } => Some(id),
        Naming {
            code: Some(code), ..
        } => store::id_of_code(tx, code)?,
        Naming {
            external: Some(named),
            ..
        } => external_ids::find(tx, Kind::Organization, &named.source, &named.external_id)?,
        _ => None,
    };
    let found = match id {
        Some(id) => store::find_shared(tx, id)?,
        None => None,
    };
    let usable = found.filter(|unit| unit.is_active() && reach.covers(&unit.path));
    if usable.is_none() {
        errors.push(
            format!("/{member}{ending}"),
            Fault::new("reference-unknown"),
        );
    }
    Ok(usable)
}

/// The same for the unit of a record that may stay where it is: without a name it is the present one, as long as there is one.
///
/// # Errors
/// When the database refuses.
pub fn resolve_or_present(
    tx: &mut DbConn,
    naming: Naming<'_>,
    present: Option<Id>,
    reach: &Reach,
    errors: &mut FieldErrors,
) -> Result<Option<Organization>> {
    match present {
        Some(present) if naming.is_absent() => store::find(tx, present),
        _ => resolve(tx, naming, "organization", reach, errors),
    }
}
