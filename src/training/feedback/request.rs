//! What a cadre says of an event.

use deserr::Deserr;
use utoipa::ToSchema;

use crate::error::FieldErrors;
use crate::http::Integer;
use crate::values::Text;

/// What a cadre thinks of an event that they took part in; said once.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct RateEnrolment {
    /// From 1, of no use, to 5, of great use.
    #[schema(value_type = i32, minimum = 1, maximum = 5)]
    pub rating: Integer<1, 5>,
    /// In their own words; the host reads it without a name.
    #[deserr(default)]
    pub text: Option<Text<1000>>,
}
