//! Where units lie, for the question whether a mentor is near enough to a cadre.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::rules::{TreePosition, is_near};
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::organizations::{self, OrganizationKind};

/// Where units lie: each is looked up once.
#[derive(Debug, Default)]
pub struct TreePositions {
    known: BTreeMap<Id, TreePosition>,
}

impl TreePositions {
    /// Where a unit lies; it can't be moved before the transaction ends.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn find(&mut self, tx: &mut DbConn, organization_id: Id) -> Result<&TreePosition> {
        match self.known.entry(organization_id) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => Ok(unknown.insert(find(tx, organization_id)?)),
        }
    }

    /// Whether two units are near enough to each other.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn are_near(&mut self, tx: &mut DbConn, one: Id, other: Id) -> Result<bool> {
        let one = self.find(tx, one)?.clone();
        Ok(is_near(&one, self.find(tx, other)?))
    }
}

/// Where a unit lies; it can't be moved before the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn find(tx: &mut DbConn, organization_id: Id) -> Result<TreePosition> {
    let organization = organizations::store::find_shared(tx, organization_id)?
        .ok_or_else(|| Error::internal("a person's unit is not there"))?;
    let ancestry: Vec<String> = organization
        .path
        .match_indices('/')
        .map(|(end, _)| organization.path[..=end].to_owned())
        .collect();
    let mut place = TreePosition {
        path: organization.path,
        ..TreePosition::default()
    };
    for (subtree, kind) in organizations::store::at(tx, &ancestry)? {
        match kind {
            OrganizationKind::County => place.county = Some(subtree.path),
            OrganizationKind::City => place.city = Some(subtree.path),
            _ => {}
        }
    }
    Ok(place)
}
