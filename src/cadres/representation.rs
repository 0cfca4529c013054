//! A cadre as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Cadre, CadreStatus, Mentoring, NonLocal, Phase, PostCategory, Sighting};
use super::rules::{probation_shortfall, standing};
use super::sealed_store;
use crate::access::members::{CadreMember, CadreViewer, Sight, cadre_sight};
use crate::access::{Permission, Reach};
use crate::codes::{
    DegreeCode, EducationLevelCode, EthnicityCode, PoliticalStatusCode, RankCode,
    RecruitmentChannelCode, RegionCode, SexCode,
};
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::external_ids::ExternalIds;
use crate::http::{Seen, versioned};
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
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = ExternalIds, required = false)]
    pub external_ids: Seen<ExternalIds>,
    /// Sex, GB/T 2261.1.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<SexCode>, required = false)]
    pub sex: Seen<Option<SexCode>>,
    /// Date of birth; `YYYY-MM` where only the month is known.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<PartialDate>, required = false)]
    pub birth_date: Seen<Option<PartialDate>>,
    /// Ethnic group, GB/T 3304.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<EthnicityCode>, required = false)]
    pub ethnicity: Seen<Option<EthnicityCode>>,
    /// Political status, GB/T 4762.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<PoliticalStatusCode>, required = false)]
    pub political_status: Seen<Option<PoliticalStatusCode>>,
    /// Identity number, masked; in full only by `reveal=identityNumber`, which is journaled.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 18, required = false, example = "9900************18")]
    pub identity_number: Seen<Option<String>>,
    /// Phone number, masked for staff; in full by `reveal=phone`, which is journaled.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 16, required = false, example = "100****9830")]
    pub phone: Seen<Option<String>>,
    /// Native place, GB/T 2260.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<RegionCode>, required = false)]
    pub native_place: Seen<Option<RegionCode>>,
    /// Registered residence, GB/T 2260.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<RegionCode>, required = false)]
    pub household_registration: Seen<Option<RegionCode>>,
    /// Education, GB/T 4658.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<EducationLevelCode>, required = false)]
    pub education_level: Seen<Option<EducationLevelCode>>,
    /// Degree, GB/T 6864.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<DegreeCode>, required = false)]
    pub degree: Seen<Option<DegreeCode>>,
    /// School of graduation.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 100, required = false)]
    pub school: Seen<Option<String>>,
    /// Subject studied.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 100, required = false)]
    pub major: Seen<Option<String>>,
    /// Unit.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Id, required = false)]
    pub organization_id: Seen<Id>,
    /// The unit's name.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = String, max_length = 200, required = false)]
    pub organization_name: Seen<String>,
    /// Post.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 100, required = false)]
    pub post_title: Seen<Option<String>>,
    /// Kind of post; decides the default pairing style.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<PostCategory>, required = false)]
    pub post_category: Seen<Option<PostCategory>>,
    /// Rank in the parallel system of posts and ranks.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<RankCode>, required = false)]
    pub rank: Seen<Option<RankCode>>,
    /// How recruited.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<RecruitmentChannelCode>, required = false)]
    pub recruitment_channel: Seen<Option<RecruitmentChannelCode>>,
    /// Day of reporting to the unit; phases and probation count from it.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Date, required = false)]
    pub reported_on: Seen<Date>,
    /// Year of the programme today (R30).
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Phase, required = false)]
    pub phase: Seen<Phase>,
    /// First day of the next phase; null after the third year.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<Date>, required = false)]
    pub phase_ends_on: Seen<Option<Date>>,
    /// First day off probation (R01, R02).
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Date, required = false)]
    pub probation_ends_on: Seen<Date>,
    /// Whether on probation today.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = bool, required = false)]
    pub on_probation: Seen<bool>,
    /// Working days of sick and personal leave in probation beyond those that do no harm (R02), which `_extend` makes up; null
    /// where there are none.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1000, required = false)]
    pub probation_shortfall_days: Seen<Option<i32>>,
    /// How far from home; null without a registered residence.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<NonLocalResponse>, required = false)]
    pub non_local: Seen<Option<NonLocalResponse>>,
    /// Whether the unit is remote.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = bool, required = false)]
    pub remote: Seen<bool>,
    /// How many of the two mentors are there.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Mentoring, required = false)]
    pub mentoring: Seen<Mentoring>,
    /// Whether an absence covers today.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = bool, required = false)]
    pub on_leave: Seen<bool>,
    /// The political mentor.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<Id>, required = false)]
    pub political_mentor_id: Seen<Option<Id>>,
    /// The political mentor's name.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 60, required = false)]
    pub political_mentor_name: Seen<Option<String>>,
    /// The professional mentor.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<Id>, required = false)]
    pub professional_mentor_id: Seen<Option<Id>>,
    /// The professional mentor's name.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 60, required = false)]
    pub professional_mentor_name: Seen<Option<String>>,
    /// What this caller may do now, by operationId.
    #[schema(max_items = 16)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(CadreResponse, "cadre");

/// As whom the caller looks at a cadre of the present unit; `None` when the row is not visible to them.
pub fn viewer(sighting: &Sighting, reach: &Reach) -> Option<CadreViewer> {
    let cadre = &sighting.cadre;
    let mentors = [cadre.political_mentor_id, cadre.professional_mentor_id];
    if reach.cadre_id == Some(cadre.id) {
        return Some(CadreViewer::Subject);
    }
    if reach.covers(&sighting.unit.path) {
        return Some(CadreViewer::Staff);
    }
    (reach.mentees_of.is_some() && mentors.contains(&reach.mentees_of))
        .then_some(CadreViewer::OwnMentor)
}

/// As whom a caller sees the cadre whom an operation has reached: one person is the same in the replies of all operations, whatever
/// the reach of the operation's own permission.
pub fn seen_as(sighting: &Sighting, context: &Context) -> Option<CadreViewer> {
    let reached = viewer(sighting, &context.reach)?;
    let read = viewer(sighting, &context.reach_of(Permission::CadresRead));
    Some(read.map_or(reached, |read| read.max(reached)))
}

impl CadreResponse {
    /// The cadre as `viewer` sees it, of a row that was read for these members.
    ///
    /// # Errors
    /// When the phone number cannot be decrypted.
    pub fn see(
        sighting: Sighting,
        viewer: CadreViewer,
        fields: &Fields,
        context: &Context,
    ) -> Result<Self> {
        let allowed_actions = fields.when("allowedActions", || allowed_actions(&sighting, context));
        let Sighting {
            cadre,
            unit,
            political_mentor_name,
            professional_mentor_name,
            on_leave,
        } = sighting;
        let sight = |member| cadre_sight(viewer, member);
        let programme = sight(CadreMember::Programme) == Sight::Shown;
        let personal = sight(CadreMember::Personal) == Sight::Shown;
        let origin = sight(CadreMember::Origin) == Sight::Shown;
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
            sex: Seen::when(personal, || cadre.sex),
            birth_date: Seen::when(personal, || cadre.birth_date),
            ethnicity: Seen::when(origin, || cadre.ethnicity),
            political_status: Seen::when(personal, || cadre.political_status),
            identity_number: match sight(CadreMember::IdentityNumber) {
                Sight::Absent => Seen::Hidden,
                Sight::Masked | Sight::Shown => Seen::Shown(cadre.identity_masked),
            },
            phone: phone(
                &cadre.id,
                cadre.phone_encrypted.as_deref(),
                sight(CadreMember::Phone),
                context,
            )?,
            native_place: Seen::when(origin, || cadre.native_place),
            household_registration: Seen::when(origin, || cadre.household_registration),
            education_level: Seen::when(personal, || cadre.education_level),
            degree: Seen::when(personal, || cadre.degree),
            external_ids: if programme && fields.has("externalIds") {
                Seen::Shown(ExternalIds::from_json(&cadre.external_ids)?)
            } else {
                Seen::Hidden
            },
            school: Seen::when(programme, || cadre.school),
            major: Seen::when(programme, || cadre.major),
            organization_id: Seen::when(programme, || cadre.organization_id),
            organization_name: Seen::when(programme, || unit.name),
            post_title: Seen::when(programme, || cadre.post_title),
            post_category: Seen::when(programme, || cadre.post_category),
            rank: Seen::when(programme, || cadre.rank),
            recruitment_channel: Seen::when(programme, || cadre.recruitment_channel),
            reported_on: Seen::when(programme, || cadre.reported_on),
            phase: Seen::when(programme, || standing.phase),
            phase_ends_on: Seen::when(programme, || standing.phase_ends_on),
            probation_ends_on: Seen::when(programme, || standing.probation_ends_on),
            on_probation: Seen::when(programme, || standing.on_probation),
            probation_shortfall_days: Seen::when(programme, || shortfall),
            non_local: Seen::when(programme, || non_local),
            remote: Seen::when(programme, || unit.remote),
            mentoring: Seen::when(programme, || cadre.mentoring),
            on_leave: Seen::when(programme, || on_leave),
            political_mentor_id: Seen::when(programme, || cadre.political_mentor_id),
            political_mentor_name: Seen::when(programme, || political_mentor_name),
            professional_mentor_id: Seen::when(programme, || cadre.professional_mentor_id),
            professional_mentor_name: Seen::when(programme, || professional_mentor_name),
            name: cadre.name,
            allowed_actions,
        })
    }
}

fn phone(
    id: &Id,
    encrypted: Option<&[u8]>,
    sight: Sight,
    context: &Context,
) -> Result<Seen<Option<String>>> {
    if sight == Sight::Absent {
        return Ok(Seen::Hidden);
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
    Ok(Seen::Shown(if sight == Sight::Masked {
        number.map(masked)
    } else {
        number
    }))
}

/// What this caller could do with this cadre now.
fn allowed_actions(sighting: &Sighting, context: &Context) -> Vec<&'static str> {
    let may = |permission| context.reach_of(permission).covers(&sighting.unit.path);
    transitions::allowed::<Cadre>(sighting.cadre.state(context), may)
}
