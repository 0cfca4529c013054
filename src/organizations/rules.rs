//! What fits under what, and who may change which unit.

use super::model::{Organization, OrganizationKind};
use crate::access::{Account, Permission, Reach};
use crate::context::Context;
use crate::error::{Error, Result};

/// The kinds of units under which a unit of some kind may lie, and whether it may be a root.
///
/// Wider than the plan of a usual city: counties may be roots where a county runs the programme, organs have organs under
/// them, and townships may lie under a city without counties or under the organ that runs a development zone.
pub fn places(kind: OrganizationKind) -> (&'static [OrganizationKind], bool) {
    use OrganizationKind::{City, CityOrgan, County, CountyOrgan, Subdistrict, Township};
    match kind {
        City => (&[], true),
        County => (&[City], true),
        CityOrgan => (&[City, CityOrgan], false),
        CountyOrgan => (&[County, CountyOrgan], false),
        Township | Subdistrict => (&[County, City, CityOrgan, CountyOrgan], false),
    }
}

/// Whether a unit of a kind may lie there.
pub fn fits(kind: OrganizationKind, parent: Option<OrganizationKind>) -> bool {
    let (parents, root) = places(kind);
    parent.map_or(root, |parent| parents.contains(&parent))
}

/// The words of the kinds under which a unit of some kind may lie.
pub fn parents_of(kind: OrganizationKind) -> String {
    let words: Vec<_> = places(kind).0.iter().map(|kind| kind.as_str()).collect();
    words.join(", ")
}

/// Whether the caller may change this unit under the permission of the operation in progress.
pub fn is_changeable(context: &Context, reach: &Reach, row: &Organization) -> bool {
    // A manager's own root belongs to those above; a client's subtree includes its root.
    let own_root_too = matches!(context.actor.account, Account::Client(_));
    reach.everything
        || reach.subtrees.iter().any(|subtree| {
            subtree.contains(&row.path) && (own_root_too || subtree.path != row.path)
        })
}

/// Refuses a change of a unit that the caller may not change under the permission of the operation in progress.
///
/// # Errors
/// `NotFound` out of reach, `Forbidden` for the root of the caller's own reach.
pub fn check_changeable(context: &Context, row: &Organization) -> Result<()> {
    if !context.reach.covers(&row.path) {
        return Err(Error::NotFound);
    }
    if !is_changeable(context, &context.reach, row) {
        return Err(Error::Forbidden(None));
    }
    Ok(())
}

/// Refuses a change of a unit that is no more.
///
/// # Errors
/// `Merged`.
pub fn check_present(row: &Organization) -> Result<()> {
    match row.successor_id {
        Some(successor) => Err(Error::Merged(successor.to_string())),
        None => Ok(()),
    }
}

/// Whether the caller may change this unit at all.
pub fn may_change(context: &Context, row: &Organization) -> bool {
    is_changeable(
        context,
        &context.reach_of(Permission::OrganizationsWrite),
        row,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrganizationKind::{City, CityOrgan, County, CountyOrgan, Subdistrict, Township};

    #[test]
    fn the_usual_tree_fits() {
        assert!(fits(City, None));
        assert!(fits(County, Some(City)));
        assert!(fits(CityOrgan, Some(City)));
        assert!(fits(CountyOrgan, Some(County)));
        assert!(fits(Township, Some(County)));
        assert!(fits(Subdistrict, Some(CityOrgan)));
    }

    #[test]
    fn what_turns_the_tree_upside_down_does_not() {
        assert!(!fits(City, Some(County)));
        assert!(!fits(County, Some(Township)));
        assert!(!fits(Township, None));
        assert!(!fits(Township, Some(Subdistrict)));
        assert!(!fits(CityOrgan, Some(County)));
    }
}
