//! The goals and targets of a template, as they are sent, stored and shown.

use deserr::Deserr;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::FieldErrors;
use crate::http::Integer;
use crate::values::{Text, distinct_list};

/// A phase is a year.
const MAX_MONTHS: i32 = 12;

/// A goal that the programme sets for a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
pub struct TemplateGoal {
    /// What is to be done; no two goals of a template say the same.
    pub title: Text<200>,
    /// By what one sees that it is done.
    #[deserr(default)]
    pub measure: Option<Text<500>>,
    /// Months from the first day of the phase until it is due.
    #[schema(value_type = i32, minimum = 1, maximum = 12)]
    pub due_after_months: Integer<1, MAX_MONTHS>,
    /// Whether the phase asks for it at its gate.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub required: bool,
}

distinct_list! {
    /// Goals, each with a title of its own.
    pub struct TemplateGoals(TemplateGoal); 0..=30, "/title", |goal| goal.title.as_str()
}

distinct_list! {
    /// What is to be reached, each once.
    pub struct Targets(Text<200>); 0..=20, "", Text::as_str
}
