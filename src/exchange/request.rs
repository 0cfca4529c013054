//! How callers want a file to be taken in.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::error::FieldErrors;
use crate::external_ids::Source;
use crate::http::Flag;
use crate::values::text_enum;

text_enum! {
    /// What becomes of a file in which some rows have errors.
    pub enum ImportMode {
        /// The rows without errors are written.
        Partial = "partial",
        /// Nothing is written.
        Atomic = "atomic",
    }
}

/// How a file is to be taken in.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ImportTerms {
    /// `true` answers what would happen and changes nothing.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub dry_run: Option<Flag>,
    /// What becomes of a file in which some rows have errors; `partial` unless said otherwise.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub mode: Option<ImportMode>,
    /// The system whose ids the column `externalId` holds; a client's own source unless said otherwise.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub source: Option<Source>,
}

impl ImportTerms {
    /// Whether nothing may change.
    pub fn is_dry(&self) -> bool {
        self.dry_run.is_some_and(|flag| flag.0)
    }

    /// Whether one error keeps every row from being written.
    pub fn is_atomic(&self) -> bool {
        self.mode == Some(ImportMode::Atomic)
    }
}
