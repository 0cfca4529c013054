//! What is stored of a talk, and of what was agreed in it.

use diesel::prelude::*;

use super::words::seal_follow_up;
use crate::assignments::Assignment;
use crate::context::Context;
use crate::db::schema::{follow_ups, mentoring_sessions, session_reveals};
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::error::Result;
use crate::mentors::MentorRole;
use crate::values::{Date, text_enum};

/// A talk of a pair, of a kind, on a day, is recorded once; a further one of that day has the next ordinal.
pub const ONCE: UniqueKey = UniqueKey::new(
    "mentoring_sessions_once",
    "mentoring_sessions.assignment_id, mentoring_sessions.kind, mentoring_sessions.occurred_on, mentoring_sessions.ordinal",
);

text_enum! {
    /// What kind of talk it was.
    pub enum SessionKind {
        /// About thoughts, work and life (谈心谈话); confidential unless the pair says otherwise.
        HeartToHeart = "HEART_TO_HEART",
        /// Guidance in the work.
        Guidance = "GUIDANCE",
        /// At the cadre's place of work or home.
        Visit = "VISIT",
        /// With several mentees at once.
        Group = "GROUP",
    }
}

text_enum! {
    /// One of the two of a pair.
    pub enum PairMember {
        /// The mentor.
        Mentor = "MENTOR",
        /// The cadre.
        Cadre = "CADRE",
    }
}

/// A talk as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = mentoring_sessions)]
pub struct MentoringSession {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was recorded.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// Who recorded it.
    pub created_by: Option<Id>,
    /// The cadre.
    pub cadre_id: Id,
    /// The mentor.
    pub mentor_id: Id,
    /// The pair.
    pub assignment_id: Id,
    /// As what the mentor guides.
    pub role: MentorRole,
    /// Kind.
    pub kind: SessionKind,
    /// When it was held.
    pub occurred_at: UtcTimestamp,
    /// The day on which it was held.
    pub occurred_on: Date,
    /// Which talk of this kind on this day; 0 for the first.
    pub ordinal: i32,
    /// Whether only the pair reads what was said.
    pub confidential: bool,
    /// How long it took.
    pub minutes: Option<i32>,
    /// Topics, place and note, sealed for this row.
    pub words: Vec<u8>,
    /// The row that the group's record was made with.
    pub group_id: Option<Id>,
    /// Who of the pair recorded it.
    pub recorded_by: PairMember,
    /// Whether it was recorded after the pair had ended.
    pub late: bool,
    /// When the other of the pair confirmed it.
    pub confirmed_at: Option<UtcTimestamp>,
    /// The unit of the pair.
    pub organization_id: Id,
    /// The unit the cadre is in now.
    pub present_organization_id: Id,
}

impl MentoringSession {
    /// A talk of a pair, of which nothing is said yet, by the caller as the mentor.
    pub fn blank(context: &Context, id: Id, pair: &Assignment) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            cadre_id: pair.cadre_id,
            mentor_id: pair.mentor_id,
            assignment_id: pair.id,
            role: pair.role,
            kind: SessionKind::Guidance,
            occurred_at: context.now,
            occurred_on: context.today,
            ordinal: 0,
            confidential: false,
            minutes: None,
            words: Vec::new(),
            group_id: None,
            recorded_by: PairMember::Mentor,
            late: false,
            confirmed_at: None,
            organization_id: pair.organization_id,
            present_organization_id: pair.present_organization_id,
        }
    }
}

/// A talk with what a reply and its reader's rights need of other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct SessionRecord {
    /// The talk.
    pub session: MentoringSession,
    /// The cadre's name.
    pub cadre_name: String,
    /// The cadre's present mentors.
    pub mentor_ids: (Option<Id>, Option<Id>),
    /// The mentor's name.
    pub mentor_name: String,
    /// The pair's unit, with its path.
    pub organization: (String, String),
    /// The path of the unit the cadre is in now.
    pub present_path: String,
}

/// What was agreed in a talk, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = follow_ups)]
pub struct FollowUp {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was recorded.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// The talk.
    pub session_id: Id,
    /// Its place among those of the talk.
    pub ordinal: i32,
    /// Who of the pair is to do it.
    pub owner: PairMember,
    /// What is to be done, sealed for this row.
    pub words: Vec<u8>,
    /// By when.
    pub due_on: Date,
    /// The day it was done.
    pub done_on: Option<Date>,
    /// The cadre of the pair.
    pub cadre_id: Id,
    /// The mentor of the pair.
    pub mentor_id: Id,
    /// The pair.
    pub assignment_id: Id,
    /// Whether only the pair reads it.
    pub confidential: bool,
    /// The unit of the pair.
    pub organization_id: Id,
    /// The unit the cadre is in now.
    pub present_organization_id: Id,
}

/// What is to be done, before it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFollowUp {
    /// Who is to do it.
    pub owner: PairMember,
    /// What is to be done.
    pub text: String,
    /// By when.
    pub due_on: Date,
    /// The day it was done.
    pub done_on: Option<Date>,
}

impl FollowUp {
    /// The row of what was agreed in a talk, under an id, at its place among others.
    ///
    /// # Errors
    /// When the cipher refuses.
    pub fn agreed(
        context: &Context,
        session: &MentoringSession,
        (id, ordinal): (Id, i32),
        new: &NewFollowUp,
    ) -> Result<Self> {
        Ok(Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            session_id: session.id,
            ordinal,
            owner: new.owner,
            words: seal_follow_up(&context.deps.vault, &id, &new.text)?,
            due_on: new.due_on,
            done_on: new.done_on,
            cadre_id: session.cadre_id,
            mentor_id: session.mentor_id,
            assignment_id: session.assignment_id,
            confidential: session.confidential,
            organization_id: session.organization_id,
            present_organization_id: session.present_organization_id,
        })
    }

    /// The mentor's or the cadre's id.
    pub const fn owner_id(&self) -> Id {
        match self.owner {
            PairMember::Mentor => self.mentor_id,
            PairMember::Cadre => self.cadre_id,
        }
    }
}

/// What was agreed, with what decides who reads it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct FollowUpRecord {
    /// What was agreed.
    pub follow_up: FollowUp,
    /// The cadre's name.
    pub cadre_name: String,
    /// The cadre's present mentors.
    pub mentor_ids: (Option<Id>, Option<Id>),
    /// The mentor's name.
    pub mentor_name: String,
    /// The path of the pair's unit.
    pub organization_path: String,
    /// The path of the unit the cadre is in now.
    pub present_path: String,
}

/// Two people who open a confidential talk together.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = session_reveals)]
pub struct SessionReveal {
    /// Id.
    pub id: Id,
    /// The talk.
    pub session_id: Id,
    /// Who asked.
    pub asked_by: Id,
    /// When.
    pub asked_at: UtcTimestamp,
    /// Who agreed.
    pub agreed_by: Option<Id>,
    /// When.
    pub agreed_at: Option<UtcTimestamp>,
}
