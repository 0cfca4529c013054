//! What callers send about an organization.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::division_code::DivisionCode;
use super::model::{OrganizationCode, OrganizationKind, OrganizationStatus};
use super::reference::Naming;
use super::response::OrganizationResponse;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::external_ids::{ExternalIdChanges, ExternalIds, ExternalRef, SourcedId};
use crate::http::{Flag, OneOf, Patch};
use crate::http::{PatchOf, Patchable, read_only};
use crate::values::{Date, Text};

/// A new unit. At most one of `parentId`, `parentCode` and `parentRef` names the unit it lies under; a root has none.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<OrganizationResponse, CreateOrganization>)]
#[schema(rename_all = "camelCase", example = json!({
    "code": "BZ-DSJ",
    "name": "巴中市大数据管理局",
    "shortName": "市大数据局",
    "kind": "CITY_ORGAN",
    "parentId": "0189857f-7a00-7000-8000-000000000001",
    "divisionCode": "511900",
    "externalIds": { "hr-portal": "U-4711" }
}))]
pub struct CreateOrganization {
    /// An id of the caller's own, UUID version 7, for apps that work offline.
    #[deserr(default)]
    pub id: Option<Id>,
    /// Code, unique among all units.
    pub code: OrganizationCode,
    /// Full name.
    pub name: Text<200>,
    /// Short name.
    #[deserr(default)]
    pub short_name: Option<Text<100>>,
    /// What the unit is.
    pub kind: OrganizationKind,
    /// The unit it lies under.
    #[deserr(default)]
    pub parent_id: Option<Id>,
    /// The code of the unit it lies under.
    #[deserr(default)]
    pub parent_code: Option<OrganizationCode>,
    /// The id in another system of the unit it lies under.
    #[deserr(default)]
    pub parent_ref: Option<ExternalRef>,
    /// Where it lies, GB/T 2260 or GB/T 10114.
    #[deserr(default)]
    pub division_code: Option<DivisionCode>,
    /// Whether it is remote, as the city's department decides; `false` unless said otherwise.
    #[deserr(default)]
    pub remote: Option<bool>,
    /// Since when it exists, not in the future.
    #[deserr(default)]
    pub valid_from: Option<Date>,
    /// Ids in other systems, by source.
    #[deserr(default)]
    pub external_ids: Option<ExternalIds>,
}

/// Changes to a unit: absent members stay, null clears.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<OrganizationResponse, CreateOrganization>)]
#[schema(as = PutOrganization, rename_all = "camelCase", example = json!({
    "code": "BZ-SJJ",
    "name": "巴中市数据局",
    "shortName": "市数据局",
    "kind": "CITY_ORGAN",
    "parentId": "0189857f-7a00-7000-8000-000000000001",
    "divisionCode": "511900",
    "remote": false
}))]
pub struct OrganizationInput {
    /// Another code is a renaming as of today; only by external id. To give the day, use `_rename`.
    #[deserr(default)]
    #[schema(value_type = Option<OrganizationCode>)]
    pub code: Patch<OrganizationCode>,
    /// Full name, corrected. A unit that is called otherwise from some day on is renamed by `_rename`.
    #[deserr(default)]
    #[schema(value_type = Option<Text<200>>)]
    pub name: Patch<Text<200>>,
    /// Short name.
    #[deserr(default)]
    #[schema(value_type = Option<Text<100>>)]
    pub short_name: Patch<Text<100>>,
    /// What the unit is.
    #[deserr(default)]
    #[schema(value_type = Option<OrganizationKind>)]
    pub kind: Patch<OrganizationKind>,
    /// Another parent is a move as of today; only by external id. To give the day, use `_move`.
    #[deserr(default)]
    #[schema(value_type = Option<Id>)]
    pub parent_id: Patch<Id>,
    /// The code of the parent, as `parentId`.
    #[deserr(default)]
    pub parent_code: Option<OrganizationCode>,
    /// The parent's id in another system, as `parentId`.
    #[deserr(default)]
    pub parent_ref: Option<ExternalRef>,
    /// Where it lies, GB/T 2260 or GB/T 10114.
    #[deserr(default)]
    #[schema(value_type = Option<DivisionCode>)]
    pub division_code: Patch<DivisionCode>,
    /// Whether it is remote.
    #[deserr(default)]
    #[schema(value_type = Option<bool>)]
    pub remote: Patch<bool>,
    /// Since when it exists, not in the future.
    #[deserr(default)]
    #[schema(value_type = Option<Date>)]
    pub valid_from: Patch<Date>,
    /// Ids in other systems, by source: those sent are set, null ones removed, others stay; that of the address always stays.
    #[deserr(default)]
    #[schema(value_type = Option<ExternalIdChanges>)]
    pub external_ids: Patch<ExternalIdChanges>,
}

impl Patchable for OrganizationInput {
    const NOT_PATCHED: &'static [&'static str] = &["code", "parentId", "parentCode", "parentRef"];
}

/// Changes to an organization by merge patch.
pub type PatchOrganization = PatchOf<OrganizationInput>;

impl OrganizationInput {
    /// How the parent is named.
    pub fn parent(&self) -> Naming<'_> {
        Naming {
            id: match self.parent_id {
                Patch::Value(id) => Some(id),
                Patch::Absent | Patch::Null => None,
            },
            code: self.parent_code.as_ref().map(OrganizationCode::as_str),
            external: self.parent_ref.as_ref(),
        }
    }
}

impl From<CreateOrganization> for OrganizationInput {
    fn from(new: CreateOrganization) -> Self {
        Self {
            code: Patch::Value(new.code),
            name: Patch::Value(new.name),
            short_name: Patch::given(new.short_name),
            kind: Patch::Value(new.kind),
            parent_id: Patch::given(new.parent_id),
            parent_code: new.parent_code,
            parent_ref: new.parent_ref,
            division_code: Patch::given(new.division_code),
            remote: Patch::given(new.remote),
            valid_from: Patch::given(new.valid_from),
            external_ids: Patch::given(new.external_ids.map(ExternalIdChanges::from)),
        }
    }
}

/// A new name from a day on.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct RenameOrganization {
    /// Full name.
    pub name: Text<200>,
    /// Short name; stays when absent.
    #[deserr(default)]
    #[schema(value_type = Option<Text<100>>)]
    pub short_name: Patch<Text<100>>,
    /// Code; stays when absent.
    #[deserr(default)]
    pub code: Option<OrganizationCode>,
    /// The first day of the new name, not in the future.
    pub effective_on: Date,
}

/// A new place in the tree from a day on. Exactly one of `parentId`, `parentCode` and `parentRef` is given; `parentId` null
/// makes a root.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct MoveOrganization {
    /// The unit it lies under from then on.
    #[deserr(default)]
    #[schema(value_type = Option<Id>)]
    pub parent_id: Patch<Id>,
    /// That unit's code.
    #[deserr(default)]
    pub parent_code: Option<OrganizationCode>,
    /// That unit's id in another system.
    #[deserr(default)]
    pub parent_ref: Option<ExternalRef>,
    /// The first day in the new place, not in the future.
    pub effective_on: Date,
    /// `true` answers what would happen, grants that would reach further included, and changes nothing.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// The end of a unit: another takes everything over. Exactly one of `intoId`, `intoCode` and `intoRef` is given.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct MergeOrganization {
    /// The unit that takes over.
    #[deserr(default)]
    pub into_id: Option<Id>,
    /// That unit's code.
    #[deserr(default)]
    pub into_code: Option<OrganizationCode>,
    /// That unit's id in another system.
    #[deserr(default)]
    pub into_ref: Option<ExternalRef>,
    /// The first day without the merged unit, not in the future.
    pub effective_on: Date,
    /// `true` answers what would happen and changes nothing.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// Filters of the list of organizations.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct OrganizationFilters {
    /// With this code, now or formerly.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub code: Option<OrganizationCode>,
    /// Directly under this unit.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub parent_id: Option<Id>,
    /// Of these kinds.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub kind: Option<OneOf<OrganizationKind>>,
    /// In this division.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub division_code: Option<DivisionCode>,
    /// Remote ones, or others.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub remote: Option<Flag>,
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<OrganizationStatus>>,
    /// With this id in another system.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub external_id: Option<SourcedId>,
    /// Whose name or code, now or formerly, or the pinyin initials of a name, begin so.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub q: Option<Text<200>>,
}
