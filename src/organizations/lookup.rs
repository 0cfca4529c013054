//! Where a change looks other units up: among those that are stored, or in the tree that rows of a list before would leave.

use super::model::{Organization, OrganizationKind};
use super::reference::{Naming, resolve};
use super::store;
use crate::access::Context;
use crate::db::{DbConn, Id};
use crate::error::{FieldErrors, Result};

/// The units that a change is checked against.
pub trait UnitLookup {
    /// The active unit in the caller's reach that a request names as the parent; what cannot be one is noted.
    ///
    /// # Errors
    /// When the database refuses.
    fn parent(
        &self,
        conn: &mut DbConn,
        context: &Context,
        naming: Naming<'_>,
        errors: &mut FieldErrors,
    ) -> Result<Option<Organization>>;

    /// The unit with an id.
    ///
    /// # Errors
    /// When the database refuses.
    fn find(&self, conn: &mut DbConn, id: Id) -> Result<Option<Organization>>;

    /// The unit with a code.
    ///
    /// # Errors
    /// When the database refuses.
    fn find_by_code(&self, conn: &mut DbConn, code: &str) -> Result<Option<Organization>>;

    /// The kinds of the units directly under one.
    ///
    /// # Errors
    /// When the database refuses.
    fn kinds_under(&self, conn: &mut DbConn, id: Id) -> Result<Vec<OrganizationKind>>;

    /// The units above the place where a unit is to lie.
    ///
    /// # Errors
    /// When the database refuses.
    fn above(&self, conn: &mut DbConn, unit: &Organization) -> Result<Vec<Organization>>;
}

/// Those that are stored. A parent is kept from being merged or removed until the transaction ends.
pub struct Stored;

impl UnitLookup for Stored {
    fn parent(
        &self,
        tx: &mut DbConn,
        context: &Context,
        naming: Naming<'_>,
        errors: &mut FieldErrors,
    ) -> Result<Option<Organization>> {
        resolve(tx, naming, "parent", &context.reach, errors)
    }

    fn find(&self, conn: &mut DbConn, id: Id) -> Result<Option<Organization>> {
        store::find(conn, id)
    }

    fn find_by_code(&self, conn: &mut DbConn, code: &str) -> Result<Option<Organization>> {
        store::find_by_code(conn, code)
    }

    fn kinds_under(&self, conn: &mut DbConn, id: Id) -> Result<Vec<OrganizationKind>> {
        store::kinds_under(conn, id)
    }

    fn above(&self, conn: &mut DbConn, unit: &Organization) -> Result<Vec<Organization>> {
        let mut line = store::line(conn, &unit.path)?;
        line.retain(|above| above.id != unit.id);
        Ok(line)
    }
}
