//! Answers to the questions of a form.

use deserr::Deserr;
use serde::Serialize;
use utoipa::ToSchema;

use super::content::{FormQuestion, FormQuestions, QuestionType};
use crate::error::{Fault, FieldErrors};
use crate::http::Integer;
use crate::values::{Text, distinct_list};

/// An answer: one of `text`, `scale` and `choice`, as the type of its question has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
#[schema(as = EvaluationAnswer, rename_all = "camelCase")]
pub struct Answer {
    /// The id of the question in the form.
    pub question_id: Text<40>,
    /// Of `TEXT`.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text: Option<Text<2000>>,
    /// Of `SCALE`.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 5)]
    pub scale: Option<Integer<1, 5>>,
    /// Of `CHOICE`.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub choice: Option<Text<100>>,
}

distinct_list! {
    /// Answers, one to a question.
    pub struct Answers(Answer); 0..=30, "/questionId", |answer| answer.question_id.as_str()
}

impl Answers {
    /// Notes answers that fit no question, and when the form is handed in the questions that want one.
    pub fn check(&self, questions: &FormQuestions, submit: bool, errors: &mut FieldErrors) {
        for (n, answer) in self.0.iter().enumerate() {
            let mut asked = questions.0.iter();
            match asked.find(|question| question.id == answer.question_id) {
                Some(question) => answer.check(question, &format!("/answers/{n}"), errors),
                None => errors.push(
                    format!("/answers/{n}/questionId"),
                    Fault::new("reference-unknown"),
                ),
            }
        }
        let is_lacking = |question: &&FormQuestion| {
            question.required
                && !self
                    .0
                    .iter()
                    .any(|answer| answer.question_id == question.id)
        };
        let lacking: Vec<&str> = questions
            .0
            .iter()
            .filter(is_lacking)
            .map(|question| question.id.as_str())
            .collect();
        if submit && !lacking.is_empty() {
            let fault = Fault::with("answers-lacking", &[&lacking.join(", ")]);
            errors.push("/answers", fault);
        }
    }
}

impl Answer {
    fn check(&self, question: &FormQuestion, at: &str, errors: &mut FieldErrors) {
        let given = [
            (QuestionType::Text, "text", self.text.is_some()),
            (QuestionType::Scale, "scale", self.scale.is_some()),
            (QuestionType::Choice, "choice", self.choice.is_some()),
        ];
        for (kind, member, is_given) in given {
            let fault = match (kind == question.kind, is_given) {
                (true, false) => Fault::new("required"),
                (false, true) => Fault::new("unknown-member"),
                _ => continue,
            };
            errors.push(format!("{at}/{member}"), fault);
        }
        let choices = &question.choices.0;
        if question.kind == QuestionType::Choice
            && self
                .choice
                .as_ref()
                .is_some_and(|choice| !choices.contains(choice))
        {
            let known: Vec<&str> = choices.iter().map(Text::as_str).collect();
            errors.push(
                format!("{at}/choice"),
                Fault::with("code-unknown", &[&known.join(", ")]),
            );
        }
    }
}
