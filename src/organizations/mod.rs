//! The tree of units: the city, its counties, organs, townships and subdistricts.
//!
//! A unit lies under one parent, never under itself; its path is the parent's path and the end of its own id, so a subtree is
//! a half-open range of paths and moving it rewrites the range in one transaction. Codes are unique; former names and codes
//! stay findable. A merged unit stays readable, is dissolved and names its successor; nothing can refer to it any more.

mod api;
mod division_code;
mod draft;
mod drafted;
mod listed;
mod lookup;
mod model;
mod reached;
mod reference;
mod request;
mod response;
mod restructuring;
mod rules;
mod service;
pub mod store;
mod widening;

use crate::access::{Permission, Reach};
use crate::db::DbConn;
use crate::error::Result;
use crate::http::{ReadableResource, Room};

pub use division_code::DivisionCode;
pub use drafted::{DraftedOrganizations, ListedTree};
pub use listed::{OrganizationChange, is_news, write_listed};
pub use model::{CODE_KEY, Organization, OrganizationCode, OrganizationKind, OrganizationStatus};
pub(crate) use reached::within_organizations;
pub use reached::{ListedOrganizations, ReachedOrganizations};
pub use reference::{Naming, resolve, resolve_or_present};
pub use request::{CreateOrganization, OrganizationInput};
pub use response::OrganizationResponse;
pub use service::{create, read, upsert};

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "organizations",
        "The city's tree of units: city, counties, organs, townships.",
    )],
    unique: &[model::CODE_KEY, model::PATH_KEY],
    endpoints: &[api::ENDPOINTS],
    resources: &[ReadableResource::new::<OrganizationResponse>(
        Permission::OrganizationsRead,
        |conn, context, id| read(conn, context, id).map(drop),
    )],
    ..Room::EMPTY
};

/// Whether a reach is all there is: every city. One statement, and none for a reach that says so itself or has no unit.
///
/// # Errors
/// When the database refuses.
pub fn is_whole_city(conn: &mut DbConn, reach: &Reach) -> Result<bool> {
    if reach.everything || reach.subtrees.is_empty() {
        return Ok(reach.everything);
    }
    let roots = store::root_paths(conn)?;
    Ok(!roots.is_empty() && roots.iter().all(|path| reach.covers(path)))
}

/// Some paths and those of all units above them, each once.
pub fn lineage<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut lineage: Vec<String> = paths.flat_map(above).collect();
    lineage.sort_unstable();
    lineage.dedup();
    lineage
}

/// A path and those of all units above it.
fn above(path: &str) -> impl Iterator<Item = String> + '_ {
    let ends = path.match_indices('/').map(|(at, _)| at + 1);
    ends.map(|end| path[..end].to_owned())
}

/// Whether a unit is the city or one of its organs: they ask for the prefecture only, and count as one county.
pub fn is_of_city(unit: &Organization) -> bool {
    matches!(
        unit.kind,
        OrganizationKind::City | OrganizationKind::CityOrgan
    )
}

#[cfg(test)]
mod tests {
    use super::lineage;

    #[test]
    fn a_path_lies_under_each_of_its_beginnings() {
        let found = lineage(["city/county/unit/", "city/organ/"].into_iter());
        let expected = ["city/", "city/county/", "city/county/unit/", "city/organ/"];
        assert_eq!(found, expected);
    }
}
