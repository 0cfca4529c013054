//! What callers send about a cadre.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::model::{Cadre, CadreStatus, Mentoring, Phase, PostCategory};
use super::response::CadreResponse;
use crate::codes::{
    DegreeCode, EducationLevelCode, EthnicityCode, PoliticalStatusCode, RankCode,
    RecruitmentChannelCode, RegionCode, SexCode,
};
use crate::db::{Id, UtcTimestamp};
use crate::error::FieldErrors;
use crate::external_ids::{ExternalIdChanges, ExternalIds, ExternalRef, SourcedId};
use crate::http::{Flag, OneOf, Patch};
use crate::http::{PatchOf, Patchable, read_only};
use crate::organizations::OrganizationCode;
use crate::values::{
    Date, DateBound, IdentityNumber, PartialDate, PersonName, PhoneNumber, Text, patches, text_enum,
};

/// A new cadre. Exactly one of `organizationId`, `organizationCode` and `organizationRef` names the unit.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<CadreResponse, CreateCadre>)]
#[schema(rename_all = "camelCase", example = json!({
    "name": "李雨瑶",
    "sex": "2",
    "birthDate": "1998-03-15",
    "ethnicity": "01",
    "politicalStatus": "03",
    "identityNumber": "990001199803150026",
    "phone": "10015499830",
    "nativePlace": "511902",
    "householdRegistration": "511902",
    "educationLevel": "21",
    "school": "四川农业大学",
    "major": "农学",
    "organizationId": "0189857f-7a00-7000-8000-000000000001",
    "postTitle": "一级科员",
    "postCategory": "GRASSROOTS",
    "reportedOn": "2023-07-24",
    "externalIds": { "hr-portal": "P-4711" }
}))]
pub struct CreateCadre {
    /// An id of the caller's own, UUID version 7, for apps that work offline.
    #[deserr(default)]
    pub id: Option<Id>,
    /// Name.
    pub name: PersonName,
    /// Sex, GB/T 2261.1.
    #[deserr(default)]
    pub sex: Option<SexCode>,
    /// Date of birth; `YYYY-MM` where only the month is known.
    #[deserr(default)]
    pub birth_date: Option<PartialDate>,
    /// Ethnic group, GB/T 3304.
    #[deserr(default)]
    pub ethnicity: Option<EthnicityCode>,
    /// Political status, GB/T 4762.
    #[deserr(default)]
    pub political_status: Option<PoliticalStatusCode>,
    /// Identity number, GB 11643; unique, consistent with sex and date of birth.
    #[deserr(default)]
    pub identity_number: Option<IdentityNumber>,
    /// Phone number.
    #[deserr(default)]
    pub phone: Option<PhoneNumber>,
    /// Native place, GB/T 2260.
    #[deserr(default)]
    pub native_place: Option<RegionCode>,
    /// Registered residence, GB/T 2260.
    #[deserr(default)]
    pub household_registration: Option<RegionCode>,
    /// Education, GB/T 4658.
    #[deserr(default)]
    pub education_level: Option<EducationLevelCode>,
    /// Degree, GB/T 6864.
    #[deserr(default)]
    pub degree: Option<DegreeCode>,
    /// School of graduation.
    #[deserr(default)]
    pub school: Option<Text<100>>,
    /// Subject studied.
    #[deserr(default)]
    pub major: Option<Text<100>>,
    /// The unit.
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// The unit's code.
    #[deserr(default)]
    pub organization_code: Option<OrganizationCode>,
    /// The unit's id in another system.
    #[deserr(default)]
    pub organization_ref: Option<ExternalRef>,
    /// Post.
    #[deserr(default)]
    pub post_title: Option<Text<100>>,
    /// Kind of post.
    #[deserr(default)]
    pub post_category: Option<PostCategory>,
    /// Rank.
    #[deserr(default)]
    pub rank: Option<RankCode>,
    /// How recruited.
    #[deserr(default)]
    pub recruitment_channel: Option<RecruitmentChannelCode>,
    /// Day of reporting to the unit, not in the future.
    pub reported_on: Date,
    /// Ids in other systems, by source.
    #[deserr(default)]
    pub external_ids: Option<ExternalIds>,
}

/// Changes to a cadre: absent members stay, null clears.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<CadreResponse, CreateCadre>)]
#[schema(as = PutCadre, rename_all = "camelCase")]
pub struct CadreInput {
    /// Name.
    #[deserr(default)]
    #[schema(value_type = Option<PersonName>)]
    pub name: Patch<PersonName>,
    /// Sex, GB/T 2261.1.
    #[deserr(default)]
    #[schema(value_type = Option<SexCode>)]
    pub sex: Patch<SexCode>,
    /// Date of birth.
    #[deserr(default)]
    #[schema(value_type = Option<PartialDate>)]
    pub birth_date: Patch<PartialDate>,
    /// Ethnic group, GB/T 3304.
    #[deserr(default)]
    #[schema(value_type = Option<EthnicityCode>)]
    pub ethnicity: Patch<EthnicityCode>,
    /// Political status, GB/T 4762.
    #[deserr(default)]
    #[schema(value_type = Option<PoliticalStatusCode>)]
    pub political_status: Patch<PoliticalStatusCode>,
    /// Identity number; a change of a known number needs `reason`.
    #[deserr(default)]
    #[schema(value_type = Option<IdentityNumber>)]
    pub identity_number: Patch<IdentityNumber>,
    /// Phone number.
    #[deserr(default)]
    #[schema(value_type = Option<PhoneNumber>)]
    pub phone: Patch<PhoneNumber>,
    /// Native place, GB/T 2260.
    #[deserr(default)]
    #[schema(value_type = Option<RegionCode>)]
    pub native_place: Patch<RegionCode>,
    /// Registered residence, GB/T 2260.
    #[deserr(default)]
    #[schema(value_type = Option<RegionCode>)]
    pub household_registration: Patch<RegionCode>,
    /// Education, GB/T 4658.
    #[deserr(default)]
    #[schema(value_type = Option<EducationLevelCode>)]
    pub education_level: Patch<EducationLevelCode>,
    /// Degree, GB/T 6864.
    #[deserr(default)]
    #[schema(value_type = Option<DegreeCode>)]
    pub degree: Patch<DegreeCode>,
    /// School of graduation.
    #[deserr(default)]
    #[schema(value_type = Option<Text<100>>)]
    pub school: Patch<Text<100>>,
    /// Subject studied.
    #[deserr(default)]
    #[schema(value_type = Option<Text<100>>)]
    pub major: Patch<Text<100>>,
    /// Another unit is a transfer as of today; only by external id. To give the day, use `_transfer`.
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// The unit's code, as `organizationId`.
    #[deserr(default)]
    pub organization_code: Option<OrganizationCode>,
    /// The unit's id in another system, as `organizationId`.
    #[deserr(default)]
    pub organization_ref: Option<ExternalRef>,
    /// Post.
    #[deserr(default)]
    #[schema(value_type = Option<Text<100>>)]
    pub post_title: Patch<Text<100>>,
    /// Kind of post.
    #[deserr(default)]
    #[schema(value_type = Option<PostCategory>)]
    pub post_category: Patch<PostCategory>,
    /// Rank.
    #[deserr(default)]
    #[schema(value_type = Option<RankCode>)]
    pub rank: Patch<RankCode>,
    /// How recruited.
    #[deserr(default)]
    #[schema(value_type = Option<RecruitmentChannelCode>)]
    pub recruitment_channel: Patch<RecruitmentChannelCode>,
    /// Day of reporting to the unit.
    #[deserr(default)]
    #[schema(value_type = Option<Date>)]
    pub reported_on: Patch<Date>,
    /// Ids in other systems, by source: those sent are set, null ones removed, others stay; that of the address always stays.
    #[deserr(default)]
    #[schema(value_type = Option<ExternalIdChanges>)]
    pub external_ids: Patch<ExternalIdChanges>,
    /// Why the identity number changes.
    #[deserr(default)]
    pub reason: Option<Text<500>>,
}

impl Patchable for CadreInput {
    const NOT_PATCHED: &'static [&'static str] =
        &["organizationId", "organizationCode", "organizationRef"];
}

patches! {
    CadreInput => Cadre,
    required: [name, reported_on],
    optional: [
        sex, birth_date, ethnicity, political_status, native_place, household_registration, education_level, degree,
        school, major, post_title, post_category, rank, recruitment_channel,
    ],
    by_hand: [identity_number, phone, organization_id, organization_code, organization_ref, external_ids, reason],
    also_changed: [phone_encrypted as "phone", organization_id, non_local, external_ids],
}

/// Changes to a cadre by merge patch.
pub type PatchCadre = PatchOf<CadreInput>;

impl From<CreateCadre> for CadreInput {
    fn from(new: CreateCadre) -> Self {
        Self {
            name: Patch::Value(new.name),
            sex: Patch::given(new.sex),
            birth_date: Patch::given(new.birth_date),
            ethnicity: Patch::given(new.ethnicity),
            political_status: Patch::given(new.political_status),
            identity_number: Patch::given(new.identity_number),
            phone: Patch::given(new.phone),
            native_place: Patch::given(new.native_place),
            household_registration: Patch::given(new.household_registration),
            education_level: Patch::given(new.education_level),
            degree: Patch::given(new.degree),
            school: Patch::given(new.school),
            major: Patch::given(new.major),
            organization_id: new.organization_id,
            organization_code: new.organization_code,
            organization_ref: new.organization_ref,
            post_title: Patch::given(new.post_title),
            post_category: Patch::given(new.post_category),
            rank: Patch::given(new.rank),
            recruitment_channel: Patch::given(new.recruitment_channel),
            reported_on: Patch::Value(new.reported_on),
            external_ids: Patch::given(new.external_ids.map(ExternalIdChanges::from)),
            reason: None,
        }
    }
}

text_enum! {
    /// What `nonLocal` asks for.
    pub enum NonLocalFilter {
        /// Registered outside the unit's prefecture.
        Prefecture = "PREFECTURE",
        /// Registered outside the unit's county.
        County = "COUNTY",
    }
}

/// Filters of the list of cadres.
#[derive(Debug, Clone, Default, Deserr, IntoParams, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct CadreFilters {
    /// Of this unit and those below it.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// `false` leaves the units below out.
    #[param(required = false, inline)]
    #[schema(value_type = Option<bool>)]
    #[deserr(default)]
    pub subtree: Option<Flag>,
    /// In these years of the programme.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub phase: Option<OneOf<Phase>>,
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<CadreStatus>>,
    /// In these kinds of posts.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub post_category: Option<OneOf<PostCategory>>,
    /// With two, one or no mentor.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub mentoring: Option<OneOf<Mentoring>>,
    /// Registered outside the unit's prefecture, or county.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub non_local: Option<NonLocalFilter>,
    /// In remote units, or in others.
    #[param(required = false, inline)]
    #[schema(value_type = Option<bool>)]
    #[deserr(default)]
    pub remote: Option<Flag>,
    /// Reported on this day or later.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub reported_on_gte: Option<DateBound>,
    /// Reported on this day or earlier.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub reported_on_lte: Option<DateBound>,
    /// Changed at this moment or later.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub updated_at_gte: Option<UtcTimestamp>,
    /// With this id in another system.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub external_id: Option<SourcedId>,
    /// Whose name, or its pinyin initials, begin so.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub q: Option<Text<60>>,
}

text_enum! {
    /// Members that can be shown in full.
    pub enum Revealed {
        /// The identity number.
        IdentityNumber = "identityNumber",
        /// The phone number.
        Phone = "phone",
    }
}

/// What to show in full.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct RevealQuery {
    /// Members to show in full; journaled.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub reveal: Option<OneOf<Revealed>>,
}
