//! What callers send about enrolments.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::choosing::MOST;
use super::model::{EnrolmentResult, EnrolmentStatus};
use super::response::EnrolmentResponse;
use crate::cadres::{Phase, PostCategory};
use crate::db::Id;
use crate::error::FieldErrors;
use crate::http::{Flag, Integer, Limited, OneOf, read_only};
use crate::values::Text;

/// A cadre in a training event.
#[derive(Debug, Clone, Copy, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<EnrolmentResponse, CreateEnrolment>)]
#[schema(rename_all = "camelCase", example = json!({
    "eventId": "0189857f-7a00-7000-8000-000000000001",
    "cadreId": "0189857f-7a00-7000-8000-000000000002"
}))]
pub struct CreateEnrolment {
    /// An id of the caller's own, UUID version 7.
    #[deserr(default)]
    pub id: Option<Id>,
    /// The event.
    pub event_id: Id,
    /// The cadre.
    pub cadre_id: Id,
}

/// Whom to enrol: either those who are named, or all of a unit and those below it who are active and to whom the event is open.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct EnrolTrainingEvent {
    /// These cadres, in this order; each must fit.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<Id>>, max_items = 5000)]
    pub cadre_ids: Option<Limited<Id, MOST>>,
    /// All of this unit, up to 5,000.
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// Of these years of the programme alone; with `organizationId`.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<Phase>>, max_items = 3)]
    pub phases: Option<Limited<Phase, 3>>,
    /// With these kinds of post alone; with `organizationId`.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<PostCategory>>, max_items = 3)]
    pub post_categories: Option<Limited<PostCategory, 3>>,
    /// Does all of it and undoes it: tells who would be seated and who would wait.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// Attendance of one cadre.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct AttendanceItem {
    /// The cadre.
    pub cadre_id: Id,
    /// `ATTENDED`, `PARTLY`, `ABSENT` or `EXCUSED`.
    pub status: EnrolmentStatus,
    /// Hours to credit; without it, those of the event for `ATTENDED`. `PARTLY` needs it, the others have none.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 1000)]
    pub hours_credited: Option<Integer<0, 1000>>,
    /// What came of it, of those who were there.
    #[deserr(default)]
    pub result: Option<EnrolmentResult>,
    /// Score out of 100, of those who were there.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 100)]
    pub score: Option<Integer<0, 100>>,
    /// Why absent or excused.
    #[deserr(default)]
    pub reason: Option<Text<500>>,
}

/// Attendance of an event, all at once or some at a time. What was recorded before is corrected by sending it again.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct RecordAttendance {
    /// One for each cadre.
    #[schema(value_type = Vec<AttendanceItem>, max_items = 5000)]
    pub items: Limited<AttendanceItem, MOST>,
}

/// Why a cadre does not come.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ExcuseEnrolment {
    /// Why.
    pub reason: Text<500>,
}

/// Nothing to say beyond the verb itself.
#[derive(Debug, Clone, Copy, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ReadmitEnrolment {}

/// Filters of the list of enrolments.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct EnrolmentFilters {
    /// In this event.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub event_id: Option<Id>,
    /// Of this cadre.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// Made in this unit or one below it.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// `false` leaves the units below out.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub subtree: Option<Flag>,
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<EnrolmentStatus>>,
}
