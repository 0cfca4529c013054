//! What callers ask about hours.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::cadres::Phase;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::http::{Flag, OneOf, Whole};

/// Which year.
#[derive(Debug, Clone, Copy, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct YearQuery {
    /// The calendar year; without it the present one.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub year: Option<Whole<1950, 2099>>,
}

/// Filters of the list of training hours.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct TrainingHoursFilters {
    /// The calendar year; without it the present one.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub year: Option<Whole<1950, 2099>>,
    /// Of this unit and those below it.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// `false` leaves the units below out.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub subtree: Option<Flag>,
    /// In these years of the programme today.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub phase: Option<OneOf<Phase>>,
}
