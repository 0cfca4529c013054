//! Ids of organizations, cadres and mentors in the systems that send them.
//!
//! An id is unique under its source and kind of resource. It never is a person's identity number: external ids stand in URLs.

mod changes;
mod store;

use std::collections::BTreeMap;
use std::fmt;

use deserr::{Deserr, IntoValue, Map, Value, ValuePointerRef};
use utoipa::ToSchema;

pub use changes::{AddressedId, ChangedIds, ExternalIdChanges, Writer};
pub use store::{add_many, change, find, find_many, replace, retarget};

use crate::error::{Error, Fault, FieldErrors, Result};
use crate::values::{IdentityNumber, string_value};

/// The name of a system that sends ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(String);

impl Source {
    /// Reads a source: 1 to 32 lower-case letters, digits and hyphens.
    ///
    /// # Errors
    /// `text-invalid`.
    pub fn parse(text: &str) -> std::result::Result<Self, Fault> {
        let fits = (1..=32).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault::new("text-invalid"))
        }
    }

    /// The source.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(
    Source,
    min = 1,
    max = 32,
    pattern = Some("^[a-z0-9-]{1,32}$"),
    example = "hr-portal",
    "The name of a system that sends ids."
);

/// An id in another system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalId(String);

impl ExternalId {
    /// Reads an id: 1 to 128 printable characters, not shaped like an identity number.
    ///
    /// # Errors
    /// `required`, `too-long`, or `text-invalid`.
    pub fn parse(text: &str) -> std::result::Result<Self, Fault> {
        let count = text.chars().count();
        if count == 0 {
            return Err(Fault::new("required"));
        }
        if count > 128 {
            return Err(Fault::with("too-long", &[&128]));
        }
        let printable = text.chars().all(|c| !c.is_control() && !c.is_whitespace());
        let personal = IdentityNumber::parse(text).is_ok() || is_shaped_like_identity_number(text);
        if printable && !personal {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault::new("text-invalid"))
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_shaped_like_identity_number(text: &str) -> bool {
    let (head, tail) = text.split_at_checked(17).unwrap_or((text, ""));
    head.len() == 17
        && head.bytes().all(|b| b.is_ascii_digit())
        && matches!(tail.as_bytes(), [b] if b.is_ascii_digit() || *b == b'X' || *b == b'x')
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(
    ExternalId,
    min = 1,
    max = 128,
    pattern = Some(r"^[^\s\u0000-\u001f\u007f-\u009f]{1,128}$"),
    example = "C-000371",
    "An id in another system; never an identity number."
);

/// The kinds of resources that have external ids, as the tables name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An organization.
    Organization,
    /// A cadre.
    Cadre,
    /// A mentor.
    Mentor,
}

impl Kind {
    /// The word in the tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Cadre => "cadre",
            Self::Mentor => "mentor",
        }
    }
}

/// Ids by source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExternalIds(pub BTreeMap<Source, ExternalId>);

/// Most sources one resource may have.
const MAX_SOURCES: usize = 16;

impl ExternalIds {
    /// A single id.
    pub fn one(source: Source, id: ExternalId) -> Self {
        Self(BTreeMap::from([(source, id)]))
    }

    /// The stored copy in the resource's own row.
    pub fn to_json(&self) -> String {
        let map: BTreeMap<&str, &str> = self
            .0
            .iter()
            .map(|(source, id)| (source.as_str(), id.as_str()))
            .collect();
        serde_json::Value::from_iter(map).to_string()
    }

    /// Reads the stored copy.
    ///
    /// # Errors
    /// When the copy is damaged.
    pub fn from_json(text: &str) -> Result<Self> {
        let map: BTreeMap<String, String> = serde_json::from_str(text).map_err(Error::internal)?;
        Ok(Self(
            map.into_iter()
                .map(|(source, id)| (Source(source), ExternalId(id)))
                .collect(),
        ))
    }
}

impl serde::Serialize for ExternalIds {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl Deserr<FieldErrors> for ExternalIds {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> std::result::Result<Self, FieldErrors> {
        let Value::Map(members) = value else {
            return Err(FieldErrors::one(
                crate::error::pointer(location),
                Fault::with("type", &[&"object"]),
            ));
        };
        let mut errors = FieldErrors::default();
        let mut ids = BTreeMap::new();
        if members.len() > MAX_SOURCES {
            errors.push(
                crate::error::pointer(location),
                Fault::with("out-of-range", &[&0, &MAX_SOURCES]),
            );
        }
        for (source, id) in members.into_iter() {
            let place = location.push_key(&source);
            let source = errors.collect(&crate::error::pointer(place), Source::parse(&source));
            match ExternalId::deserialize_from_value(id.into_value(), place) {
                Ok(id) => ids.extend(source.map(|source| (source, id))),
                Err(faults) => errors.extend(faults),
            }
        }
        if errors.is_empty() {
            Ok(Self(ids))
        } else {
            Err(errors)
        }
    }
}

impl utoipa::PartialSchema for ExternalIds {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Object)
            .property_names(Some(Source::schema()))
            .additional_properties(Some(ExternalId::schema()))
            .max_properties(Some(MAX_SOURCES))
            .description(Some("Ids in other systems, by source; unique per source."))
            .examples([serde_json::json!({ "hr-portal": "C-000371" })])
            .into()
    }
}

impl ToSchema for ExternalIds {}

/// Names an organization, cadre or mentor by its id in another system.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ExternalRef {
    /// The system.
    pub source: Source,
    /// The id there.
    pub external_id: ExternalId,
}

/// `source:id`, as the filter `externalId` takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcedId {
    /// The system.
    pub source: Source,
    /// The id there.
    pub id: ExternalId,
}

impl SourcedId {
    /// Reads `source:id`.
    ///
    /// # Errors
    /// `text-invalid`.
    pub fn parse(text: &str) -> std::result::Result<Self, Fault> {
        let (source, id) = text
            .split_once(':')
            .ok_or_else(|| Fault::new("text-invalid"))?;
        Ok(Self {
            source: Source::parse(source)?,
            id: ExternalId::parse(id)?,
        })
    }
}

impl fmt::Display for SourcedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.id)
    }
}

string_value!(
    SourcedId,
    min = 3,
    max = 161,
    pattern = Some(r"^[a-z0-9-]{1,32}:[^\s\u0000-\u001f\u007f-\u009f]{1,128}$"),
    example = "hr-portal:C-000371",
    "An id in another system, after the system's name and a colon."
);
/// The ids of the resources of a kind that hold an external id; a macro because the query has no type one could write down.
macro_rules! holders {
    ($kind:expr, $sourced:expr) => {{
        use crate::db::schema::external_ids;
        external_ids::table
            .filter(external_ids::resource_type.eq($kind.as_str()))
            .filter(external_ids::source.eq($sourced.source.as_str().to_owned()))
            .filter(external_ids::external_id.eq($sourced.id.as_str().to_owned()))
            .select(external_ids::resource_id)
    }};
}

pub(crate) use holders;
