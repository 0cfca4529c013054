//! What callers ask the journal for.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::db::{Id, UtcTimestamp};
use crate::error::FieldErrors;
use crate::values::Text;

/// Filters of the journal.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct JournalFilters {
    /// The kind of resource.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub resource_type: Option<Text<64>>,
    /// The resource.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub resource_id: Option<Id>,
    /// The cadre a change is about.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub cadre_id: Option<Id>,
    /// The account that made the change.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub actor_id: Option<Id>,
    /// What happened.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub action: Option<Text<64>>,
    /// Not before this moment.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub occurred_at_gte: Option<UtcTimestamp>,
    /// Not after this moment.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub occurred_at_lte: Option<UtcTimestamp>,
}
