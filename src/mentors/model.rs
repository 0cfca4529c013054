//! What is stored of a mentor.

use diesel::prelude::*;

use crate::codes::{PoliticalStatusCode, SexCode};
use crate::context::Context;
use crate::db::schema::mentors;
use crate::db::{Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::values::{Date, text_enum};

/// How many cadres a mentor guides at most when nothing is said.
const DEFAULT_SEATS: i32 = 2;

text_enum! {
    /// What a mentor guides a cadre in.
    pub enum MentorRole {
        /// Political quality and conduct.
        Political = "POLITICAL",
        /// The work itself.
        Professional = "PROFESSIONAL",
    }
}

text_enum! {
    /// Where in their unit a mentor stands.
    pub enum PositionLevel {
        /// A member of the leadership team.
        LeadershipTeamMember = "LEADERSHIP_TEAM_MEMBER",
        /// A lead of the middle level.
        MidLevelLead = "MID_LEVEL_LEAD",
    }
}

text_enum! {
    /// Whether a mentor may guide cadres.
    pub enum MentorStatus {
        /// Proposed by their unit.
        Nominated = "NOMINATED",
        /// Appointed by a programme manager.
        Appointed = "APPOINTED",
        /// Appointed, for a time without taking part.
        Suspended = "SUSPENDED",
        /// No longer a mentor.
        Retired = "RETIRED",
    }
}

/// A mentor as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = mentors, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Mentor {
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
    /// Political status.
    pub political_status: Option<PoliticalStatusCode>,
    /// The phone number, encrypted.
    pub phone_encrypted: Option<Vec<u8>>,
    /// Unit.
    pub organization_id: Id,
    /// Post.
    pub post_title: Option<String>,
    /// Where in the unit.
    pub position_level: Option<PositionLevel>,
    /// Whether they may be a political mentor.
    pub political: bool,
    /// Whether they may be a professional mentor.
    pub professional: bool,
    /// What they know well, as a JSON array.
    pub expertise: String,
    /// How many cadres they guide at most.
    pub max_mentees: i32,
    /// How many cadres they guide; a counter that only [`super::store::take_seat`] and its like move once the row is there.
    #[diesel(skip_update)]
    pub active_mentees: i32,
    /// Status.
    pub status: MentorStatus,
    /// The day of the appointment, where it took place here.
    pub appointed_on: Option<Date>,
    /// The first day of the suspension or leave.
    pub suspended_from: Option<Date>,
    /// The last day of a leave; a suspension without end has none.
    pub suspended_until: Option<Date>,
    /// The last day as a mentor.
    pub retired_on: Option<Date>,
    /// Ids in other systems, as JSON.
    pub external_ids: String,
}

/// The columns of a mentor, each with the members that show it: a list that is asked for others leaves it out. Without members
/// stand those that decide who sees the row, or what it may come to. A macro because what is selected has no type one could write down.
macro_rules! columns {
    ($fields:ident) => {
        (
            mentors::id,
            $fields.column(&["version"], mentors::version),
            $fields.column(&["createdAt"], mentors::created_at),
            $fields.column(&["updatedAt"], mentors::updated_at),
            $fields.column(&[], mentors::created_by),
            $fields.column(&["name"], mentors::name),
            $fields.column(&["sex"], mentors::sex),
            $fields.column(&["politicalStatus"], mentors::political_status),
            $fields.column(&["phone"], mentors::phone_encrypted),
            mentors::organization_id,
            $fields.column(&["postTitle"], mentors::post_title),
            $fields.column(&["positionLevel"], mentors::position_level),
            $fields.column(&["roles"], mentors::political),
            $fields.column(&["roles"], mentors::professional),
            $fields.column(&["expertise"], mentors::expertise),
            $fields.column(&["maxMentees", "availableSeats"], mentors::max_mentees),
            $fields.column(
                &["activeMentees", "availableSeats"],
                mentors::active_mentees,
            ),
            mentors::status,
            $fields.column(&["appointedOn"], mentors::appointed_on),
            $fields.column(
                &["suspendedFrom", "allowedActions"],
                mentors::suspended_from,
            ),
            $fields.column(&["suspendedTo"], mentors::suspended_until),
            $fields.column(&["retiredOn"], mentors::retired_on),
            $fields.column(&["externalIds"], mentors::external_ids),
        )
    };
}

pub(super) use columns;

impl Mentor {
    /// A nominated mentor of whom nothing is known yet.
    pub fn blank(context: &Context, id: Id, organization_id: Id) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            name: String::new(),
            sex: None,
            political_status: None,
            phone_encrypted: None,
            organization_id,
            post_title: None,
            position_level: None,
            political: false,
            professional: false,
            expertise: "[]".to_owned(),
            max_mentees: DEFAULT_SEATS,
            active_mentees: 0,
            status: MentorStatus::Nominated,
            appointed_on: None,
            suspended_from: None,
            suspended_until: None,
            retired_on: None,
            external_ids: "{}".to_owned(),
        }
    }

    /// Whether they may guide cadres in a role.
    pub fn is_qualified_for(&self, role: MentorRole) -> bool {
        match role {
            MentorRole::Political => self.political,
            MentorRole::Professional => self.professional,
        }
    }

    /// The roles they may have.
    pub fn roles(&self) -> Vec<MentorRole> {
        let all = MentorRole::ALL.iter().copied();
        all.filter(|role| self.is_qualified_for(*role)).collect()
    }

    /// Whether they had been appointed by a day; of someone whose day of appointment is not known, it is taken for granted.
    pub fn is_appointed_by(&self, day: Date) -> bool {
        self.appointed_on.is_none_or(|appointed| appointed <= day)
    }

    /// Whether they were or are an appointed mentor on a day: not suspended or on leave, not retired. When they were appointed
    /// is for [`Self::is_appointed_by`] to say.
    pub fn is_appointed_on(&self, day: Date) -> bool {
        match self.status {
            MentorStatus::Nominated => false,
            MentorStatus::Appointed | MentorStatus::Suspended => !self.is_away_on(day),
            MentorStatus::Retired => self.retired_on.is_some_and(|last| day <= last),
        }
    }

    /// Whether their pairs need another mentor on a day: suspended without end, or retired. A leave has an end, so pairs stay.
    pub fn is_lost_on(&self, day: Date) -> bool {
        match self.status {
            MentorStatus::Nominated => false,
            MentorStatus::Appointed | MentorStatus::Suspended => {
                self.suspended_until.is_none() && self.is_away_on(day)
            }
            MentorStatus::Retired => !self.is_appointed_on(day),
        }
    }

    /// The last day on which they read their mentees and write as a mentor, where one is known: before a suspension without end,
    /// planned or begun. Of one who is retired it has passed, though the day of retirement is the last day of service.
    pub fn serves_until(&self, today: Date) -> Option<Date> {
        match self.status {
            MentorStatus::Nominated => None,
            MentorStatus::Appointed | MentorStatus::Suspended => self
                .suspended_from
                .filter(|_| self.suspended_until.is_none())
                .map(|from| from.plus_days(-1)),
            MentorStatus::Retired => Some(today.plus_days(-1)),
        }
    }

    /// Whether a suspension or leave, planned ones included, covers a day.
    fn is_away_on(&self, day: Date) -> bool {
        self.suspended_from.is_some_and(|from| day >= from)
            && self.suspended_until.is_none_or(|until| day <= until)
    }

    /// How many cadres more they can take.
    pub fn available_seats(&self) -> i32 {
        (self.max_mentees - self.active_mentees).max(0)
    }

    /// What they know well.
    ///
    /// # Errors
    /// When the stored copy is damaged.
    pub fn expertise(&self) -> Result<Vec<String>> {
        serde_json::from_str(&self.expertise).map_err(Error::internal)
    }
}

/// What a reply needs of the unit.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OrganizationSide {
    /// Name.
    pub name: String,
    /// Path.
    pub path: String,
    /// Kind, which decides who looks at the unit's mentors as a neighbour.
    pub kind: crate::organizations::OrganizationKind,
}

/// A mentor with what a reply shows from other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct MentorRecord {
    /// The mentor.
    pub mentor: Mentor,
    /// The unit.
    pub organization: OrganizationSide,
}
