//! What is stored of an evaluation form.

use diesel::prelude::*;

use super::terms::EvaluationKind;
use crate::context::Context;
use crate::db::schema::evaluation_forms;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::values::{Date, text_enum};

/// Of a day and kind there is one published form.
pub const ONE_OF_DAY: UniqueKey = UniqueKey::new(
    "evaluation_forms_one_of_day",
    "evaluation_forms.kind, evaluation_forms.valid_from",
);

text_enum! {
    /// Whether evaluations are written on a form.
    pub enum EvaluationFormStatus {
        /// Being written; seen by those who write it.
        Draft = "DRAFT",
        /// Evaluations of periods that end on its first day or later are written on it.
        Published = "PUBLISHED",
        /// No more evaluations are written on it.
        Retired = "RETIRED",
    }
}

/// An evaluation form as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = evaluation_forms, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct EvaluationForm {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Who made it; nobody made those of the first start.
    pub created_by: Option<Id>,
    /// What is evaluated on it.
    pub kind: EvaluationKind,
    /// Status.
    pub status: EvaluationFormStatus,
    /// The first day on which a period may end that is evaluated on it.
    pub valid_from: Date,
    /// What is scored, as a JSON array.
    pub dimensions: String,
    /// Who rates, as a JSON array.
    pub raters: String,
    /// What is asked, as a JSON array.
    pub questions: String,
    /// Fewest raters that count in a composite.
    pub minimum_raters: i32,
}

/// The columns of a form, each with the members that show it: a list that is asked for others leaves it out. Without members stand
/// those that decide who sees the row, or what it may come to. A macro because what is selected has no type one could write down.
macro_rules! columns {
    ($fields:ident) => {
        (
            evaluation_forms::id,
            $fields.column(&["version"], evaluation_forms::version),
            $fields.column(&["createdAt"], evaluation_forms::created_at),
            $fields.column(&["updatedAt"], evaluation_forms::updated_at),
            $fields.column(&[], evaluation_forms::created_by),
            evaluation_forms::kind,
            evaluation_forms::status,
            evaluation_forms::valid_from,
            $fields.column(&["dimensions"], evaluation_forms::dimensions),
            $fields.column(&["raters"], evaluation_forms::raters),
            $fields.column(&["questions"], evaluation_forms::questions),
            $fields.column(&["minimumRaters"], evaluation_forms::minimum_raters),
        )
    };
}

pub(super) use columns;

impl EvaluationForm {
    /// A draft of which nothing is known but what is evaluated on it.
    pub fn blank(context: &Context, id: Id, kind: EvaluationKind) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            kind,
            status: EvaluationFormStatus::Draft,
            valid_from: context.today,
            dimensions: "[]".to_owned(),
            raters: "[]".to_owned(),
            questions: "[]".to_owned(),
            minimum_raters: 1,
        }
    }
}
