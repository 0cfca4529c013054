//! What is stored of a growth entry.

use diesel::prelude::*;

use crate::cadres::Phase;
use crate::db::schema::growth_entries;
use crate::db::{Id, UtcTimestamp};
use crate::values::{Date, text_enum};

text_enum! {
    /// What a cadre took part in.
    pub enum EntryKind {
        /// Work in the post.
        Task = "TASK",
        /// A course or exercise.
        Training = "TRAINING",
        /// A talk with a mentor or leader.
        Talk = "TALK",
        /// Practice on one of the three fronts, or in another unit.
        Posting = "POSTING",
        /// An honour.
        Award = "AWARD",
        /// Study of one's own.
        Study = "STUDY",
        /// Anything else.
        Other = "OTHER",
    }
}

text_enum! {
    /// Who wrote an entry.
    pub enum EntrySource {
        /// The cadre.
        Self_ = "SELF",
        /// One of the two mentors.
        Mentor = "MENTOR",
        /// The unit.
        Unit = "UNIT",
    }
}

text_enum! {
    /// Whether an entry is held to be true.
    pub enum EntryStatus {
        /// Begun by the service from another record; the cadre or the unit has still to complete it.
        Draft = "DRAFT",
        /// Written down.
        Recorded = "RECORDED",
        /// Confirmed by someone who did not write it.
        Verified = "VERIFIED",
        /// The cadre says that it is not so.
        Disputed = "DISPUTED",
    }
}

/// A growth entry as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = growth_entries, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct GrowthEntry {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was written.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Who wrote it.
    pub created_by: Option<Id>,
    /// Whose file it belongs to.
    pub cadre_id: Id,
    /// The day it is about.
    pub occurred_on: Date,
    /// Kind.
    pub kind: EntryKind,
    /// Title.
    pub title: String,
    /// What the cadre did.
    pub participation: Option<String>,
    /// How the organisation helped.
    pub support: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
    /// Links to what proves it, as JSON.
    pub evidence: String,
    /// Who wrote it, by role.
    pub source: EntrySource,
    /// Status.
    pub status: EntryStatus,
    /// Who verified it.
    pub verified_by: Option<Id>,
    /// What the cadre says against it.
    pub dispute_reason: Option<String>,
    /// The entry that it corrects.
    pub supersedes_id: Option<Id>,
    /// The entry that corrects it.
    pub superseded_by_id: Option<Id>,
    /// The unit on the day it is about.
    pub organization_id: Id,
    /// The phase on the day it is about.
    pub phase: Phase,
    /// The unit the cadre is in now.
    pub present_organization_id: Id,
}

/// An entry with what a reply and its reader's rights need of other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct GrowthEntryRecord {
    /// The entry.
    pub entry: GrowthEntry,
    /// The cadre's name.
    pub cadre_name: String,
    /// The cadre's present mentors.
    pub mentor_ids: (Option<Id>, Option<Id>),
    /// The name of the unit on the day it is about.
    pub organization_name: String,
    /// The path of the unit on the day it is about.
    pub organization_path: String,
    /// The path of the unit the cadre is in now.
    pub present_path: String,
}
