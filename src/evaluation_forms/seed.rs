//! The forms that a new programme begins with, from `data/evaluation-forms.csv`.

use super::content::{Anchor, FormDimension, FormDimensions, FormRater, FormRaters};
use super::model::{EvaluationForm, EvaluationFormStatus};
use super::request::EvaluationFormInput;
use super::store;
use super::terms::{Dimension, EvaluationKind, EvaluatorRelation};
use super::transitions::PUBLISHED;
use crate::config::ProgrammeLanguage;
use crate::context::Context;
use crate::db::{DbConn, service_state};
use crate::error::{Error, Fault, Result};
use crate::http::{Integer, Limited};
use crate::transitions::{record, write};
use crate::values::{Date, Text};

const FILE: &str = include_str!("../../data/evaluation-forms.csv");
/// What the service remembers of having made them.
const SEEDED: &str = "evaluation_forms_seeded";
/// Evaluations are written on them for every cadre that a programme may hold.
const VALID_FROM: &str = "2006-01-01";
/// The kinds that a city appraises by the calendar.
const KINDS: [EvaluationKind; 2] = [EvaluationKind::Ordinary, EvaluationKind::Annual];

/// A line of the file.
#[derive(Debug, serde::Deserialize)]
struct Line {
    kind: String,
    member: String,
    code: String,
    weight: Option<i32>,
    from: Option<i32>,
    to: Option<i32>,
    text_zh: String,
    text_en: String,
}

/// Makes the forms once, in the language of the programme; `false` when they had been made before.
///
/// # Errors
/// When the database refuses.
pub fn seed(tx: &mut DbConn, context: &Context, language: ProgrammeLanguage) -> Result<bool> {
    if !service_state::claim(tx, SEEDED, "1")? {
        return Ok(false);
    }
    let lines = lines()?;
    for kind in KINDS {
        let row = form(context, kind, &lines, language)?;
        store::insert(tx, &row)?;
        let changed = EvaluationFormInput::changed_members(None, &row);
        record(tx, context, "evaluation-form.created", &row, &changed, None)?;
        let published = EvaluationForm {
            status: EvaluationFormStatus::Published,
            ..row.clone()
        };
        let published = write(tx, context, &row, published)?;
        record(tx, context, PUBLISHED, &published, &["status"], None)?;
    }
    Ok(true)
}

fn lines() -> Result<Vec<Line>> {
    let mut lines = csv::Reader::from_reader(FILE.as_bytes());
    let lines = lines.deserialize().collect::<std::result::Result<_, _>>();
    lines.map_err(Error::internal)
}

/// The draft of a kind.
fn form(
    context: &Context,
    kind: EvaluationKind,
    lines: &[Line],
    language: ProgrammeLanguage,
) -> Result<EvaluationForm> {
    let content = content(kind, lines, language)?;
    Ok(EvaluationForm {
        valid_from: Date::parse(VALID_FROM).map_err(|_| Error::internal("the first day"))?,
        dimensions: content.dimensions.to_json()?,
        raters: content.raters.to_json()?,
        minimum_raters: content.minimum_raters,
        ..EvaluationForm::blank(context, context.new_id(), kind)
    })
}

/// What the file says of a kind.
#[derive(Debug, Default)]
struct Content {
    dimensions: FormDimensions,
    raters: FormRaters,
    minimum_raters: i32,
}

fn content(kind: EvaluationKind, lines: &[Line], language: ProgrammeLanguage) -> Result<Content> {
    let mut content = Content::default();
    for line in lines.iter().filter(|line| line.kind == kind.as_str()) {
        let weight = line.weight.unwrap_or_default();
        match line.member.as_str() {
            "dimension" => content.dimensions.0.push(FormDimension {
                code: Dimension::parse(&line.code).map_err(|fault| unreadable(line, &fault))?,
                weight: Integer(weight),
                anchors: Limited::default(),
            }),
            "anchor" => {
                let of = content.dimensions.0.last_mut();
                let of = of.ok_or_else(|| Error::internal("an anchor of no dimension"))?;
                of.anchors.0.push(anchor(line, language)?);
            }
            "rater" => content.raters.0.push(FormRater {
                relation: EvaluatorRelation::parse(&line.code)
                    .map_err(|fault| unreadable(line, &fault))?,
                weight: Integer(weight),
            }),
            _ => content.minimum_raters = weight,
        }
    }
    Ok(content)
}

fn anchor(line: &Line, language: ProgrammeLanguage) -> Result<Anchor> {
    let text = match language {
        ProgrammeLanguage::Chinese => &line.text_zh,
        ProgrammeLanguage::English => &line.text_en,
    };
    Ok(Anchor {
        from: Integer(line.from.unwrap_or_default()),
        to: Integer(line.to.unwrap_or_default()),
        text: Text::parse(text).map_err(|fault| unreadable(line, &fault))?,
    })
}

fn unreadable(line: &Line, fault: &Fault) -> Error {
    Error::internal(format!("{line:?}: {}", fault.code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FieldErrors;

    #[test]
    fn the_file_has_a_form_of_each_kind_that_is_one_in_both_languages() {
        let lines = lines().unwrap();
        for line in &lines {
            let members = ["dimension", "anchor", "rater", "minimum"];
            assert!(members.contains(&line.member.as_str()), "{line:?}");
            assert!(
                KINDS.iter().any(|kind| kind.as_str() == line.kind),
                "{line:?}"
            );
        }
        for kind in KINDS {
            for language in [ProgrammeLanguage::Chinese, ProgrammeLanguage::English] {
                let content = content(kind, &lines, language).unwrap();
                let mut errors = FieldErrors::default();
                content.dimensions.check(kind, &mut errors);
                content
                    .raters
                    .check(kind, content.minimum_raters, &mut errors);
                assert!(errors.is_empty(), "{errors:?}");
                let dimensions = content.dimensions.0.iter();
                assert!(dimensions.clone().all(|one| one.anchors.0.len() == 4));
            }
        }
    }
}
