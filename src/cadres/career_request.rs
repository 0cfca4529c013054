//! What callers send with the verbs of a career.

use deserr::Deserr;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::PostCategory;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::external_ids::ExternalRef;
use crate::organizations::OrganizationCode;
use crate::values::{Date, Text, text_enum};

text_enum! {
    /// What becomes of the pairs of a cadre who moves.
    pub enum AssignmentsOnTransfer {
        /// They stay; those whose mentor is now too far need a replacement.
        Keep = "KEEP",
        /// They end.
        End = "END",
    }
}

text_enum! {
    /// Why someone leaves the programme.
    pub enum LeaveReason {
        /// Resigned from the service.
        Resigned = "RESIGNED",
        /// Moved to an organ outside the programme.
        TransferredOut = "TRANSFERRED_OUT",
        /// Recruitment cancelled after probation.
        RecruitmentCancelled = "RECRUITMENT_CANCELLED",
        /// Dismissed.
        Dismissed = "DISMISSED",
        /// Deceased.
        Deceased = "DECEASED",
        /// Another reason.
        Other = "OTHER",
    }
}

text_enum! {
    /// Why probation is extended (R02).
    pub enum ExtensionReason {
        /// Sick or personal leave beyond the days that do no harm.
        Leave = "LEAVE",
        /// Pregnancy, maternity or nursing; without a limit.
        Maternity = "MATERNITY",
        /// A sanction that has not ended.
        Sanction = "SANCTION",
        /// A case that has not been decided.
        OpenCase = "OPEN_CASE",
    }
}

/// A move to another unit.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct TransferCadre {
    /// The new unit.
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// The new unit's code.
    #[deserr(default)]
    pub organization_code: Option<OrganizationCode>,
    /// The new unit's id in another system.
    #[deserr(default)]
    pub organization_ref: Option<ExternalRef>,
    /// The first day in the new unit, not in the future.
    pub effective_on: Date,
    /// The new post.
    #[deserr(default)]
    pub post_title: Option<Text<100>>,
    /// The new kind of post.
    #[deserr(default)]
    pub post_category: Option<PostCategory>,
    /// What becomes of the pairs; they stay unless ended.
    #[deserr(default)]
    pub assignments: Option<AssignmentsOnTransfer>,
    /// Does all of it and undoes it.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// A suspension.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct SuspendCadre {
    /// The first day, not in the future.
    pub from: Date,
    /// Why.
    pub reason: Text<500>,
    /// Does all of it and undoes it.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// A turn that happens on a day.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct TurnCadre {
    /// The day, not in the future; today when left out.
    #[deserr(default)]
    pub on: Option<Date>,
    /// Does all of it and undoes it.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// A departure from the programme.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct LeaveCadre {
    /// The last day, not in the future.
    pub on: Date,
    /// Why.
    pub reason: LeaveReason,
    /// Does all of it and undoes it.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// An extension of probation (R02).
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ExtendCadre {
    /// The first day off probation, later than the present one; left out with LEAVE, exactly the working days of sick and
    /// personal leave beyond those that do no harm.
    #[deserr(default)]
    pub until: Option<Date>,
    /// Why. LEAVE must be borne out by absences on file.
    pub reason: ExtensionReason,
    /// Does all of it and undoes it.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// A unit and post, from–to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CareerPost {
    /// The unit.
    pub organization_id: Id,
    /// The unit's present name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The post.
    #[schema(max_length = 100)]
    pub post_title: Option<String>,
    /// The kind of post.
    #[schema(value_type = Option<PostCategory>)]
    pub post_category: Option<String>,
    /// The first day.
    pub starts_on: Date,
    /// The last day; null for the present post.
    pub ends_on: Option<Date>,
}

/// A turn of a career.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CareerEvent {
    /// `SUSPENDED`, `RESUMED`, `LEFT`, `REINSTATED`, `GRADUATED` or `PROBATION_EXTENDED`. More will come.
    #[schema(max_length = 32, example = "SUSPENDED")]
    pub kind: String,
    /// The day.
    pub occurred_on: Date,
    /// Why.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Until when, of an extension.
    pub until: Option<Date>,
}

/// A career within the programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CareerResponse {
    /// The cadre.
    pub cadre_id: Id,
    /// Units and posts, the first one first.
    #[schema(max_items = 200)]
    pub posts: Vec<CareerPost>,
    /// Turns, the first one first.
    #[schema(max_items = 200)]
    pub events: Vec<CareerEvent>,
}
