//! What a form consists of, as it is sent, stored and shown.

use deserr::Deserr;
use serde::Serialize;
use utoipa::ToSchema;

use super::terms::{Dimension, EvaluationKind, EvaluatorRelation};
use crate::error::{Fault, FieldErrors};
use crate::http::{Integer, Limited};
use crate::values::{Text, distinct_list, text_enum};

/// What a range of points means in a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(as = EvaluationAnchor)]
pub struct Anchor {
    /// The fewest points.
    #[schema(value_type = i32, minimum = 0, maximum = 100)]
    pub from: Integer<0, 100>,
    /// The most points.
    #[schema(value_type = i32, minimum = 0, maximum = 100)]
    pub to: Integer<0, 100>,
    /// What is seen of somebody who is given so many.
    pub text: Text<300>,
}

/// A dimension that is scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(as = EvaluationFormDimension)]
pub struct FormDimension {
    /// The dimension.
    pub code: Dimension,
    /// Its share of a rater's score, percent; those of all dimensions sum to 100.
    #[schema(value_type = i32, minimum = 1, maximum = 100)]
    pub weight: Integer<1, 100>,
    /// What ranges of points mean; no two share a point.
    #[deserr(default)]
    #[schema(value_type = Vec<Anchor>, max_items = 10, required = false)]
    pub anchors: Limited<Anchor, 10>,
}

/// Somebody who rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(as = EvaluationFormRater)]
pub struct FormRater {
    /// What they are to the cadre. `UNIT` stands for the host of a long secondment, too.
    pub relation: EvaluatorRelation,
    /// Their share of the whole, percent; those of all raters sum to 100. Of 0, they are asked and do not count.
    #[schema(value_type = i32, minimum = 0, maximum = 100)]
    pub weight: Integer<0, 100>,
}

text_enum! {
    /// How a question is answered.
    pub enum QuestionType {
        /// In words.
        Text = "TEXT",
        /// By a number from 1 to 5.
        Scale = "SCALE",
        /// By one of some choices.
        Choice = "CHOICE",
    }
}

/// A question beside the scores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
#[schema(as = EvaluationQuestion, rename_all = "camelCase")]
pub struct FormQuestion {
    /// What answers name it by.
    pub id: Text<40>,
    /// The question.
    pub text: Text<500>,
    /// How it is answered.
    #[deserr(rename = "type")]
    #[serde(rename = "type")]
    pub kind: QuestionType,
    /// Whether a form is handed in only with an answer to it.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub required: bool,
    /// What is chosen from, at least two; of `CHOICE` alone.
    #[deserr(default)]
    #[schema(required = false)]
    pub choices: Choices,
}

distinct_list! {
    /// What is chosen from, each once.
    pub struct Choices(Text<100>); 0..=20, "", Text::as_str
}

distinct_list! {
    /// What is scored, each once; the programme's four dimensions are among it.
    pub struct FormDimensions(FormDimension); 1..=9, "/code", |dimension| dimension.code.as_str()
}

distinct_list! {
    /// Who rates, each once.
    pub struct FormRaters(FormRater); 1..=4, "/relation", |rater| rater.relation.as_str()
}

distinct_list! {
    /// What is asked beside the scores, each with an id of its own.
    pub struct FormQuestions(FormQuestion); 0..=30, "/id", |question| question.id.as_str()
}

impl FormDimensions {
    /// Notes dimensions that the kind does not score, those of the four that lack, weights that are not the whole, and ranges of points
    /// that end before they begin or share one.
    pub fn check(&self, kind: EvaluationKind, errors: &mut FieldErrors) {
        let allowed = Dimension::ALL.iter().filter(|code| kind.scores(**code));
        let allowed: Vec<&str> = allowed.map(|code| code.as_str()).collect();
        for (n, dimension) in self.0.iter().enumerate() {
            if !kind.scores(dimension.code) {
                let fault = Fault::with("code-unknown", &[&allowed.join(", ")]);
                errors.push(format!("/dimensions/{n}/code"), fault);
            }
            check_anchors(n, &dimension.anchors.0, errors);
        }
        let has = |code: &Dimension| self.0.iter().any(|dimension| dimension.code == *code);
        let core = || Dimension::ALL.iter().filter(|code| code.is_observation());
        if !core().all(has) {
            let core: Vec<&str> = core().map(|code| code.as_str()).collect();
            let fault = Fault::with("dimensions-lacking", &[&core.join(", ")]);
            errors.push("/dimensions", fault);
        }
        let weights = self.0.iter().map(|dimension| dimension.weight.0);
        check_sum("/dimensions", weights.sum(), errors);
    }
}

fn check_anchors(n: usize, anchors: &[Anchor], errors: &mut FieldErrors) {
    for (m, anchor) in anchors.iter().enumerate() {
        let pointer = format!("/dimensions/{n}/anchors/{m}/to");
        if anchor.to.0 < anchor.from.0 {
            errors.push(
                pointer,
                Fault::with("out-of-range", &[&anchor.from.0, &100]),
            );
        } else if anchors[..m]
            .iter()
            .any(|other| other.from.0 <= anchor.to.0 && anchor.from.0 <= other.to.0)
        {
            errors.push(pointer, Fault::new("anchors-overlap"));
        }
    }
}

fn check_sum(pointer: &str, sum: i32, errors: &mut FieldErrors) {
    if sum != 100 {
        errors.push(pointer, Fault::with("weights-sum", &[&sum]));
    }
}

impl FormRaters {
    /// Notes raters who have no say in the kind, weights that are not the whole, and a minimum that cannot be reached.
    pub fn check(&self, kind: EvaluationKind, minimum: i32, errors: &mut FieldErrors) {
        let allowed: Vec<&str> = rating(kind).map(EvaluatorRelation::as_str).collect();
        for (n, rater) in self.0.iter().enumerate() {
            if !allowed.contains(&rater.relation.as_str()) {
                let fault = Fault::with("code-unknown", &[&allowed.join(", ")]);
                errors.push(format!("/raters/{n}/relation"), fault);
            }
        }
        check_sum(
            "/raters",
            self.0.iter().map(|rater| rater.weight.0).sum(),
            errors,
        );
        let counted = self.0.iter().filter(|rater| rater.weight.0 > 0).count();
        if usize::try_from(minimum).is_ok_and(|minimum| minimum > counted) {
            let fault = Fault::with("out-of-range", &[&1, &counted.max(1)]);
            errors.push("/minimumRaters", fault);
        }
    }
}

/// Who is named in a form of a kind: the host of a secondment rates in the place of the unit, and is not named beside it.
fn rating(kind: EvaluationKind) -> impl Iterator<Item = EvaluatorRelation> {
    let raters = kind.raters().iter().copied();
    raters.filter(|relation| *relation != EvaluatorRelation::HostUnit)
}

impl FormQuestions {
    /// Notes choices of what is not chosen, and none of what is.
    pub fn check(&self, errors: &mut FieldErrors) {
        for (n, question) in self.0.iter().enumerate() {
            let pointer = format!("/questions/{n}/choices");
            let given = question.choices.0.len();
            match question.kind {
                QuestionType::Choice if given < 2 => {
                    errors.push(pointer, Fault::with("out-of-range", &[&2, &20]));
                }
                QuestionType::Text | QuestionType::Scale if given > 0 => {
                    errors.push(pointer, Fault::new("unknown-member"));
                }
                _ => {}
            }
        }
    }
}
