//! A talk as a caller may see it: whoever is not of the pair of a confidential one sees that it was held.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{FollowUp, FollowUpRecord, PairMember, SessionKind, SessionRecord};
use super::rules::{self, Placed};
use super::words::{SessionWords, open_follow_up};
use crate::access::Permission::SessionsRead;
use crate::access::Reach;
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::http::{Visible, versioned};
use crate::mentors::MentorRole;
use crate::values::Date;

/// A talk of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MentoringSession)]
pub struct MentoringSessionResponse {
    /// The talk's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was recorded.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// The cadre.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: String,
    /// The mentor.
    pub mentor_id: Id,
    /// The mentor's name.
    #[schema(max_length = 60)]
    pub mentor_name: String,
    /// The pair.
    pub assignment_id: Id,
    /// As what the mentor guided.
    pub role: MentorRole,
    /// The unit of the pair.
    pub organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// Kind.
    pub kind: SessionKind,
    /// The day it was held.
    pub occurred_on: Date,
    /// Whether only the pair reads what was said: the members from `occurredAt` to `followUps` are left out for others.
    pub confidential: bool,
    /// When it was held.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = UtcTimestamp, required = false)]
    pub occurred_at: Visible<UtcTimestamp>,
    /// How long it took, in minutes.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<i32>, required = false, minimum = 1, maximum = 1440)]
    pub minutes: Visible<Option<i32>>,
    /// Where it was held.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<String>, required = false, max_length = 100)]
    pub place: Visible<Option<String>>,
    /// What it was about: codes of `session-topic`, or words.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<String>, required = false, max_items = 10)]
    pub topics: Visible<Vec<String>>,
    /// What was said.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<String>, required = false, max_length = 4000)]
    pub note: Visible<Option<String>>,
    /// Of a GROUP, the other cadres who took part, as far as the caller knows of them.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<Id>, required = false, max_items = 30)]
    pub participant_ids: Visible<Vec<Id>>,
    /// What was agreed.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Vec<AgreedFollowUp>, required = false, max_items = 10)]
    pub follow_ups: Visible<Vec<AgreedFollowUp>>,
    /// Who of the pair recorded it.
    pub recorded_by: PairMember,
    /// Whether it was recorded after the pair had ended.
    pub late: bool,
    /// When the other of the pair confirmed it.
    pub confirmed_at: Option<UtcTimestamp>,
    /// What this caller may do now, by operationId.
    #[schema(max_items = 2)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(MentoringSessionResponse, "mentoring-session");

/// What was agreed in a talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgreedFollowUp {
    /// Its id.
    pub id: Id,
    /// What is to be done.
    #[schema(max_length = 500)]
    pub text: String,
    /// By when.
    pub due_on: Date,
    /// The day it was done.
    pub done_on: Option<Date>,
    /// Who is to do it: the mentor's or the cadre's id.
    pub owner_id: Id,
}

/// What was agreed in a talk, by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FollowUp)]
pub struct FollowUpResponse {
    /// Its id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was recorded.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// The talk.
    pub session_id: Id,
    /// The pair.
    pub assignment_id: Id,
    /// The cadre.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: String,
    /// The mentor.
    pub mentor_id: Id,
    /// The mentor's name.
    #[schema(max_length = 60)]
    pub mentor_name: String,
    /// What is to be done.
    #[schema(max_length = 500)]
    pub text: String,
    /// By when.
    pub due_on: Date,
    /// Whether that day is over and it is not done.
    pub overdue: bool,
    /// The day it was done.
    pub done_on: Option<Date>,
    /// Who is to do it: the mentor's or the cadre's id.
    pub owner_id: Id,
    /// Whether the mentor or the cadre is to do it.
    pub owner: PairMember,
    /// What this caller may do now, by operationId.
    #[schema(max_items = 1)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(FollowUpResponse, "follow-up");

/// What belongs to talks in other rows, by the talk's id or its group's.
#[derive(Debug, Clone, Default)]
pub struct Attached {
    /// What was agreed.
    pub follow_ups: HashMap<Id, Vec<FollowUp>>,
    /// The cadres of each group, with the paths of the pair's unit and of their present one.
    pub groups: HashMap<Id, Vec<(Id, String, String)>>,
}

impl MentoringSessionResponse {
    /// The talk as this caller sees it.
    ///
    /// # Errors
    /// When its words cannot be read with this key.
    pub fn from_record(
        record: SessionRecord,
        attached: &Attached,
        context: &Context,
    ) -> Result<Self> {
        let reach = reading(context);
        let is_read = Placed::of_session(&record).is_read(record.session.confidential, &reach);
        Self::shown(record, attached, context, is_read)
    }

    /// The talk, with what was said or without.
    ///
    /// # Errors
    /// As [`MentoringSessionResponse::from_record`].
    pub fn shown(
        record: SessionRecord,
        attached: &Attached,
        context: &Context,
        is_read: bool,
    ) -> Result<Self> {
        let allowed_actions = allowed_actions(&record, context);
        let participants = participants(&record, attached, &reading(context));
        let session = record.session;
        let vault = &context.deps.vault;
        let (words, agreed) = if is_read {
            let agreed = attached.follow_ups.get(&session.id);
            let agreed = agreed.map_or(&[][..], Vec::as_slice).iter();
            (
                SessionWords::open(vault, &session.id, &session.words)?,
                agreed
                    .map(|one| AgreedFollowUp::from_row(one, context))
                    .collect::<Result<Vec<_>>>()?,
            )
        } else {
            Default::default()
        };
        Ok(Self {
            id: session.id,
            version: session.version,
            created_at: session.created_at,
            updated_at: session.updated_at,
            cadre_id: session.cadre_id,
            cadre_name: record.cadre_name,
            mentor_id: session.mentor_id,
            mentor_name: record.mentor_name,
            assignment_id: session.assignment_id,
            role: session.role,
            organization_id: session.organization_id,
            organization_name: record.organization.0,
            kind: session.kind,
            occurred_on: session.occurred_on,
            confidential: session.confidential,
            occurred_at: Visible::when(is_read, || session.occurred_at),
            minutes: Visible::when(is_read, || session.minutes),
            place: Visible::when(is_read, || words.place),
            topics: Visible::when(is_read, || words.topics),
            note: Visible::when(is_read, || words.note),
            participant_ids: Visible::when(is_read, || participants),
            follow_ups: Visible::when(is_read, || agreed),
            recorded_by: session.recorded_by,
            late: session.late,
            confirmed_at: session.confirmed_at,
            allowed_actions,
        })
    }
}

impl AgreedFollowUp {
    fn from_row(row: &FollowUp, context: &Context) -> Result<Self> {
        Ok(Self {
            id: row.id,
            text: open_follow_up(&context.deps.vault, &row.id, &row.words)?,
            due_on: row.due_on,
            done_on: row.done_on,
            owner_id: row.owner_id(),
        })
    }
}

impl FollowUpResponse {
    /// What was agreed, for a caller who reads it.
    ///
    /// # Errors
    /// When it cannot be read with this key.
    pub fn from_record(record: FollowUpRecord, context: &Context) -> Result<Self> {
        let may_do = record.follow_up.done_on.is_none() && rules::may_do(&record, context);
        let row = record.follow_up;
        Ok(Self {
            text: open_follow_up(&context.deps.vault, &row.id, &row.words)?,
            overdue: row.done_on.is_none() && row.due_on < context.today,
            owner_id: row.owner_id(),
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            session_id: row.session_id,
            assignment_id: row.assignment_id,
            cadre_id: row.cadre_id,
            cadre_name: record.cadre_name,
            mentor_id: row.mentor_id,
            mentor_name: record.mentor_name,
            due_on: row.due_on,
            done_on: row.done_on,
            owner: row.owner,
            allowed_actions: may_do.then_some("done_follow_up").into_iter().collect(),
        })
    }
}

/// What the caller reads of talks, whatever the operation asks for.
pub fn reading(context: &Context) -> Reach {
    let read = context.actor.reach(SessionsRead);
    read.unwrap_or_else(|| context.reach.clone())
}

/// The others of a group: whom the caller guides, or whose unit is in reach. A cadre learns of no other.
fn participants(record: &SessionRecord, attached: &Attached, reach: &Reach) -> Vec<Id> {
    let session = &record.session;
    let Some(group) = session.group_id.and_then(|id| attached.groups.get(&id)) else {
        return Vec::new();
    };
    let is_mentor = reach.mentor_id == Some(session.mentor_id);
    let others = group.iter().filter(|(cadre_id, then, now)| {
        *cadre_id != session.cadre_id && (is_mentor || reach.covers(then) || reach.covers(now))
    });
    others.map(|(cadre_id, ..)| *cadre_id).collect()
}

/// The verbs that this caller could carry out on this talk now.
fn allowed_actions(record: &SessionRecord, context: &Context) -> Vec<&'static str> {
    let session = &record.session;
    let verbs = [
        (
            "confirm_mentoring_session",
            rules::can_be_confirmed(session) && rules::may_confirm(record, context),
        ),
        (
            "reveal_mentoring_session",
            rules::may_reveal(record, context),
        ),
    ];
    let open = verbs.into_iter().filter(|(_, open)| *open);
    open.map(|(verb, _)| verb).collect()
}
