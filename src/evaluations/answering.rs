//! What a rater answers to the questions of the form that an evaluation is written on.

use super::draft::Content;
use super::model::Evaluation;
use crate::db::DbConn;
use crate::error::{Fault, FieldErrors, Result};
use crate::evaluation_forms::{self, Answers, EvaluationForm, FormQuestions};

/// The form that a rewritten evaluation is written on: another only where its kind or the end of its period changed.
///
/// # Errors
/// When the database refuses.
pub fn form_of(
    tx: &mut DbConn,
    before: &Evaluation,
    content: &Content,
) -> Result<Option<EvaluationForm>> {
    if (content.kind, content.period_to) != (before.kind, before.period_to) {
        return evaluation_forms::of_day(tx, content.kind, content.period_to);
    }
    match before.form_id {
        Some(id) => evaluation_forms::find(tx, id),
        None => Ok(None),
    }
}

/// Notes answers that fit no question of the form, and when it is to be handed in those that lack.
///
/// # Errors
/// When the form that is stored is none.
pub fn check(
    form: Option<&EvaluationForm>,
    answers: &Answers,
    submit: bool,
    errors: &mut FieldErrors,
) -> Result<()> {
    match form {
        Some(form) => {
            let questions = FormQuestions::from_json(&form.questions)?;
            answers.check(&questions, submit, errors);
        }
        None if !answers.0.is_empty() => errors.push("/answers", Fault::new("no-questions")),
        None => {}
    }
    Ok(())
}
