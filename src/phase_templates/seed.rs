//! The templates that a new programme begins with, from `data/phase-templates.csv`.

use super::goals::{Targets, TemplateGoal, TemplateGoals};
use super::model::{PhaseTemplate, PhaseTemplateStatus};
use super::request::PhaseTemplateInput;
use super::store;
use super::transitions::PUBLISHED;
use crate::cadres::Phase;
use crate::config::ProgrammeLanguage;
use crate::context::Context;
use crate::db::{DbConn, service_state};
use crate::error::{Error, Result};
use crate::http::Integer;
use crate::transitions::{record, write};
use crate::values::{Date, Text};

const FILE: &str = include_str!("../../data/phase-templates.csv");
/// What the service remembers of having made them.
const SEEDED: &str = "phase_templates_seeded";
/// Plans are made from them for every cadre that a programme may hold.
const VALID_FROM: &str = "2006-01-01";

/// A line of the file.
#[derive(Debug, serde::Deserialize)]
struct Line {
    phase: String,
    member: String,
    due_after_months: Option<i32>,
    required: Option<bool>,
    title_zh: String,
    title_en: String,
    measure_zh: String,
    measure_en: String,
}

/// Makes the three templates once, in the language of the programme; `false` when they had been made before.
///
/// # Errors
/// When the database refuses.
pub fn seed(tx: &mut DbConn, context: &Context, language: ProgrammeLanguage) -> Result<bool> {
    if !service_state::claim(tx, SEEDED, "1")? {
        return Ok(false);
    }
    for row in templates(context, language)? {
        store::insert(tx, &row)?;
        let changed = PhaseTemplateInput::changed_members(None, &row);
        record(tx, context, "phase-template.created", &row, &changed, None)?;
        let published = PhaseTemplate {
            status: PhaseTemplateStatus::Published,
            ..row.clone()
        };
        let published = write(tx, context, &row, published)?;
        record(tx, context, PUBLISHED, &published, &["status"], None)?;
    }
    Ok(true)
}

/// The drafts, as the file has them.
fn templates(context: &Context, language: ProgrammeLanguage) -> Result<Vec<PhaseTemplate>> {
    let mut lines = csv::Reader::from_reader(FILE.as_bytes());
    let lines: Vec<Line> = lines
        .deserialize()
        .collect::<std::result::Result<_, _>>()
        .map_err(Error::internal)?;
    let template = |phase: &Phase| -> Result<PhaseTemplate> {
        let mut row = PhaseTemplate::blank(context, context.new_id(), None, *phase);
        let (mut targets, mut goals) = (Targets::default(), TemplateGoals::default());
        for line in lines.iter().filter(|line| line.phase == phase.as_str()) {
            let (title, measure) = match language {
                ProgrammeLanguage::Chinese => (&line.title_zh, &line.measure_zh),
                ProgrammeLanguage::English => (&line.title_en, &line.measure_en),
            };
            match line.member.as_str() {
                "theme" => row.theme = Some(title.clone()),
                "target" => targets.0.push(text(title)?),
                _ => goals.0.push(TemplateGoal {
                    title: text(title)?,
                    measure: Some(text(measure)?),
                    due_after_months: Integer(line.due_after_months.unwrap_or(12)),
                    required: line.required.unwrap_or_default(),
                }),
            }
        }
        row.targets = targets.to_json()?;
        row.goals = goals.to_json()?;
        row.valid_from = Date::parse(VALID_FROM).map_err(|_| Error::internal("the first day"))?;
        Ok(row)
    };
    Phase::YEARS.iter().map(template).collect()
}

fn text<const MAX: usize>(text: &str) -> Result<Text<MAX>> {
    Text::parse(text).map_err(|fault| Error::internal(format!("{text}: {}", fault.code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_a_theme_and_goals_for_every_phase_in_both_languages() {
        let lines: Vec<Line> = csv::Reader::from_reader(FILE.as_bytes())
            .deserialize()
            .collect::<std::result::Result<_, _>>()
            .unwrap();
        for phase in Phase::YEARS {
            let of = |member: &str| {
                let lines = lines.iter();
                lines
                    .filter(|line| line.phase == phase.as_str() && line.member == member)
                    .count()
            };
            assert_eq!(of("theme"), 1, "{phase}");
            assert!(of("target") > 0 && of("goal") > 2, "{phase}");
        }
        for line in &lines {
            assert!(Phase::parse(&line.phase).is_ok());
            assert!(["theme", "target", "goal"].contains(&line.member.as_str()));
            for text in [&line.title_zh, &line.title_en] {
                Text::<200>::parse(text).unwrap();
            }
            if line.member == "goal" {
                assert!((1..=12).contains(&line.due_after_months.unwrap()));
                assert!(line.required.is_some());
                for text in [&line.measure_zh, &line.measure_en] {
                    Text::<500>::parse(text).unwrap();
                }
            }
        }
    }
}
