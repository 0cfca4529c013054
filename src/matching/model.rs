//! What is stored of a run and of its proposals.

use diesel::prelude::*;

use crate::db::schema::{matching_proposals, matching_runs};
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::mentors::MentorRole;
use crate::values::text_enum;

/// A run proposes one mentor for a seat.
pub const SEAT_KEY: UniqueKey = UniqueKey::new(
    "matching_proposals_seat_key",
    "matching_proposals.run_id, matching_proposals.cadre_id, matching_proposals.role",
);

text_enum! {
    /// Where a run stands.
    pub enum RunStatus {
        /// Under review; nothing has come of it yet.
        Draft = "DRAFT",
        /// Its pairs were created.
        Applied = "APPLIED",
        /// Set aside.
        Discarded = "DISCARDED",
    }
}

text_enum! {
    /// How far from the cadre's unit a mentor may be.
    pub enum CrossUnit {
        /// The cadre's own unit.
        None = "NONE",
        /// The same county; the organs of one city count as one county.
        County = "COUNTY",
        /// The same city.
        City = "CITY",
    }
}

text_enum! {
    /// What a person decided on a proposal.
    pub enum Decision {
        /// Nothing; solving again may change it.
        Open = "OPEN",
        /// It stays as it is.
        Pinned = "PINNED",
    }
}

text_enum! {
    /// Why a seat stays empty.
    pub enum UnmatchedReason {
        /// No appointed mentor in scope is qualified for the role, of another family, and not kept away by hand.
        NoQualifiedMentorInScope = "NO_QUALIFIED_MENTOR_IN_SCOPE",
        /// The only mentor in scope guides the cadre in the other role.
        OnlyOtherMentor = "ONLY_OTHER_MENTOR",
        /// Every mentor who could take it guides as many as they may.
        CapacityExhausted = "CAPACITY_EXHAUSTED",
        /// The mentor was taken away by hand; solving again may find another.
        TakenAway = "TAKEN_AWAY",
    }
}

/// A run as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = matching_runs, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Run {
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
    /// The unit whose subtree it covers.
    pub organization_id: Id,
    /// Where it stands.
    pub status: RunStatus,
    /// What was asked, as JSON.
    pub terms: String,
    /// What came of it, as JSON.
    pub outcome: String,
    /// SHA-256 of everything the result depends on.
    pub input_digest: String,
    /// SHA-256 of the result.
    pub result_digest: String,
    /// The journal's position that it was computed at.
    pub journal_position: i64,
    /// How long it took.
    pub duration_ms: i32,
    /// When it was applied.
    pub applied_at: Option<UtcTimestamp>,
    /// Who applied it.
    pub applied_by: Option<Id>,
}

/// A seat of a run as stored: who should take it, and why.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = matching_proposals, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Proposal {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// The run.
    pub run_id: Id,
    /// The cadre.
    pub cadre_id: Id,
    /// As what the mentor would guide.
    pub role: MentorRole,
    /// The cadre's unit when the run was computed.
    pub organization_id: Id,
    /// The mentor; none for an empty seat.
    pub mentor_id: Option<Id>,
    /// Whether it has a mentor.
    pub matched: bool,
    /// The active pair that the seat had when the run was computed.
    pub present_id: Option<Id>,
    /// Factors, runner-up, reason, as JSON.
    pub explanation: String,
    /// What a person decided.
    pub decision: Decision,
    /// Mentors kept away from it by hand, as JSON.
    pub banned: String,
}
