//! What callers send with the verbs of a mentor's life.

use deserr::Deserr;
use utoipa::ToSchema;

use crate::db::Id;
use crate::error::FieldErrors;
use crate::external_ids::ExternalRef;
use crate::organizations::OrganizationCode;
use crate::values::{Date, Text};

/// Nothing to say beyond the verb itself.
#[derive(Debug, Clone, Copy, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct TurnMentor {}

/// An appointment.
#[derive(Debug, Clone, Copy, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct AppointMentor {
    /// Since when they are a mentor, not in the future; today when left out. A pair begins on this day or later.
    #[deserr(default)]
    pub on: Option<Date>,
}

/// A suspension, or a leave when it has an end.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct SuspendMentor {
    /// The first day; one in the future is planned, and the status changes when it comes.
    pub from: Date,
    /// The last day, not in the past. With it this is leave, and pairs stay.
    #[deserr(default)]
    pub to: Option<Date>,
    /// Why.
    pub reason: Text<500>,
}

/// The end of a mentor's service.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct RetireMentor {
    /// The last day as a mentor, not in the future; today when left out.
    #[deserr(default)]
    pub on: Option<Date>,
}

/// A move to another unit. Exactly one of `organizationId`, `organizationCode` and `organizationRef` names it.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct TransferMentor {
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
}
