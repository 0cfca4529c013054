//! What callers ask of the forms that rounds issued.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::db::Id;
use crate::error::FieldErrors;
use crate::evaluation_forms::EvaluatorRelation;
use crate::evaluations::issued::{MissedReason, RaterFormStatus};
use crate::http::OneOf;

/// Filters of the list of forms that rounds issued.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct RaterFormFilters {
    /// Of this round.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub round_id: Option<Id>,
    /// About this cadre.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// Of this mentor.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub mentor_id: Option<Id>,
    /// Of raters with these relations.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub evaluator_relation: Option<OneOf<EvaluatorRelation>>,
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<RaterFormStatus>>,
    /// Missed for these reasons.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub missed_reason: Option<OneOf<MissedReason>>,
}
