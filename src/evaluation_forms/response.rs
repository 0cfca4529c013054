//! An evaluation form as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::content::{FormDimensions, FormQuestions, FormRaters};
use super::model::{EvaluationForm, EvaluationFormStatus};
use super::terms::{EvaluationKind, kind_schema};
use crate::db::{Id, UtcTimestamp};
use crate::error::{Current, Result};
use crate::http::versioned;
use crate::listing::Fields;
use crate::transitions;
use crate::values::Date;

/// What raters score and are asked, and how much each of them weighs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EvaluationForm)]
pub struct EvaluationFormResponse {
    /// The form's id, which is also its version: what is published never changes.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// What is evaluated on it.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// Whether evaluations are written on it.
    pub status: EvaluationFormStatus,
    /// The first day on which a period may end that is evaluated on it, until the day of its successor.
    pub valid_from: Date,
    /// What is scored.
    pub dimensions: FormDimensions,
    /// Who rates.
    pub raters: FormRaters,
    /// What is asked beside the scores.
    pub questions: FormQuestions,
    /// Fewest raters that count in a composite.
    #[schema(minimum = 1, maximum = 4)]
    pub minimum_raters: i32,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<EvaluationForm>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(EvaluationFormResponse, "evaluation-form");

impl EvaluationFormResponse {
    /// The form as a caller sees it who may, of a row that was read for these members.
    ///
    /// # Errors
    /// When what is stored is no form.
    pub fn from_row(form: EvaluationForm, writes: bool, fields: &Fields) -> Result<Self> {
        let allowed_actions = fields.when("allowedActions", || {
            transitions::allowed::<EvaluationForm>(form.status, |_| writes)
        });
        Ok(Self {
            id: form.id,
            version: form.version,
            created_at: form.created_at,
            updated_at: form.updated_at,
            kind: form.kind,
            status: form.status,
            valid_from: form.valid_from,
            dimensions: FormDimensions::from_json(&form.dimensions)?,
            raters: FormRaters::from_json(&form.raters)?,
            questions: FormQuestions::from_json(&form.questions)?,
            minimum_raters: form.minimum_raters,
            allowed_actions,
        })
    }

    /// The representation as the `current` of an error.
    pub fn current(&self) -> Current {
        serde_json::to_value(self).ok().map(Box::new)
    }
}
