//! What is stored of a posting.

use diesel::prelude::*;

use crate::cadres::{Cadre, Phase};
use crate::context::Context;
use crate::db::schema::postings;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::error::Result;
use crate::journal::Override;
use crate::values::{Date, list_from_json, text_enum};

/// No two postings of one person that are to begin or to end have a day in common, as they are planned: an exclusion constraint on
/// PostgreSQL, triggers on SQLite.
pub const PLANNED_APART: UniqueKey =
    UniqueKey::new("postings_planned_apart", "postings_planned_apart");

/// Nobody was, or is, in two postings on the same day, however long one went on; the same.
pub const SPENT_APART: UniqueKey = UniqueKey::new("postings_spent_apart", "postings_spent_apart");

text_enum! {
    /// At which of the three fronts.
    pub enum PostingFront {
        /// Reform and opening-up.
        ReformAndOpening = "REFORM_AND_OPENING",
        /// Projects.
        Project = "PROJECT",
        /// Tough tasks.
        ToughTask = "TOUGH_TASK",
    }
}

text_enum! {
    /// How a cadre is with the host.
    pub enum PostingArrangement {
        /// With a post at the host, while that at home is kept (挂职).
        Secondment = "SECONDMENT",
        /// Learning beside someone (跟班学习).
        Attachment = "ATTACHMENT",
        /// On loan (借调).
        Loan = "LOAN",
        /// In a task force (专班).
        TaskForce = "TASK_FORCE",
        /// Resident in a village (驻村).
        VillageResidence = "VILLAGE_RESIDENCE",
    }
}

text_enum! {
    /// Where a posting stands.
    pub enum PostingStatus {
        /// Agreed.
        Planned = "PLANNED",
        /// The cadre is with the host.
        Active = "ACTIVE",
        /// Over, with a result.
        Finished = "FINISHED",
        /// Broken off.
        Recalled = "RECALLED",
        /// It never began.
        Cancelled = "CANCELLED",
    }
}

text_enum! {
    /// How a cadre did, in the four grades of ordinary appraisals.
    pub enum PostingRating {
        /// 好.
        Good = "GOOD",
        /// 较好.
        FairlyGood = "FAIRLY_GOOD",
        /// 一般.
        Average = "AVERAGE",
        /// 较差.
        Poor = "POOR",
    }
}

/// A posting as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = postings, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Posting {
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
    /// The front.
    pub front: PostingFront,
    /// The arrangement.
    pub arrangement: PostingArrangement,
    /// The host, where it is a unit of the tree.
    pub host_organization_id: Option<Id>,
    /// The host's name, where it is none.
    pub host_name: Option<String>,
    /// The mentor who leads the cadre there.
    pub lead_mentor_id: Option<Id>,
    /// The task.
    pub task: String,
    /// The first day as planned.
    pub planned_starts_on: Date,
    /// The last day as planned.
    pub planned_ends_on: Date,
    /// The first day.
    pub starts_on: Option<Date>,
    /// The day it ended.
    pub ends_on: Option<Date>,
    /// Status.
    pub status: PostingStatus,
    /// Why it was broken off, or never began.
    pub end_reason: Option<String>,
    /// How the cadre did.
    pub result_rating: Option<PostingRating>,
    /// What came of it.
    pub result_text: Option<String>,
    /// The growth entry that tells of it.
    pub growth_entry_id: Option<Id>,
    /// The exchange that it is a leg of.
    pub exchange_id: Option<Id>,
    /// Rules that were overridden for it, as a JSON array.
    pub overrides: String,
    /// The unit of its first day.
    pub organization_id: Id,
    /// The phase of its first day.
    pub phase: Phase,
    /// The unit the cadre is in now.
    pub present_organization_id: Id,
    /// The last day on which the host's side sees it, and the person as a guest; none while it is to begin or runs.
    pub guest_until: Option<Date>,
}

/// The columns of a posting, each with the members that show it: a list that is asked for others leaves it out. Without members stand
/// those that decide who sees the row. A macro because what is selected has no type one could write down.
macro_rules! columns {
    ($fields:ident) => {
        (
            postings::id,
            $fields.column(&["version"], postings::version),
            $fields.column(&["createdAt"], postings::created_at),
            $fields.column(&["updatedAt"], postings::updated_at),
            $fields.column(&[], postings::created_by),
            postings::cadre_id,
            postings::front,
            postings::arrangement,
            postings::host_organization_id,
            $fields.column(&["hostName"], postings::host_name),
            postings::lead_mentor_id,
            $fields.column(&["task"], postings::task),
            postings::planned_starts_on,
            postings::planned_ends_on,
            postings::starts_on,
            postings::ends_on,
            postings::status,
            $fields.column(&["endReason"], postings::end_reason),
            $fields.column(&["result"], postings::result_rating),
            $fields.column(&["result"], postings::result_text),
            $fields.column(&["result"], postings::growth_entry_id),
            postings::exchange_id,
            postings::overrides,
            postings::organization_id,
            postings::phase,
            postings::present_organization_id,
            postings::guest_until,
        )
    };
}

pub(super) use columns;

impl Posting {
    /// A posting of which nothing is known but whose it is.
    pub fn blank(context: &Context, id: Id, cadre: &Cadre) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            cadre_id: cadre.id,
            front: PostingFront::Project,
            arrangement: PostingArrangement::Attachment,
            host_organization_id: None,
            host_name: None,
            lead_mentor_id: None,
            task: String::new(),
            planned_starts_on: context.today,
            planned_ends_on: context.today,
            starts_on: None,
            ends_on: None,
            status: PostingStatus::Planned,
            end_reason: None,
            result_rating: None,
            result_text: None,
            growth_entry_id: None,
            exchange_id: None,
            overrides: "[]".to_owned(),
            organization_id: cadre.organization_id,
            phase: Phase::Seedling,
            present_organization_id: cadre.organization_id,
            guest_until: None,
        }
    }

    /// Its first day, or the one that is planned.
    pub fn first_day(&self) -> Date {
        self.starts_on.unwrap_or(self.planned_starts_on)
    }

    /// Whether a person could not be in both, as the constraints of the database have it: both are to begin or to end, with a planned day
    /// in common; or both have begun, with a day in common but that on which one ended.
    pub fn excludes(&self, other: &Self) -> bool {
        let planned = self.is_live() && other.is_live() && {
            let (one, another) = (self.planned_days(), other.planned_days());
            one.0 <= another.1 && another.0 <= one.1
        };
        let spent = self.spent_days().zip(other.spent_days());
        let spent = spent.is_some_and(|(one, another)| {
            let before = |day: Date, end: Option<Date>| end.is_none_or(|end| day < end);
            let both = [one, another];
            both.iter()
                .all(|(first, _)| both.iter().all(|(_, end)| before(*first, *end)))
        });
        planned || spent
    }

    /// Whether it is to begin or to end.
    fn is_live(&self) -> bool {
        matches!(self.status, PostingStatus::Planned | PostingStatus::Active)
    }

    /// The first day, and the last one planned.
    fn planned_days(&self) -> (Date, Date) {
        (self.first_day(), self.planned_ends_on)
    }

    /// The day it began and the one it ended, if it has.
    fn spent_days(&self) -> Option<(Date, Option<Date>)> {
        self.starts_on.map(|first| (first, self.ends_on))
    }

    /// Whether someone should have done something: begun it, or ended it.
    pub fn is_overdue(&self, today: Date) -> bool {
        match self.status {
            PostingStatus::Planned => self.planned_starts_on < today,
            PostingStatus::Active => self.planned_ends_on < today,
            _ => false,
        }
    }

    /// Whether the host's side sees it today.
    pub fn is_shown_to_host(&self, today: Date) -> bool {
        self.guest_until.is_none_or(|last| today <= last)
    }

    /// Rules that were overridden for it.
    ///
    /// # Errors
    /// When what is stored is no such list.
    pub fn overrides(&self) -> Result<Vec<Override>> {
        list_from_json(&self.overrides)
    }
}

/// A posting with what a reply and its reader's rights need of other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct PostingRecord {
    /// The posting.
    pub posting: Posting,
    /// The cadre's name.
    pub cadre_name: String,
    /// The cadre's present mentors, political and professional.
    pub mentor_ids: (Option<Id>, Option<Id>),
    /// Name and path of the unit of its first day.
    pub organization: (String, String),
    /// The path of the unit the cadre is in now.
    pub present_path: String,
    /// Name and path of the host, where it is a unit of the tree.
    pub host: Option<(String, String)>,
    /// The name of the mentor who leads.
    pub lead_mentor_name: Option<String>,
}

impl PostingRecord {
    /// The host's path, where it is a unit of the tree.
    pub fn host_path(&self) -> Option<&str> {
        self.host.as_ref().map(|(_, path)| path.as_str())
    }
}
