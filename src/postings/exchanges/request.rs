//! What callers send about exchanges.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::model::ExchangeStatus;
use super::response::ExchangeResponse;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::external_ids::ExternalRef;
use crate::http::{Limited, OneOf, read_only};
use crate::journal::OverrideInput;
use crate::organizations::OrganizationCode;
use crate::postings::model::{PostingArrangement, PostingFront};
use crate::postings::request::{CreatePosting, PostingResultInput};
use crate::values::{Date, DateBound, Text};

/// Most legs of an exchange.
pub const MOST_LEGS: usize = 6;

/// One leg: who goes to which unit. As a posting of its own, but for the days, which are those of the exchange.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ExchangeLegInput {
    /// The cadre; each is in one leg.
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// The cadre's id in another system.
    #[deserr(default)]
    pub cadre_ref: Option<ExternalRef>,
    /// The unit that receives; it sends someone, too.
    #[deserr(default)]
    pub host_organization_id: Option<Id>,
    /// That unit's code.
    #[deserr(default)]
    pub host_organization_code: Option<OrganizationCode>,
    /// That unit's id in another system.
    #[deserr(default)]
    pub host_organization_ref: Option<ExternalRef>,
    /// At which of the three fronts.
    pub front: PostingFront,
    /// How the cadre is with the host.
    pub arrangement: PostingArrangement,
    /// The mentor who leads the cadre there.
    #[deserr(default)]
    pub lead_mentor_id: Option<Id>,
    /// That mentor's id in another system.
    #[deserr(default)]
    pub lead_mentor_ref: Option<ExternalRef>,
    /// The task.
    pub task: Text<500>,
    /// Rules that a programme manager overrides for this leg, up to four.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<OverrideInput>>, max_items = 4)]
    pub overrides: Option<Limited<OverrideInput, 4>>,
}

impl ExchangeLegInput {
    /// The posting that it is, on these days.
    pub fn posting(&self, (first, last): (Date, Date)) -> CreatePosting {
        CreatePosting {
            id: None,
            cadre_id: self.cadre_id,
            cadre_ref: self.cadre_ref.clone(),
            front: self.front,
            arrangement: self.arrangement,
            host_organization_id: self.host_organization_id,
            host_organization_code: self.host_organization_code.clone(),
            host_organization_ref: self.host_organization_ref.clone(),
            host_name: None,
            lead_mentor_id: self.lead_mentor_id,
            lead_mentor_ref: self.lead_mentor_ref.clone(),
            task: self.task.clone(),
            planned_starts_on: Some(first),
            planned_ends_on: Some(last),
            starts_on: None,
            ends_on: None,
            overrides: self.overrides.clone(),
        }
    }
}

/// A new exchange, planned: whoever sends receives, and whoever receives sends.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<ExchangeResponse, CreateExchange>)]
#[schema(rename_all = "camelCase", example = json!({
    "title": "市直部门与乡镇双向互派（第二批）",
    "plannedStartsOn": "2023-09-01",
    "plannedEndsOn": "2024-02-29",
    "legs": [
        {
            "cadreId": "0189857f-7a00-7000-8000-000000000001", "hostOrganizationId": "0189857f-7a00-7000-8000-000000000011",
            "front": "REFORM_AND_OPENING", "arrangement": "ATTACHMENT", "task": "跟班参与项目审批"
        },
        {
            "cadreId": "0189857f-7a00-7000-8000-000000000002", "hostOrganizationId": "0189857f-7a00-7000-8000-000000000012",
            "front": "TOUGH_TASK", "arrangement": "ATTACHMENT", "task": "参与矛盾纠纷排查调处"
        }
    ]
}))]
pub struct CreateExchange {
    /// An id of the caller's own, UUID version 7.
    #[deserr(default)]
    pub id: Option<Id>,
    /// Title.
    pub title: Text<200>,
    /// The first day of every leg, up to a year ahead.
    pub planned_starts_on: Date,
    /// The last day of every leg, within three years of the first.
    pub planned_ends_on: Date,
    /// Two to six legs.
    #[schema(value_type = Vec<ExchangeLegInput>, min_items = 2, max_items = 6)]
    pub legs: Limited<ExchangeLegInput, MOST_LEGS>,
}

/// The beginning of an exchange.
#[derive(Debug, Clone, Copy, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct StartExchange {
    /// The first day of every leg, up to today; today when left out.
    #[deserr(default)]
    pub on: Option<Date>,
}

/// Another last day of an exchange that runs.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ExtendExchange {
    /// The last day as planned now, of every leg that runs: later than the one before, within three years of the first.
    pub planned_ends_on: Date,
    /// Why.
    pub reason: Text<500>,
}

/// What came of one leg.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct LegResultInput {
    /// The leg.
    pub posting_id: Id,
    /// What came of it.
    pub result: PostingResultInput,
}

/// The regular end of an exchange.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct FinishExchange {
    /// What came of every leg that runs, each once.
    #[schema(value_type = Vec<LegResultInput>, max_items = 6)]
    pub results: Limited<LegResultInput, MOST_LEGS>,
    /// The day it ended, from its first to today; today when left out.
    #[deserr(default)]
    pub on: Option<Date>,
}

/// Why an exchange does not begin.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct CancelExchange {
    /// Why.
    pub reason: Text<500>,
}

/// Filters of the list of exchanges.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ExchangeFilters {
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<ExchangeStatus>>,
    /// Planned to begin on this day or later.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub planned_starts_on_gte: Option<DateBound>,
    /// Planned to begin on this day or earlier.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub planned_starts_on_lte: Option<DateBound>,
}
