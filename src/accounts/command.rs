//! What the command line does with accounts.

use super::users::{self, Username};
use crate::access::Role;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, FieldErrors, Result};
use crate::organizations::{self, Naming};
use crate::passwords::{self, Password, check_choice};

/// A user as the command line names one.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Username.
    pub username: Username,
    /// Role.
    pub role: Role,
    /// The code of the organization at the root of the role's subtree.
    pub organization_code: Option<String>,
    /// The mentor this person is.
    pub mentor_id: Option<Id>,
    /// The cadre this person is.
    pub cadre_id: Option<Id>,
    /// Password.
    pub password: Password,
}

/// The hash of the password chosen for a user. Takes tens of milliseconds, and so is not done inside a transaction.
///
/// # Errors
/// `Invalid` for a password that may not be chosen.
pub fn hash_password(new: &NewUser) -> Result<String> {
    check_choice(&new.password, &[new.username.as_str()])
        .map_err(|fault| Error::Invalid(FieldErrors::one("/password", fault)))?;
    passwords::hash(new.password.reveal())
}

/// Makes a user; their id.
///
/// # Errors
/// `Invalid` for an organization, mentor or cadre that does not exist; `Duplicate` for a name or person that has an account.
pub fn create_user(tx: &mut DbConn, context: &Context, new: &NewUser, hash: &str) -> Result<Id> {
    let mut errors = FieldErrors::default();
    let code = new.organization_code.as_deref();
    let naming = Naming {
        code,
        ..Naming::default()
    };
    let unit = if code.is_none() && !users::needs_place(new.role) {
        None
    } else {
        organizations::resolve(tx, naming, "organization", &context.reach, &mut errors)?
    };
    let unknown = || crate::error::Fault::new("reference-unknown");
    if let Some(id) = new.mentor_id
        && users::store::mentor_name(tx, id)?.is_none()
    {
        errors.push("/mentorId", unknown());
    }
    if let Some(id) = new.cadre_id
        && users::store::cadre_name(tx, id)?.is_none()
    {
        errors.push("/cadreId", unknown());
    }
    errors.into_result()?;
    let grants = [(new.role, unit.map(|unit| unit.id))];
    let link = (new.mentor_id, new.cadre_id);
    let row = users::service::make(tx, context, &new.username, &grants, link, hash.to_owned())?;
    Ok(row.id)
}
