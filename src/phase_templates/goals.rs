//! The goals and targets of a template, as they are sent, stored and shown.

use std::collections::BTreeSet;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::Serialize;
use utoipa::{PartialSchema, ToSchema};

use crate::error::{Error, Fault, FieldErrors, Result, pointer};
use crate::http::Integer;
use crate::values::Text;

/// Most goals of a template.
const MAX_GOALS: usize = 30;
/// Most targets of a template.
const MAX_TARGETS: usize = 20;
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

/// The goals of a template, each with a title of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TemplateGoals(pub Vec<TemplateGoal>);

impl TemplateGoals {
    /// The stored form.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// The goals as they were stored.
    ///
    /// # Errors
    /// When what is stored is no such list.
    pub fn from_json(text: &str) -> Result<Self> {
        stored(text)
    }
}

/// What a template is to reach, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Targets(pub Vec<Text<200>>);

impl Targets {
    /// The stored form.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// The targets as they were stored.
    ///
    /// # Errors
    /// When what is stored is no such list.
    pub fn from_json(text: &str) -> Result<Self> {
        stored(text)
    }
}

fn stored<T: Default + Deserr<FieldErrors>>(text: &str) -> Result<T> {
    // What a list was not asked for.
    if text.is_empty() {
        return Ok(T::default());
    }
    let json: serde_json::Value = serde_json::from_str(text).map_err(Error::internal)?;
    deserr::deserialize::<T, _, FieldErrors>(json)
        .map_err(|faults| Error::internal(format!("a stored template: {faults:?}")))
}

/// The items of a list, no more than `most` and each different by `key`; the faults of all of them at once.
fn distinct<T: Deserr<FieldErrors>, V: IntoValue>(
    value: Value<V>,
    location: ValuePointerRef,
    most: usize,
    key: (&str, fn(&T) -> &str),
) -> std::result::Result<Vec<T>, FieldErrors> {
    let items = Vec::<T>::deserialize_from_value(value, location)?;
    let at = pointer(location);
    let mut errors = FieldErrors::default();
    if items.len() > most {
        errors.push(at.clone(), Fault::with("out-of-range", &[&0, &most]));
    }
    let (member, text_of) = key;
    let mut known = BTreeSet::new();
    for (n, item) in items.iter().enumerate() {
        if !known.insert(text_of(item)) {
            errors.push(format!("{at}/{n}{member}"), Fault::new("not-unique"));
        }
    }
    if errors.is_empty() {
        Ok(items)
    } else {
        Err(errors)
    }
}

impl Deserr<FieldErrors> for TemplateGoals {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> std::result::Result<Self, FieldErrors> {
        let title: fn(&TemplateGoal) -> &str = |goal| goal.title.as_str();
        distinct(value, location, MAX_GOALS, ("/title", title)).map(Self)
    }
}

impl Deserr<FieldErrors> for Targets {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> std::result::Result<Self, FieldErrors> {
        distinct(value, location, MAX_TARGETS, ("", Text::as_str)).map(Self)
    }
}

impl PartialSchema for TemplateGoals {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ArrayBuilder::new()
            .items(utoipa::openapi::Ref::from_schema_name("TemplateGoal"))
            .max_items(Some(MAX_GOALS))
            .description(Some("Goals, each with a title of its own."))
            .into()
    }
}

impl ToSchema for TemplateGoals {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        schemas.push((TemplateGoal::name().into(), TemplateGoal::schema()));
        TemplateGoal::schemas(schemas);
    }
}

impl PartialSchema for Targets {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ArrayBuilder::new()
            .items(Text::<200>::schema())
            .max_items(Some(MAX_TARGETS))
            .description(Some("What is to be reached, each once."))
            .into()
    }
}

impl ToSchema for Targets {}
