//! What is stored, sent and shown of a declared kinship.

use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::codes::KinshipCode;
use crate::db::schema::kinships;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::error::FieldErrors;
use crate::http::read_only;
use crate::http::{Visible, versioned};
use crate::values::text_enum;

/// Two persons stand in one row.
pub const PAIR_KEY: UniqueKey = UniqueKey::new(
    "kinships_pair_key",
    "kinships.person_a_type, kinships.person_a_id, kinships.person_b_type, kinships.person_b_id",
);

text_enum! {
    /// The kind of record that stands for a person.
    pub enum PersonType {
        /// A cadre.
        Cadre = "CADRE",
        /// A mentor.
        Mentor = "MENTOR",
        /// A user of the service.
        User = "USER",
    }
}

/// A person, named by one of their records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(as = PersonReference)]
pub struct Person {
    /// The kind of record.
    #[deserr(rename = "type")]
    #[schema(rename = "type")]
    pub kind: PersonType,
    /// The record's id.
    pub id: Id,
}

impl Person {
    /// The person of a cadre's record.
    pub const fn cadre(id: Id) -> Self {
        Self {
            kind: PersonType::Cadre,
            id,
        }
    }

    /// The person of a mentor's record.
    pub const fn mentor(id: Id) -> Self {
        Self {
            kind: PersonType::Mentor,
            id,
        }
    }

    /// The person who uses an account.
    pub const fn user(id: Id) -> Self {
        Self {
            kind: PersonType::User,
            id,
        }
    }
}

/// A declared kinship as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = kinships, treat_none_as_default_value = false)]
pub struct Kinship {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was declared.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Who declared it.
    pub created_by: Option<Id>,
    /// What kind of record names A.
    pub person_a_type: PersonType,
    /// A.
    pub person_a_id: Id,
    /// What kind of record names B.
    pub person_b_type: PersonType,
    /// B.
    pub person_b_id: Id,
    /// What B is to A.
    pub relation: KinshipCode,
}

impl Kinship {
    /// A and B.
    pub fn persons(&self) -> [Person; 2] {
        let a = Person {
            kind: self.person_a_type,
            id: self.person_a_id,
        };
        let b = Person {
            kind: self.person_b_type,
            id: self.person_b_id,
        };
        [a, b]
    }
}

/// A kinship to declare.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<KinshipResponse, CreateKinship>)]
#[schema(rename_all = "camelCase", example = json!({
    "personA": { "type": "CADRE", "id": "0189857f-7a00-7000-8000-000000000001" },
    "personB": { "type": "MENTOR", "id": "0189857f-7a00-7000-8000-000000000001" },
    "relation": "74"
}))]
pub struct CreateKinship {
    /// An id of the caller's own, UUID version 7, for apps that work offline.
    #[deserr(default)]
    pub id: Option<Id>,
    /// One person.
    pub person_a: Person,
    /// The other.
    pub person_b: Person,
    /// What B is to A.
    pub relation: KinshipCode,
}

/// A person of a declared kinship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = KinshipPerson)]
pub struct PersonResponse {
    /// The kind of record that names the person.
    #[serde(rename = "type")]
    pub kind: PersonType,
    /// The record's id.
    pub id: Id,
    /// The person's name, for those who may see the person.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = String, max_length = 100, required = false)]
    pub name: Visible<String>,
}

/// A declared kinship between two persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Kinship)]
pub struct KinshipResponse {
    /// The declaration's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was declared.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// One person.
    pub person_a: PersonResponse,
    /// The other.
    pub person_b: PersonResponse,
    /// What B is to A.
    pub relation: KinshipCode,
}

versioned!(KinshipResponse, "kinship");

/// Filters of the list of kinships.
#[derive(Debug, Clone, Default, Deserr, IntoParams, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct KinshipFilters {
    /// Of this person, on either side and by whichever of their records.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub person_id: Option<Id>,
    /// Of this relation.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub relation: Option<KinshipCode>,
}
