//! What is stored of a pair.

use diesel::prelude::*;

use crate::cadres::{Cadre, Phase, PostCategory, phase_on};
use crate::context::Context;
use crate::db::schema::assignments;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::events::LeavingCause;
use crate::mentors::MentorRole;
use crate::values::{Date, text_enum};

/// A cadre has one live pair in a role.
pub const ONE_LIVE: UniqueKey = UniqueKey::new(
    "assignments_one_live",
    "assignments.cadre_id, assignments.role",
);
/// A cadre has one proposed pair in a role.
pub const ONE_PROPOSED: UniqueKey = UniqueKey::new(
    "assignments_one_proposed",
    "assignments.cadre_id, assignments.role",
);
/// Both mentors of a cadre are not one person.
pub const DISTINCT_MENTORS: UniqueKey = UniqueKey::new(
    "assignments_distinct_mentors",
    "assignments.cadre_id, assignments.mentor_id",
);

text_enum! {
    /// How a mentor leads a cadre; follows the kind of post.
    pub enum PairingStyle {
        /// Grassroots posts: the experienced lead the new.
        ExperiencedLeadsNew = "EXPERIENCED_LEADS_NEW",
        /// Technical posts: the expert leads the novice.
        ExpertLeadsNovice = "EXPERT_LEADS_NOVICE",
        /// Business posts: the strong lead the weak.
        StrongLeadsWeak = "STRONG_LEADS_WEAK",
    }
}

impl PairingStyle {
    /// The style that a kind of post asks for.
    pub const fn from_post_category(category: PostCategory) -> Self {
        match category {
            PostCategory::Grassroots => Self::ExperiencedLeadsNew,
            PostCategory::Technical => Self::ExpertLeadsNovice,
            PostCategory::Business => Self::StrongLeadsWeak,
        }
    }
}

text_enum! {
    /// Where a pair stands.
    pub enum AssignmentStatus {
        /// Proposed; takes no seat.
        Proposed = "PROPOSED",
        /// In effect.
        Active = "ACTIVE",
        /// Ended without a successor.
        Completed = "COMPLETED",
        /// Ended; another mentor took over.
        Replaced = "REPLACED",
        /// Never came into effect, or was entered in error.
        Cancelled = "CANCELLED",
    }
}

text_enum! {
    /// Why a pair ended.
    pub enum EndReason {
        /// The mentor moved to another unit.
        MentorTransferred = "MENTOR_TRANSFERRED",
        /// The mentor retired.
        MentorRetired = "MENTOR_RETIRED",
        /// The mentor had too much to do.
        MentorWorkload = "MENTOR_WORKLOAD",
        /// The cadre's post changed.
        PostChanged = "POST_CHANGED",
        /// The cadre moved to another unit.
        CadreTransferred = "CADRE_TRANSFERRED",
        /// The cadre left the programme.
        CadreLeft = "CADRE_LEFT",
        /// The term was over.
        TermEnded = "TERM_ENDED",
        /// The pair should never have been entered.
        EnteredInError = "ENTERED_IN_ERROR",
        /// Another reason.
        Other = "OTHER",
    }
}

impl From<LeavingCause> for EndReason {
    fn from(cause: LeavingCause) -> Self {
        match cause {
            LeavingCause::Transferred => Self::CadreTransferred,
            LeavingCause::Left => Self::CadreLeft,
            LeavingCause::Graduated => Self::TermEnded,
        }
    }
}

impl EndReason {
    /// The status of a past pair that is recorded with this reason: mentors who go are followed by others.
    pub const fn recorded_status(self) -> AssignmentStatus {
        match self {
            Self::MentorTransferred
            | Self::MentorRetired
            | Self::MentorWorkload
            | Self::PostChanged => AssignmentStatus::Replaced,
            Self::EnteredInError => AssignmentStatus::Cancelled,
            Self::CadreTransferred | Self::CadreLeft | Self::TermEnded | Self::Other => {
                AssignmentStatus::Completed
            }
        }
    }
}

text_enum! {
    /// Why an active pair needs another mentor.
    pub enum ReplacementReason {
        /// The mentor is suspended without an end.
        MentorSuspended = "MENTOR_SUSPENDED",
        /// The mentor is retired.
        MentorRetired = "MENTOR_RETIRED",
        /// Mentor and cadre are no longer near enough to each other.
        OutOfUnit = "OUT_OF_UNIT",
    }
}

/// A pair as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = assignments, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Assignment {
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
    /// The cadre.
    pub cadre_id: Id,
    /// The mentor.
    pub mentor_id: Id,
    /// As what the mentor guides.
    pub role: MentorRole,
    /// How the mentor leads.
    pub pairing_style: Option<PairingStyle>,
    /// Status.
    pub status: AssignmentStatus,
    /// The first day.
    pub starts_on: Date,
    /// The last day as planned.
    pub planned_ends_on: Option<Date>,
    /// The last day as it was.
    pub ends_on: Option<Date>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// More about the end.
    pub end_note: Option<String>,
    /// What the two agreed on.
    pub agreement: Option<String>,
    /// Why the mentor is of a unit further away.
    pub cross_unit_reason: Option<String>,
    /// The pair that it replaced.
    pub replaces_id: Option<Id>,
    /// Since when it needs another mentor.
    pub needs_replacement_since: Option<Date>,
    /// Why it needs another mentor.
    pub needs_replacement_reason: Option<ReplacementReason>,
    /// The cadre's unit on the first day.
    pub organization_id: Id,
    /// The cadre's phase on the first day.
    pub phase: Phase,
    /// The cadre's unit now.
    pub present_organization_id: Id,
}

/// The columns of a pair, each with the members that show it: a list that is asked for others leaves it out. Without members
/// stand those that decide who sees the row, or what it may come to. A macro because what is selected has no type one could write down.
macro_rules! columns {
    ($fields:ident) => {
        (
            assignments::id,
            $fields.column(&["version"], assignments::version),
            $fields.column(&["createdAt", "allowedActions"], assignments::created_at),
            $fields.column(&["updatedAt"], assignments::updated_at),
            $fields.column(&[], assignments::created_by),
            assignments::cadre_id,
            assignments::mentor_id,
            assignments::role,
            $fields.column(&["pairingStyle"], assignments::pairing_style),
            assignments::status,
            assignments::starts_on,
            $fields.column(&["plannedEndsOn"], assignments::planned_ends_on),
            $fields.column(&["endsOn"], assignments::ends_on),
            $fields.column(&["endReason"], assignments::end_reason),
            $fields.column(&["endNote"], assignments::end_note),
            $fields.column(&["agreement"], assignments::agreement),
            $fields.column(&["crossUnitReason"], assignments::cross_unit_reason),
            $fields.column(&["replacesId"], assignments::replaces_id),
            $fields.column(&["needsReplacement"], assignments::needs_replacement_since),
            $fields.column(&["needsReplacement"], assignments::needs_replacement_reason),
            assignments::organization_id,
            assignments::phase,
            assignments::present_organization_id,
        )
    };
}

pub(super) use columns;

impl Assignment {
    /// A proposed pair of which only the persons, the role and the day are known; unit and phase are the cadre's.
    pub fn blank(
        context: &Context,
        id: Id,
        cadre: &Cadre,
        mentor_id: Id,
        role: MentorRole,
        starts_on: Date,
    ) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            cadre_id: cadre.id,
            mentor_id,
            role,
            pairing_style: cadre.post_category.map(PairingStyle::from_post_category),
            status: AssignmentStatus::Proposed,
            starts_on,
            planned_ends_on: None,
            ends_on: None,
            end_reason: None,
            end_note: None,
            agreement: None,
            cross_unit_reason: None,
            replaces_id: None,
            needs_replacement_since: None,
            needs_replacement_reason: None,
            organization_id: cadre.organization_id,
            phase: phase_on(cadre.reported_on, starts_on).0,
            present_organization_id: cadre.organization_id,
        }
    }

    /// Whether it is in effect.
    pub fn is_active(&self) -> bool {
        self.status == AssignmentStatus::Active
    }

    /// Whether it has the mentor it should have: in effect, and the mentor is not lost.
    pub fn counts(&self) -> bool {
        self.is_active() && self.needs_replacement_since.is_none()
    }
}

/// What a reply and its reader need of the cadre.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct CadreSide {
    /// Name.
    pub name: String,
    /// Present political mentor.
    pub political_mentor_id: Option<Id>,
    /// Present professional mentor.
    pub professional_mentor_id: Option<Id>,
}

/// What a reply and its reader need of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OrganizationSide {
    /// Name.
    pub name: String,
    /// Path.
    pub path: String,
}

/// A pair with what a reply shows from other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct AssignmentRecord {
    /// The pair.
    pub assignment: Assignment,
    /// The cadre.
    pub cadre: CadreSide,
    /// The mentor's name.
    pub mentor_name: String,
    /// The unit of its time.
    pub organization: OrganizationSide,
    /// The path of the cadre's unit now.
    pub present_path: String,
}
