//! What callers send about evaluation forms.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::content::{FormDimensions, FormQuestions, FormRaters};
use super::model::{EvaluationForm, EvaluationFormStatus};
use super::response::EvaluationFormResponse;
use super::terms::{EvaluationKind, kind_schema};
use crate::db::Id;
use crate::error::FieldErrors;
use crate::http::{Integer, OneOf, Patch, PatchOf, Patchable, read_only};
use crate::values::{Date, DateBound, Text, patches};

/// A new evaluation form, a draft.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<EvaluationFormResponse, CreateEvaluationForm>)]
#[schema(rename_all = "camelCase", example = json!({
    "kind": "ORDINARY",
    "dimensions": [
        { "code": "STATE_OF_MIND", "weight": 20 },
        { "code": "WORK_PERFORMANCE", "weight": 40, "anchors": [{ "from": 90, "to": 100, "text": "提前完成，并带动他人" }] },
        { "code": "POST_FIT", "weight": 20 },
        { "code": "COMPETENCE", "weight": 20 }
    ],
    "raters": [
        { "relation": "POLITICAL_MENTOR", "weight": 20 },
        { "relation": "PROFESSIONAL_MENTOR", "weight": 30 },
        { "relation": "UNIT", "weight": 40 },
        { "relation": "SELF", "weight": 10 }
    ],
    "questions": [{ "id": "support", "text": "下一季度最需要哪方面的支持？", "type": "TEXT", "required": true }],
    "minimumRaters": 2,
    "validFrom": "2023-10-01"
}))]
pub struct CreateEvaluationForm {
    /// An id of the caller's own, UUID version 7.
    #[deserr(default)]
    pub id: Option<Id>,
    /// What is evaluated on it.
    #[schema(schema_with = kind_schema)]
    pub kind: EvaluationKind,
    /// The first day on which a period may end that is evaluated on it.
    pub valid_from: Date,
    /// What is scored.
    pub dimensions: FormDimensions,
    /// Who rates.
    pub raters: FormRaters,
    /// What is asked beside the scores.
    #[deserr(default)]
    pub questions: Option<FormQuestions>,
    /// Fewest raters that count in a composite; 1 unless given.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 4)]
    pub minimum_raters: Option<Integer<1, 4>>,
}

/// Changes to a draft: absent members stay, null clears.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<EvaluationFormResponse, CreateEvaluationForm>)]
#[schema(as = PutEvaluationForm, rename_all = "camelCase")]
pub struct EvaluationFormInput {
    /// Another kind.
    #[deserr(default)]
    #[schema(schema_with = kind_schema, required = false)]
    pub kind: Patch<EvaluationKind>,
    /// The first day on which a period may end that is evaluated on it.
    #[deserr(default)]
    #[schema(value_type = Option<Date>)]
    pub valid_from: Patch<Date>,
    /// What is scored; replaces all of it.
    #[deserr(default)]
    #[schema(value_type = Option<FormDimensions>)]
    pub dimensions: Patch<FormDimensions>,
    /// Who rates; replaces all of them.
    #[deserr(default)]
    #[schema(value_type = Option<FormRaters>)]
    pub raters: Patch<FormRaters>,
    /// What is asked beside the scores; replaces all of it.
    #[deserr(default)]
    #[schema(value_type = Option<FormQuestions>)]
    pub questions: Patch<FormQuestions>,
    /// Fewest raters that count in a composite.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 4)]
    pub minimum_raters: Patch<Integer<1, 4>>,
}

impl Patchable for EvaluationFormInput {
    const NOT_PATCHED: &'static [&'static str] = &[];
}

patches! {
    EvaluationFormInput => EvaluationForm,
    required: [kind, valid_from],
    optional: [],
    by_hand: [dimensions, raters, questions, minimum_raters],
    also_changed: [dimensions, raters, questions, minimum_raters],
}

/// Changes to a draft by merge patch.
pub type PatchEvaluationForm = PatchOf<EvaluationFormInput>;

impl From<CreateEvaluationForm> for EvaluationFormInput {
    fn from(new: CreateEvaluationForm) -> Self {
        Self {
            kind: Patch::Value(new.kind),
            valid_from: Patch::Value(new.valid_from),
            dimensions: Patch::Value(new.dimensions),
            raters: Patch::Value(new.raters),
            questions: Patch::given(new.questions),
            minimum_raters: Patch::given(new.minimum_raters),
        }
    }
}

/// The publication of a draft.
#[derive(Debug, Clone, Copy, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct PublishEvaluationForm {
    /// Does all of it and undoes it.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// The end of a form.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct RetireEvaluationForm {
    /// Why.
    #[deserr(default)]
    pub reason: Option<Text<500>>,
}

/// Filters of the list of evaluation forms.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct EvaluationFormFilters {
    /// Of these kinds.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub kind: Option<OneOf<EvaluationKind>>,
    /// With these statuses.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub status: Option<OneOf<EvaluationFormStatus>>,
    /// Valid from this day or an earlier one.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub valid_from_lte: Option<DateBound>,
}
