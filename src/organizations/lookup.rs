//! Where a change looks other units up: among those that are stored, or in the tree that rows of a list before would leave.

use super::model::{Located, Organization, OrganizationKind};
use super::reference::{Naming, resolve};
use super::store;
use crate::context::Context;
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
    ) -> Result<Option<Located>>;

    /// Where a unit lies.
    ///
    /// # Errors
    /// When the database refuses.
    fn locate(&self, conn: &mut DbConn, id: Id) -> Result<Option<Located>>;

    /// The kinds of the units directly under one.
    ///
    /// # Errors
    /// When the database refuses.
    fn kinds_under(&self, conn: &mut DbConn, id: Id) -> Result<Vec<OrganizationKind>>;

    /// The units above the place where a unit is to lie.
    ///
    /// # Errors
    /// When the database refuses.
    fn above(&self, conn: &mut DbConn, unit: &Organization) -> Result<Vec<Located>>;
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
    ) -> Result<Option<Located>> {
        let parent = resolve(tx, naming, "parent", &context.reach, errors)?;
        Ok(parent.map(Located::from))
    }

    fn locate(&self, conn: &mut DbConn, id: Id) -> Result<Option<Located>> {
        Ok(store::find(conn, id)?.map(Located::from))
    }

    fn kinds_under(&self, conn: &mut DbConn, id: Id) -> Result<Vec<OrganizationKind>> {
        store::kinds_under(conn, id)
    }

    fn above(&self, conn: &mut DbConn, unit: &Organization) -> Result<Vec<Located>> {
        let line = store::line(conn, &unit.path)?.into_iter();
        let above = line.filter(|above| above.id != unit.id);
        Ok(above.map(Located::from).collect())
    }
}
