//! The tree of units: the city, its counties, organs, townships and subdistricts.
//!
//! A unit lies under one parent, never under itself; its path is the parent's path and the end of its own id, so a subtree is
//! a half-open range of paths and moving it rewrites the range in one transaction. Codes are unique; former names and codes
//! stay findable. A merged unit stays readable, is dissolved and names its successor; nothing can refer to it any more.

mod division_code;
mod model;
mod reference;
pub mod store;

pub use division_code::DivisionCode;
pub use model::{Organization, OrganizationCode, OrganizationKind, OrganizationStatus};
pub use reference::{Naming, resolve};

/// Whether a unit is the city or one of its organs: they ask for the prefecture only, and count as one county.
pub fn is_of_city(unit: &Organization) -> bool {
    matches!(
        unit.kind,
        OrganizationKind::City | OrganizationKind::CityOrgan
    )
}
