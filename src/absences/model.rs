//! What is stored, sent and received of an absence.

use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::db::schema::absences;
use crate::db::{Id, UtcTimestamp};
use crate::error::FieldErrors;
use crate::external_ids::ExternalRef;
use crate::http::read_only;
use crate::http::{Integer, OneOf, Patch, versioned};
use crate::values::{Date, DateBound, text_enum};

text_enum! {
    /// Why someone is away, as far as the rules ask.
    pub enum AbsenceKind {
        /// Sick leave; counts towards R02.
        Sick = "SICK",
        /// Personal leave; counts towards R02.
        Personal = "PERSONAL",
        /// Pregnancy.
        Pregnancy = "PREGNANCY",
        /// Maternity leave.
        Maternity = "MATERNITY",
        /// Nursing.
        Nursing = "NURSING",
        /// Study away from the post.
        Study = "STUDY",
        /// Another reason.
        Other = "OTHER",
    }
}

/// Most working days that one absence may count.
pub const MAX_WORKING_DAYS: i32 = 1000;

/// An absence as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = absences, treat_none_as_null = true)]
pub struct Absence {
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
    /// Whose it is.
    pub cadre_id: Id,
    /// Why.
    pub kind: AbsenceKind,
    /// The first day.
    pub starts_on: Date,
    /// The last day, when known.
    pub ends_on: Option<Date>,
    /// Working days missed, when known.
    pub working_days: Option<i32>,
}

/// An absence of a cadre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Absence)]
pub struct AbsenceResponse {
    /// The absence's id.
    pub id: Id,
    /// Grows by one with each change.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// The cadre.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: String,
    /// Why.
    pub kind: AbsenceKind,
    /// The first day.
    pub starts_on: Date,
    /// The last day; null while it is not known.
    pub ends_on: Option<Date>,
    /// Working days missed; more than 40 in probation call for an extension (R02).
    #[schema(minimum = 0, maximum = 1000)]
    pub working_days: Option<i32>,
}

versioned!(AbsenceResponse, "absence");

impl AbsenceResponse {
    /// The absence with the cadre's name.
    pub fn from_row(row: Absence, cadre_name: String) -> Self {
        Self {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            cadre_id: row.cadre_id,
            cadre_name,
            kind: row.kind,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            working_days: row.working_days,
        }
    }
}

/// A new absence. Exactly one of `cadreId` and `cadreRef` names the cadre.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<AbsenceResponse, CreateAbsence>)]
#[schema(rename_all = "camelCase")]
pub struct CreateAbsence {
    /// An id of the caller's own.
    #[deserr(default)]
    pub id: Option<Id>,
    /// The cadre.
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// The cadre's id in another system.
    #[deserr(default)]
    pub cadre_ref: Option<ExternalRef>,
    /// Why.
    pub kind: AbsenceKind,
    /// The first day.
    pub starts_on: Date,
    /// The last day, when known.
    #[deserr(default)]
    pub ends_on: Option<Date>,
    /// Working days missed, when known.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 1000)]
    #[deserr(default)]
    pub working_days: Option<Integer<0, MAX_WORKING_DAYS>>,
}

/// Changes to an absence.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<AbsenceResponse, CreateAbsence>)]
#[schema(rename_all = "camelCase")]
pub struct PatchAbsence {
    /// Why.
    #[deserr(default)]
    #[schema(value_type = Option<AbsenceKind>)]
    pub kind: Patch<AbsenceKind>,
    /// The first day.
    #[deserr(default)]
    #[schema(value_type = Option<Date>)]
    pub starts_on: Patch<Date>,
    /// The last day.
    #[deserr(default)]
    #[schema(value_type = Option<Date>)]
    pub ends_on: Patch<Date>,
    /// Working days missed.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 1000)]
    pub working_days: Patch<Integer<0, MAX_WORKING_DAYS>>,
}

/// Filters of the list of absences.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct AbsenceFilters {
    /// Of this cadre.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// Of these kinds.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub kind: Option<OneOf<AbsenceKind>>,
    /// That began on this day or later.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub starts_on_gte: Option<DateBound>,
    /// That began on this day or earlier.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub starts_on_lte: Option<DateBound>,
}
