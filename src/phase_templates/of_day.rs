//! The templates that hold on a day: of the city, and what each county adds.

use super::goals::{TemplateGoal, TemplateGoals};
use super::model::PhaseTemplate;
use super::store;
use crate::cadres::Phase;
use crate::db::DbConn;
use crate::error::Result;
use crate::values::Date;

/// A template with the path of its county, none for the city's, and its goals.
#[derive(Debug, Clone)]
struct Held {
    template: PhaseTemplate,
    path: Option<String>,
    goals: Vec<TemplateGoal>,
}

/// The templates that hold on a day.
#[derive(Debug, Clone)]
pub struct TemplatesOfDay(Vec<Held>);

impl TemplatesOfDay {
    /// Looks them up, in one statement.
    ///
    /// # Errors
    /// When the database refuses, or what is stored is no template.
    pub fn find(conn: &mut DbConn, day: Date) -> Result<Self> {
        let mut held: Vec<Held> = Vec::new();
        // The latest comes first, and those before it no longer hold.
        for (template, path) in store::valid_by(conn, day)? {
            let same = |other: &Held| {
                other.template.phase == template.phase
                    && other.template.organization_id == template.organization_id
            };
            if !held.iter().any(same) {
                let goals = TemplateGoals::from_json(&template.goals)?.0;
                held.push(Held {
                    template,
                    path,
                    goals,
                });
            }
        }
        Ok(Self(held))
    }

    /// The city's template of a phase, and its theme.
    pub fn of_city(&self, phase: Phase) -> Option<(&PhaseTemplate, &str)> {
        let mut of_city = self.0.iter().filter(|held| held.path.is_none());
        let template = &of_city.find(|held| held.template.phase == phase)?.template;
        Some((template, template.theme.as_deref()?))
    }

    /// The goals of a phase in a unit with this path: the city's, and those that its county adds under titles of their own.
    pub fn goals(&self, phase: Phase, path: &str) -> Vec<&TemplateGoal> {
        let of_phase = || self.0.iter().filter(|held| held.template.phase == phase);
        let of_city = of_phase().filter(|held| held.path.is_none());
        let mut goals: Vec<&TemplateGoal> = of_city.flat_map(|held| &held.goals).collect();
        let reaches = |held: &&Held| held.path.as_ref().is_some_and(|own| path.starts_with(own));
        for goal in of_phase().filter(reaches).flat_map(|held| &held.goals) {
            if !goals.iter().any(|known| known.title == goal.title) {
                goals.push(goal);
            }
        }
        goals
    }
}
