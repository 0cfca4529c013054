//! What is stored of a cadre.

use diesel::prelude::*;

use crate::codes::{
    DegreeCode, EducationLevelCode, EthnicityCode, PoliticalStatusCode, RankCode,
    RecruitmentChannelCode, RegionCode, SexCode,
};
use crate::context::Context;
use crate::db::schema::cadres;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::values::{Date, PartialDate, text_enum};

/// One person has one identity number, for ever.
pub const IDENTITY_KEY: UniqueKey =
    UniqueKey::new("cadre_identities_digest_key", "cadre_identities.digest");
/// Of a person's numbers one is the present one.
pub const PRESENT_IDENTITY_KEY: UniqueKey =
    UniqueKey::new("cadre_identities_present", "cadre_identities.cadre_id");

text_enum! {
    /// Whether a cadre is in the programme.
    pub enum CadreStatus {
        /// In the programme.
        Active = "ACTIVE",
        /// In the programme, for now without taking part.
        Suspended = "SUSPENDED",
        /// Left before the end.
        Left = "LEFT",
        /// Completed the three years, by decision.
        Graduated = "GRADUATED",
    }
}

text_enum! {
    /// The kind of post, which decides the pairing style.
    pub enum PostCategory {
        /// Grassroots post: the experienced leads the new.
        Grassroots = "GRASSROOTS",
        /// Technical post: the expert leads the novice.
        Technical = "TECHNICAL",
        /// Line-business post: the strong lead the weak.
        Business = "BUSINESS",
    }
}

text_enum! {
    /// The year of the programme, counted from the day of reporting (R30).
    pub enum Phase {
        /// First year.
        Seedling = "SEEDLING",
        /// Second year.
        Nurturing = "NURTURING",
        /// Third year.
        Strengthening = "STRENGTHENING",
        /// After the third year.
        Graduated = "GRADUATED",
    }
}

impl Phase {
    /// The three years, in order; what comes after them is none.
    pub const YEARS: [Self; 3] = [Self::Seedling, Self::Nurturing, Self::Strengthening];

    /// How many years of the programme lie before it.
    pub const fn years_before(self) -> i32 {
        match self {
            Self::Seedling => 0,
            Self::Nurturing => 1,
            Self::Strengthening => 2,
            Self::Graduated => 3,
        }
    }

    /// The year after it, if there is one.
    pub fn next(self) -> Option<Self> {
        let mut years = Self::YEARS.into_iter();
        years.find(|year| *year == self)?;
        years.next()
    }

    /// The year before it, if there is one.
    pub fn previous(self) -> Option<Self> {
        let mut years = Self::YEARS.into_iter();
        years.find(|year| year.next() == Some(self))
    }
}

text_enum! {
    /// How many of the two mentors a cadre has.
    pub enum Mentoring {
        /// Both.
        Full = "FULL",
        /// One.
        Partial = "PARTIAL",
        /// Neither.
        None = "NONE",
    }
}

text_enum! {
    /// How far the registered residence lies from the unit.
    pub enum NonLocal {
        /// In the unit's own county.
        None = "NONE",
        /// In another county of the prefecture.
        County = "COUNTY",
        /// In another prefecture.
        Prefecture = "PREFECTURE",
    }
}

/// A cadre as stored; identity numbers stand in a table of their own.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = cadres, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Cadre {
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
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: Option<SexCode>,
    /// Date of birth, to the month or day.
    pub birth_date: Option<PartialDate>,
    /// Ethnic group.
    pub ethnicity: Option<EthnicityCode>,
    /// Political status.
    pub political_status: Option<PoliticalStatusCode>,
    /// The identity number as it may be shown.
    pub identity_masked: Option<String>,
    /// The phone number, encrypted.
    pub phone_encrypted: Option<Vec<u8>>,
    /// Native place.
    pub native_place: Option<RegionCode>,
    /// Registered residence.
    pub household_registration: Option<RegionCode>,
    /// Education.
    pub education_level: Option<EducationLevelCode>,
    /// Degree.
    pub degree: Option<DegreeCode>,
    /// School.
    pub school: Option<String>,
    /// Major.
    pub major: Option<String>,
    /// Unit.
    pub organization_id: Id,
    /// Post.
    pub post_title: Option<String>,
    /// Kind of post.
    pub post_category: Option<PostCategory>,
    /// Rank.
    pub rank: Option<RankCode>,
    /// How recruited.
    pub recruitment_channel: Option<RecruitmentChannelCode>,
    /// Day of reporting.
    pub reported_on: Date,
    /// Status.
    pub status: CadreStatus,
    /// The first day off probation, when it was extended.
    pub probation_extended_until: Option<Date>,
    /// Present political mentor.
    pub political_mentor_id: Option<Id>,
    /// Present professional mentor.
    pub professional_mentor_id: Option<Id>,
    /// How many mentors.
    pub mentoring: Mentoring,
    /// How far from home; unknown without a registered residence.
    pub non_local: Option<NonLocal>,
    /// Ids in other systems, as JSON.
    pub external_ids: String,
    /// Working days of sick and personal leave within probation; written with the absences.
    pub probation_leave_days: i32,
}

/// The members that tell of the probation.
pub(super) const PROBATION: &[&str] = &["probationEndsOn", "onProbation", "probationShortfallDays"];

/// The columns of a cadre, each with the members that show it: a list that is asked for others leaves it out. Without members
/// stand those that decide who sees the row, or what it may come to. A macro because what is selected has no type one could write down.
macro_rules! columns {
    ($fields:ident) => {
        (
            cadres::id,
            $fields.column(&["version"], cadres::version),
            $fields.column(&["createdAt"], cadres::created_at),
            $fields.column(&["updatedAt"], cadres::updated_at),
            $fields.column(&[], cadres::created_by),
            $fields.column(&["name"], cadres::name),
            $fields.column(&["sex"], cadres::sex),
            $fields.column(&["birthDate"], cadres::birth_date),
            $fields.column(&["ethnicity"], cadres::ethnicity),
            $fields.column(&["politicalStatus"], cadres::political_status),
            $fields.column(&["identityNumber"], cadres::identity_masked),
            $fields.column(&["phone"], cadres::phone_encrypted),
            $fields.column(&["nativePlace"], cadres::native_place),
            $fields.column(&["householdRegistration"], cadres::household_registration),
            $fields.column(&["educationLevel"], cadres::education_level),
            $fields.column(&["degree"], cadres::degree),
            $fields.column(&["school"], cadres::school),
            $fields.column(&["major"], cadres::major),
            cadres::organization_id,
            $fields.column(&["postTitle"], cadres::post_title),
            $fields.column(&["postCategory"], cadres::post_category),
            $fields.column(&["rank"], cadres::rank),
            $fields.column(&["recruitmentChannel"], cadres::recruitment_channel),
            cadres::reported_on,
            cadres::status,
            $fields.column(
                crate::cadres::model::PROBATION,
                cadres::probation_extended_until,
            ),
            cadres::political_mentor_id,
            cadres::professional_mentor_id,
            cadres::mentoring,
            $fields.column(&["nonLocal"], cadres::non_local),
            $fields.column(&["externalIds"], cadres::external_ids),
            $fields.column(
                crate::cadres::model::PROBATION,
                cadres::probation_leave_days,
            ),
        )
    };
}

pub(super) use columns;

impl Cadre {
    /// A cadre of whom nothing is known yet.
    pub fn blank(context: &Context, id: Id, organization_id: Id) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            name: String::new(),
            sex: None,
            birth_date: None,
            ethnicity: None,
            political_status: None,
            identity_masked: None,
            phone_encrypted: None,
            native_place: None,
            household_registration: None,
            education_level: None,
            degree: None,
            school: None,
            major: None,
            organization_id,
            post_title: None,
            post_category: None,
            rank: None,
            recruitment_channel: None,
            reported_on: context.today,
            status: CadreStatus::Active,
            probation_extended_until: None,
            political_mentor_id: None,
            professional_mentor_id: None,
            mentoring: Mentoring::None,
            non_local: None,
            external_ids: "{}".to_owned(),
            probation_leave_days: 0,
        }
    }
}

/// What a reply needs of the unit.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OrganizationSide {
    /// Name.
    pub name: String,
    /// Path.
    pub path: String,
    /// Whether it is remote.
    pub remote: bool,
}

/// A cadre with what a reply shows from other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct CadreRecord {
    /// The cadre.
    pub cadre: Cadre,
    /// The unit.
    pub organization: OrganizationSide,
    /// Name of the political mentor.
    pub political_mentor_name: Option<String>,
    /// Name of the professional mentor.
    pub professional_mentor_name: Option<String>,
    /// Whether an absence covers today.
    pub on_leave: bool,
}
