//! What a writer says in a form: taken from a request, checked, and put into the row.

use super::model::{Evaluation, EvaluationKind, EvaluatorRelation, Score};
use super::request::{CreateEvaluation, PatchEvaluation, ScoreInput};
use super::rules;
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::http::Patch;
use crate::values::{Date, Text, changed};

/// The members of a form that its writer sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// What it is for.
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period.
    pub period_to: Date,
    /// Scores.
    pub scores: Vec<Score>,
    /// Grade.
    pub grade: Option<String>,
    /// Summary.
    pub summary: Option<String>,
    /// Suggestions.
    pub suggestions: Option<String>,
}

/// More scores than there are dimensions are not read.
const MOST_SCORES: usize = 9;

impl Content {
    /// What a new form says.
    pub fn new(input: &CreateEvaluation, errors: &mut FieldErrors) -> Self {
        Self {
            kind: input.kind,
            period_from: input.period_from,
            period_to: input.period_to,
            scores: scores(input.scores.as_deref().unwrap_or_default(), errors),
            grade: owned(input.grade.as_ref()),
            summary: owned(input.summary.as_ref()),
            suggestions: owned(input.suggestions.as_ref()),
        }
    }

    /// What a form says now.
    ///
    /// # Errors
    /// When a stored text is damaged.
    pub fn from_row(row: &Evaluation) -> Result<Self> {
        Ok(Self {
            kind: row.kind,
            period_from: row.period_from,
            period_to: row.period_to,
            scores: row.scores()?,
            grade: row.grade.clone(),
            summary: row.summary.clone(),
            suggestions: row.suggestions.clone(),
        })
    }

    /// What a form says after a patch. The form that takes the place of another keeps its kind and period.
    ///
    /// # Errors
    /// When a stored text is damaged.
    pub fn patched(
        row: &Evaluation,
        patch: &PatchEvaluation,
        errors: &mut FieldErrors,
    ) -> Result<Self> {
        let before = Self::from_row(row)?;
        let fixed = [
            ("/kind", patch.kind.is_present()),
            ("/periodFrom", patch.period_from.is_present()),
            ("/periodTo", patch.period_to.is_present()),
        ];
        if row.supersedes_id.is_some() {
            for (pointer, _) in fixed.into_iter().filter(|(_, sent)| *sent) {
                errors.push(pointer, Fault::new("read-only"));
            }
        }
        Ok(Self {
            kind: patch.kind.clone().require(before.kind, "/kind", errors),
            period_from: patch.period_from.clone().require(
                before.period_from,
                "/periodFrom",
                errors,
            ),
            period_to: patch
                .period_to
                .clone()
                .require(before.period_to, "/periodTo", errors),
            scores: match &patch.scores {
                Patch::Absent => before.scores,
                Patch::Null => Vec::new(),
                Patch::Value(sent) => scores(sent, errors),
            },
            grade: patch
                .grade
                .clone()
                .map(Text::into_string)
                .apply(before.grade),
            summary: patch
                .summary
                .clone()
                .map(Text::into_string)
                .apply(before.summary),
            suggestions: patch
                .suggestions
                .clone()
                .map(Text::into_string)
                .apply(before.suggestions),
        })
    }

    /// Notes what such a form cannot say, and when it is to be handed in what it does not say yet.
    pub fn check(
        &self,
        relation: EvaluatorRelation,
        (reported_on, today): (Date, Date),
        submit: bool,
        errors: &mut FieldErrors,
    ) {
        if self.period_to > today {
            errors.push("/periodTo", Fault::new("date-in-future"));
        } else if self.period_from > self.period_to {
            let bounds = Fault::with("out-of-range", &[&self.period_from, &today]);
            errors.push("/periodTo", bounds);
        }
        if self.period_from < reported_on {
            let bounds = Fault::with("out-of-range", &[&reported_on, &self.period_to]);
            errors.push("/periodFrom", bounds);
        }
        rules::check_rater(self.kind, relation, errors);
        let grade = self.grade.as_deref();
        rules::check_content(self.kind, relation, &self.scores, grade, errors);
        if submit {
            rules::check_complete(self.kind, relation, &self.scores, grade, errors);
        }
    }

    /// Puts what is said into the row and tells which members of it changed.
    ///
    /// # Errors
    /// When the scores cannot be written as JSON.
    pub fn apply(mut self, row: &mut Evaluation) -> Result<Vec<&'static str>> {
        self.scores.sort_by_key(|score| score.dimension);
        let before = Self::from_row(row)?;
        let changed = changed!(&before, &self;
            kind, period_from, period_to, scores, grade, summary, suggestions);
        row.kind = self.kind;
        row.period_from = self.period_from;
        row.period_to = self.period_to;
        row.overall_score = rules::overall_score(&self.scores);
        row.scores = serde_json::to_string(&self.scores).map_err(Error::internal)?;
        row.grade = self.grade;
        row.summary = self.summary;
        row.suggestions = self.suggestions;
        Ok(changed)
    }
}

fn owned<const MAX: usize>(text: Option<&Text<MAX>>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}

/// Scores as sent, in that order: faults point into it. They are stored in the order of the dimensions.
fn scores(sent: &[ScoreInput], errors: &mut FieldErrors) -> Vec<Score> {
    if sent.len() > MOST_SCORES {
        errors.push("/scores", Fault::with("out-of-range", &[&0, &MOST_SCORES]));
        return Vec::new();
    }
    sent.iter().map(Score::from).collect()
}
