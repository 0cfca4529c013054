//! What callers send about talks.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::model::SessionKind;
use super::response::MentoringSessionResponse;
use crate::cadres::CadreChoice;
use crate::db::{Id, UtcTimestamp};
use crate::error::FieldErrors;
use crate::external_ids::ExternalRef;
use crate::http::{Flag, Integer, Limited, OneOf, read_only};
use crate::values::{Date, DateBound, Text};

/// A talk that was held. A mentor names the cadre, a cadre the mentor; the pair follows from the day.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<MentoringSessionResponse, CreateMentoringSession>)]
#[schema(rename_all = "camelCase", example = json!({
    "cadreId": "0189857f-7a00-7000-8000-000000000001",
    "kind": "HEART_TO_HEART",
    "occurredAt": "2023-07-21T16:30:00+08:00",
    "topics": ["THOUGHTS", "WORK"],
    "note": "入职一年，已能独立接待来访群众，希望多参加项目一线工作。",
    "followUps": [{ "text": "联系项目指挥部，安排跟班学习", "dueOn": "2023-08-15" }]
}))]
pub struct CreateMentoringSession {
    /// An id of the caller's own, UUID version 7, for apps that work offline.
    #[deserr(default)]
    pub id: Option<Id>,
    /// The cadre; a cadre may leave out their own.
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// The cadre's id in another system.
    #[deserr(default)]
    pub cadre_ref: Option<ExternalRef>,
    /// The mentor; a mentor may leave out their own.
    #[deserr(default)]
    pub mentor_id: Option<Id>,
    /// The pair, where cadre and mentor are not named.
    #[deserr(default)]
    pub assignment_id: Option<Id>,
    /// Kind. A talk with a group is recorded by the mentor.
    pub kind: SessionKind,
    /// When it was held: while the pair was in effect, and recorded up to 30 days after it ended.
    pub occurred_at: UtcTimestamp,
    /// How long it took, in minutes.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1440)]
    pub minutes: Option<Integer<1, 1440>>,
    /// Where it was held.
    #[deserr(default)]
    pub place: Option<Text<100>>,
    /// What it was about, one to ten: codes of `session-topic`, or words.
    #[schema(value_type = Vec<Text<60>>, min_items = 1, max_items = 10)]
    pub topics: Limited<Text<60>, 10>,
    /// What was said.
    #[deserr(default)]
    pub note: Option<Text<4000>>,
    /// Whether only the pair reads what was said; true for a HEART_TO_HEART, false for others, unless it is given.
    #[deserr(default)]
    pub confidential: Option<bool>,
    /// For a GROUP, the other mentees who took part, up to thirty; the talk stands in the file of each.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<Id>>, max_items = 30)]
    pub participant_ids: Option<Limited<Id, 30>>,
    /// What was agreed, up to ten.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<FollowUpInput>>, max_items = 10)]
    pub follow_ups: Option<Limited<FollowUpInput, 10>>,
    /// That it is another talk than the one of the same kind that this pair has on this day already.
    #[deserr(default)]
    pub separate: Option<bool>,
}

impl CreateMentoringSession {
    /// The cadre it names, if it names one.
    pub fn cadre(&self) -> Option<CadreChoice<'_>> {
        let external = self.cadre_ref.as_ref();
        let names = self.cadre_id.is_some() || external.is_some();
        names.then_some(CadreChoice {
            id: self.cadre_id,
            external,
        })
    }

    /// The other mentees of a group.
    pub fn participants(&self) -> &[Id] {
        self.participant_ids.as_ref().map_or(&[], |ids| &ids.0)
    }

    /// What was agreed.
    pub fn agreed(&self) -> &[FollowUpInput] {
        self.follow_ups.as_ref().map_or(&[], |all| &all.0)
    }
}

/// What was agreed in a talk.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase", example = json!({ "text": "联系项目指挥部，安排跟班学习", "dueOn": "2023-08-15" }))]
pub struct FollowUpInput {
    /// An id of the caller's own, UUID version 7.
    #[deserr(default)]
    pub id: Option<Id>,
    /// What is to be done.
    pub text: Text<500>,
    /// By when, within a year of the talk; a month after it unless given.
    #[deserr(default)]
    pub due_on: Option<Date>,
    /// The day it was done, if it is.
    #[deserr(default)]
    pub done_on: Option<Date>,
    /// Who is to do it: the mentor's or a cadre's id; whoever records the talk, unless given.
    #[deserr(default)]
    pub owner_id: Option<Id>,
}

impl FollowUpInput {
    /// By when it is due, of a talk held on a day.
    pub fn due_by(&self, held_on: Date) -> Date {
        self.due_on.unwrap_or(held_on.plus_months(1))
    }
}

/// The body of a verb that needs nothing said.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub struct ConfirmMentoringSession {}

/// Why a confidential talk is opened.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase", example = json!({ "reason": "核查信访反映的问题" }))]
pub struct RevealMentoringSession {
    /// Why; managers read it in the journal.
    pub reason: Text<500>,
}

/// When something was done.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase", example = json!({ "doneOn": "2023-07-24" }))]
pub struct FinishFollowUp {
    /// The day it was done, from the day of the talk to today; today unless given.
    #[deserr(default)]
    pub done_on: Option<Date>,
}

/// Filters of the list of talks.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct SessionFilters {
    /// Of this cadre.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub cadre_id: Option<Id>,
    /// Of this mentor.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub mentor_id: Option<Id>,
    /// Of this pair.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub assignment_id: Option<Id>,
    /// Of pairs of this unit and those below it.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub organization_id: Option<Id>,
    /// Of these kinds.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub kind: Option<OneOf<SessionKind>>,
    /// Held on this day or later.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub occurred_on_gte: Option<DateBound>,
    /// Held on this day or earlier.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub occurred_on_lte: Option<DateBound>,
}

/// Filters of the list of what was agreed.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct FollowUpFilters {
    /// Not done, and due on this day or earlier.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub due: Option<DateBound>,
    /// Done, or not.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub done: Option<Flag>,
    /// Of this cadre's talks.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub cadre_id: Option<Id>,
    /// Of this mentor's talks.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub mentor_id: Option<Id>,
    /// Of talks of pairs of this unit and those below it.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub organization_id: Option<Id>,
}
