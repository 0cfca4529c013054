//! A cadre as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Cadre, CadreRecord, CadreStatus, Mentoring, NonLocal, Phase, PostCategory};
use super::rules::{probation_shortfall, standing};
use super::sealed_store;
use crate::access::visibility::{CadreMember, CadreViewer, Visibility, cadre_visibility};
use crate::access::{Permission, Reach};
use crate::codes::{
    DegreeCode, EducationLevelCode, EthnicityCode, PoliticalStatusCode, RankCode,
    RecruitmentChannelCode, RegionCode, SexCode,
};
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::external_ids::ExternalIds;
use crate::http::{Visible, versioned};
use crate::listing::Fields;
use crate::transitions::{self, Resource};
use crate::values::{Date, PartialDate, PhoneNumber};

/// Whether the registered residence lies outside the unit's prefecture and county.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NonLocal)]
pub struct NonLocalResponse {
    /// Outside the unit's prefecture.
    pub prefecture: bool,
    /// Outside the unit's county; in a city's organs the same as `prefecture`.
    pub county: bool,
}

/// A newly recruited cadre, as the caller may see them. Members that the caller may not see are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Cadre)]
pub struct CadreResponse {
    /// The cadre's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// Name.
    #[schema(max_length = 60, example = "李雨瑶")]
    pub name: String,
    /// Whether in the programme.
    pub status: CadreStatus,
    /// Ids in other systems, by source.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = ExternalIds, required = false)]
    pub external_ids: Visible<ExternalIds>,
    /// Sex, GB/T 2261.1.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<SexCode>, required = false)]
    pub sex: Visible<Option<SexCode>>,
    /// Date of birth; `YYYY-MM` where only the month is known.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<PartialDate>, required = false)]
    pub birth_date: Visible<Option<PartialDate>>,
    /// Ethnic group, GB/T 3304.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<EthnicityCode>, required = false)]
    pub ethnicity: Visible<Option<EthnicityCode>>,
    /// Political status, GB/T 4762.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<PoliticalStatusCode>, required = false)]
    pub political_status: Visible<Option<PoliticalStatusCode>>,
    /// Identity number, masked; in full only by `reveal=identityNumber`, which is journaled.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 18, required = false, example = "9900************18")]
    pub identity_number: Visible<Option<String>>,
    /// Phone number, masked for staff; in full by `reveal=phone`, which is journaled.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 16, required = false, example = "100****9830")]
    pub phone: Visible<Option<String>>,
    /// Native place, GB/T 2260.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<RegionCode>, required = false)]
    pub native_place: Visible<Option<RegionCode>>,
    /// Registered residence, GB/T 2260.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<RegionCode>, required = false)]
    pub household_registration: Visible<Option<RegionCode>>,
    /// Education, GB/T 4658.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<EducationLevelCode>, required = false)]
    pub education_level: Visible<Option<EducationLevelCode>>,
    /// Degree, GB/T 6864.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<DegreeCode>, required = false)]
    pub degree: Visible<Option<DegreeCode>>,
    /// School of graduation.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 100, required = false)]
    pub school: Visible<Option<String>>,
    /// Subject studied.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 100, required = false)]
    pub major: Visible<Option<String>>,
    /// Unit.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Id, required = false)]
    pub organization_id: Visible<Id>,
    /// The unit's name.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = String, max_length = 200, required = false)]
    pub organization_name: Visible<String>,
    /// Post.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 100, required = false)]
    pub post_title: Visible<Option<String>>,
    /// Kind of post; decides the default pairing style.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<PostCategory>, required = false)]
    pub post_category: Visible<Option<PostCategory>>,
    /// Rank in the parallel system of posts and ranks.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<RankCode>, required = false)]
    pub rank: Visible<Option<RankCode>>,
    /// How recruited.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<RecruitmentChannelCode>, required = false)]
    pub recruitment_channel: Visible<Option<RecruitmentChannelCode>>,
    /// Day of reporting to the unit; phases and probation count from it.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Date, required = false)]
    pub reported_on: Visible<Date>,
    /// Year of the programme today (R30).
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Phase, required = false)]
    pub phase: Visible<Phase>,
    /// First day of the next phase; null after the third year.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<Date>, required = false)]
    pub phase_ends_on: Visible<Option<Date>>,
    /// First day off probation (R01, R02).
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Date, required = false)]
    pub probation_ends_on: Visible<Date>,
    /// Whether on probation today.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = bool, required = false)]
    pub on_probation: Visible<bool>,
    /// Working days of sick and personal leave in probation beyond those that do no harm (R02), which `_extend` makes up; null
    /// where there are none.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1000, required = false)]
    pub probation_shortfall_days: Visible<Option<i32>>,
    /// How far from home; null without a registered residence.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<NonLocalResponse>, required = false)]
    pub non_local: Visible<Option<NonLocalResponse>>,
    /// Whether the unit is remote.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = bool, required = false)]
    pub remote: Visible<bool>,
    /// How many of the two mentors are there.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Mentoring, required = false)]
    pub mentoring: Visible<Mentoring>,
    /// Whether an absence covers today.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = bool, required = false)]
    pub on_leave: Visible<bool>,
    /// The political mentor.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<Id>, required = false)]
    pub political_mentor_id: Visible<Option<Id>>,
    /// The political mentor's name.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 60, required = false)]
    pub political_mentor_name: Visible<Option<String>>,
    /// The professional mentor.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<Id>, required = false)]
    pub professional_mentor_id: Visible<Option<Id>>,
    /// The professional mentor's name.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 60, required = false)]
    pub professional_mentor_name: Visible<Option<String>>,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<Cadre>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(CadreResponse, "cadre");

/// As whom the caller looks at a cadre of the present unit; `None` when the row is not visible to them.
pub fn viewer(record: &CadreRecord, reach: &Reach) -> Option<CadreViewer> {
    let cadre = &record.cadre;
    let mentors = [cadre.political_mentor_id, cadre.professional_mentor_id];
    if reach.cadre_id == Some(cadre.id) {
        return Some(CadreViewer::Subject);
    }
    if reach.covers(&record.organization.path) {
        return Some(CadreViewer::Staff);
    }
    reach.guides(mentors).then_some(CadreViewer::OwnMentor)
}

/// As whom a caller sees the cadre whom an operation has reached: one person is the same in the replies of all operations, whatever
/// the reach of the operation's own permission.
pub fn viewer_of(record: &CadreRecord, context: &Context) -> Option<CadreViewer> {
    let reached = viewer(record, &context.reach)?;
    let read = viewer(record, &context.reach_of(Permission::CadresRead));
    Some(read.map_or(reached, |read| read.max(reached)))
}

impl CadreResponse {
    /// The cadre as `viewer` sees it, of a row that was read for these members.
    ///
    /// # Errors
    /// When the phone number cannot be decrypted.
    pub fn from_record(
        record: CadreRecord,
        viewer: CadreViewer,
        fields: &Fields,
        context: &Context,
    ) -> Result<Self> {
        let allowed_actions = fields.when("allowedActions", || allowed_actions(&record, context));
        let CadreRecord {
            cadre,
            organization,
            political_mentor_name,
            professional_mentor_name,
            on_leave,
        } = record;
        let visibility = |member| cadre_visibility(viewer, member);
        let programme = visibility(CadreMember::Programme) == Visibility::Shown;
        let placement = visibility(CadreMember::Placement) == Visibility::Shown;
        let personal = visibility(CadreMember::Personal) == Visibility::Shown;
        let origin = visibility(CadreMember::Origin) == Visibility::Shown;
        let standing = standing(&cadre, context.today);
        let non_local = cadre.non_local.map(|distance| NonLocalResponse {
            prefecture: distance == NonLocal::Prefecture,
            county: distance != NonLocal::None,
        });
        let shortfall =
            Some(probation_shortfall(&cadre)).filter(|days| standing.on_probation && *days > 0);
        Ok(Self {
            id: cadre.id,
            version: cadre.version,
            created_at: cadre.created_at,
            updated_at: cadre.updated_at,
            status: cadre.status,
            sex: Visible::when(personal, || cadre.sex),
            birth_date: Visible::when(personal, || cadre.birth_date),
            ethnicity: Visible::when(origin, || cadre.ethnicity),
            political_status: Visible::when(personal, || cadre.political_status),
            identity_number: match visibility(CadreMember::IdentityNumber) {
                Visibility::Absent => Visible::Hidden,
                Visibility::Masked | Visibility::Shown => Visible::Shown(cadre.identity_masked),
            },
            phone: phone(
                &cadre.id,
                cadre.phone_encrypted.as_deref(),
                visibility(CadreMember::Phone),
                context,
            )?,
            native_place: Visible::when(origin, || cadre.native_place),
            household_registration: Visible::when(origin, || cadre.household_registration),
            education_level: Visible::when(personal, || cadre.education_level),
            degree: Visible::when(personal, || cadre.degree),
            external_ids: if programme && fields.has("externalIds") {
                Visible::Shown(ExternalIds::from_json(&cadre.external_ids)?)
            } else {
                Visible::Hidden
            },
            school: Visible::when(programme, || cadre.school),
            major: Visible::when(programme, || cadre.major),
            organization_id: Visible::when(programme, || cadre.organization_id),
            organization_name: Visible::when(programme, || organization.name),
            post_title: Visible::when(placement, || cadre.post_title),
            post_category: Visible::when(programme, || cadre.post_category),
            rank: Visible::when(programme, || cadre.rank),
            recruitment_channel: Visible::when(programme, || cadre.recruitment_channel),
            reported_on: Visible::when(programme, || cadre.reported_on),
            phase: Visible::when(placement, || standing.phase),
            phase_ends_on: Visible::when(programme, || standing.phase_ends_on),
            probation_ends_on: Visible::when(programme, || standing.probation_ends_on),
            on_probation: Visible::when(programme, || standing.on_probation),
            probation_shortfall_days: Visible::when(programme, || shortfall),
            non_local: Visible::when(programme, || non_local),
            remote: Visible::when(programme, || organization.remote),
            mentoring: Visible::when(programme, || cadre.mentoring),
            on_leave: Visible::when(programme, || on_leave),
            political_mentor_id: Visible::when(programme, || cadre.political_mentor_id),
            political_mentor_name: Visible::when(placement, || political_mentor_name),
            professional_mentor_id: Visible::when(programme, || cadre.professional_mentor_id),
            professional_mentor_name: Visible::when(placement, || professional_mentor_name),
            name: cadre.name,
            allowed_actions,
        })
    }
}

fn phone(
    id: &Id,
    encrypted: Option<&[u8]>,
    visibility: Visibility,
    context: &Context,
) -> Result<Visible<Option<String>>> {
    if visibility == Visibility::Absent {
        return Ok(Visible::Hidden);
    }
    let number = encrypted
        .map(|stored| {
            context
                .deps
                .vault
                .open_text(sealed_store::phone(id), stored)
        })
        .transpose()?;
    let masked = |number: String| {
        PhoneNumber::parse(&number).map_or_else(|_| "***".to_owned(), |number| number.masked())
    };
    Ok(Visible::Shown(if visibility == Visibility::Masked {
        number.map(masked)
    } else {
        number
    }))
}

/// What this caller could do with this cadre now.
fn allowed_actions(record: &CadreRecord, context: &Context) -> Vec<&'static str> {
    let may = |permission| {
        context
            .reach_of(permission)
            .covers(&record.organization.path)
    };
    transitions::allowed::<Cadre>(record.cadre.state(context), may)
}
