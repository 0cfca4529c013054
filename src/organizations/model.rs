//! What is stored of an organization.

use std::fmt;

use diesel::prelude::*;

use crate::access::Subtree;
use crate::db::schema::{organization_names, organizations};
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::error::Fault;
use crate::values::{Date, string_value, text_enum};

/// A code is one organization's.
pub const CODE_KEY: UniqueKey = UniqueKey::new("organizations_code_key", "organizations.code");
/// Each organization has a place of its own in the tree.
pub const PATH_KEY: UniqueKey = UniqueKey::new("organizations_path_key", "organizations.path");

text_enum! {
    /// What a unit is.
    pub enum OrganizationKind {
        /// The city at the root.
        City = "CITY",
        /// A county or district.
        County = "COUNTY",
        /// An organ of the city.
        CityOrgan = "CITY_ORGAN",
        /// An organ of a county.
        CountyOrgan = "COUNTY_ORGAN",
        /// A town or township.
        Township = "TOWNSHIP",
        /// A subdistrict.
        Subdistrict = "SUBDISTRICT",
    }
}

text_enum! {
    /// Whether a unit still exists.
    pub enum OrganizationStatus {
        /// It exists.
        Active = "ACTIVE",
        /// It was merged into its successor.
        Dissolved = "DISSOLVED",
    }
}

/// The code by which rosters and other systems name a unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationCode(String);

impl OrganizationCode {
    /// Reads a code: 1 to 64 letters, digits, points, underscores and hyphens of ASCII.
    ///
    /// # Errors
    /// `required`, `too-long` or `text-invalid`.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.is_empty() {
            return Err(Fault::new("required"));
        }
        if text.chars().count() > 64 {
            return Err(Fault::with("too-long", &[&64]));
        }
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault::new("text-invalid"))
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(
    OrganizationCode,
    min = 1,
    max = 64,
    pattern = Some("^[A-Za-z0-9._-]{1,64}$"),
    example = "BZ-511903-T05",
    "The code of a unit, unique among all units."
);

/// A unit as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organizations, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Organization {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Who made it.
    pub created_by: Option<Id>,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Short name.
    pub short_name: Option<String>,
    /// Kind.
    pub kind: OrganizationKind,
    /// The unit it lies under; none for a root.
    pub parent_id: Option<Id>,
    /// The ends of the ancestors' ids and of its own, each followed by `/`.
    pub path: String,
    /// Where it lies.
    pub division_code: Option<String>,
    /// Whether it is remote.
    pub remote: bool,
    /// Status.
    pub status: OrganizationStatus,
    /// Since when it exists.
    pub valid_from: Option<Date>,
    /// Its last day.
    pub valid_to: Option<Date>,
    /// The unit it was merged into.
    pub successor_id: Option<Id>,
    /// Ids in other systems, as JSON.
    pub external_ids: String,
}

impl Organization {
    /// The unit and all below it.
    pub fn subtree(&self) -> Subtree {
        Subtree {
            organization_id: self.id,
            path: self.path.clone(),
        }
    }

    /// Whether it still exists.
    pub fn is_active(&self) -> bool {
        self.status == OrganizationStatus::Active
    }
}

/// A unit's place in the tree, and what may lie there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The unit.
    pub id: Id,
    /// Its kind.
    pub kind: OrganizationKind,
    /// The unit it lies under; none for a root.
    pub parent_id: Option<Id>,
    /// As [`Organization::path`].
    pub path: String,
}

impl Located {
    /// The path of a unit under a parent.
    pub fn path_under(parent: Option<&Self>, id: Id) -> String {
        let text = id.0.simple().to_string();
        let end = text.get(20..).unwrap_or_default();
        format!("{}{end}/", parent.map_or("", |parent| parent.path.as_str()))
    }
}

impl From<Organization> for Located {
    fn from(unit: Organization) -> Self {
        Self {
            id: unit.id,
            kind: unit.kind,
            parent_id: unit.parent_id,
            path: unit.path,
        }
    }
}

/// A name and code that a unit had until a day.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = organization_names, treat_none_as_default_value = false)]
pub struct FormerName {
    /// The unit.
    pub organization_id: Id,
    /// The last day.
    pub valid_to: Date,
    /// The code until then.
    pub code: String,
    /// The name until then.
    pub name: String,
    /// The short name until then.
    pub short_name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_plain_ascii() {
        assert_eq!(
            OrganizationCode::parse("BZ-511903.T_05").unwrap().as_str(),
            "BZ-511903.T_05"
        );
        for (bad, code) in [
            ("", "required"),
            ("恩阳", "text-invalid"),
            ("a b", "text-invalid"),
            ("a/b", "text-invalid"),
            ("a\n", "text-invalid"),
        ] {
            assert_eq!(OrganizationCode::parse(bad).unwrap_err().code, code);
        }
        let long = "x".repeat(65);
        assert_eq!(OrganizationCode::parse(&long).unwrap_err().code, "too-long");
    }

    #[test]
    fn a_path_ends_with_the_last_twelve_digits_of_the_id() {
        let id = Id::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
        assert_eq!(Located::path_under(None, id), "b302099a8057/");
    }
}
