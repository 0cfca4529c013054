//! What is stored of a plan.

use diesel::prelude::*;

use super::gate::Decision;
use super::goals::Goal;
use super::shifts::PlanShift;
use crate::cadres::Phase;
use crate::db::schema::plans;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::error::Result;
use crate::values::{Date, list_from_json, text_enum};

/// A cadre has one plan for each phase.
pub const ONE_OF_PHASE: UniqueKey =
    UniqueKey::new("plans_one_of_phase", "plans.cadre_id, plans.phase");

text_enum! {
    /// Where a plan stands.
    pub enum PlanStatus {
        /// Made from its template; cadre, mentors and unit are still at it.
        Draft = "DRAFT",
        /// In effect.
        Active = "ACTIVE",
        /// The gate gave it more time; in effect.
        Extended = "EXTENDED",
        /// The gate was passed.
        Passed = "PASSED",
        /// The gate was passed on terms.
        Adjusted = "ADJUSTED",
        /// The cadre leaves the programme.
        Exited = "EXITED",
    }
}

impl PlanStatus {
    /// Whether goals are still worked at.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Draft | Self::Active | Self::Extended)
    }
}

/// A plan as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = plans, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Plan {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Who made it; the day's job is nobody.
    pub created_by: Option<Id>,
    /// Whose it is.
    pub cadre_id: Id,
    /// The year of the programme.
    pub phase: Phase,
    /// The city's template that it was made from.
    pub template_id: Id,
    /// The theme.
    pub theme: String,
    /// The goals, as a JSON array.
    pub goals: String,
    /// What the cadre wants of the career, in their own words.
    pub career_plan: Option<String>,
    /// Status.
    pub status: PlanStatus,
    /// The first day of the phase.
    pub starts_on: Date,
    /// The last day of the phase, as its shifts have it.
    pub planned_ends_on: Date,
    /// The last day, as the gate extended it.
    pub ends_on: Date,
    /// What moved the last day of the phase, as a JSON array.
    pub shifts: String,
    /// The decisions at the gate, as a JSON array.
    pub decisions: String,
    /// The unit it was made in.
    pub organization_id: Id,
    /// The unit the cadre is in now.
    pub present_organization_id: Id,
}

impl Plan {
    /// The goals.
    ///
    /// # Errors
    /// When what is stored is no such list.
    pub fn goals(&self) -> Result<Vec<Goal>> {
        list_from_json(&self.goals)
    }

    /// The decisions at the gate, the latest last.
    ///
    /// # Errors
    /// When what is stored is no such list.
    pub fn decisions(&self) -> Result<Vec<Decision>> {
        list_from_json(&self.decisions)
    }

    /// What moved the last day.
    ///
    /// # Errors
    /// When what is stored is no such list.
    pub fn shifts(&self) -> Result<Vec<PlanShift>> {
        list_from_json(&self.shifts)
    }
}

/// The columns of a plan, each with the members that show it: a list that is asked for others leaves it out. Without members
/// stand those that decide who sees the row, or what it may come to. A macro because what is selected has no type one could write down.
macro_rules! columns {
    ($fields:ident) => {
        (
            plans::id,
            $fields.column(&["version"], plans::version),
            $fields.column(&["createdAt"], plans::created_at),
            $fields.column(&["updatedAt"], plans::updated_at),
            $fields.column(&[], plans::created_by),
            plans::cadre_id,
            plans::phase,
            plans::template_id,
            $fields.column(&["theme"], plans::theme),
            $fields.column(&["goals"], plans::goals),
            $fields.column(&["careerPlan"], plans::career_plan),
            plans::status,
            plans::starts_on,
            plans::planned_ends_on,
            plans::ends_on,
            $fields.column(&["shiftedDays", "shifts"], plans::shifts),
            $fields.column(&["decisions", "allowedActions"], plans::decisions),
            plans::organization_id,
            plans::present_organization_id,
        )
    };
}

pub(super) use columns;

/// A plan with what a reply and its reader's rights need of other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct PlanRecord {
    /// The plan.
    pub plan: Plan,
    /// The cadre's name.
    pub cadre_name: String,
    /// The cadre's present mentors.
    pub mentor_ids: (Option<Id>, Option<Id>),
    /// The name and path of the unit that the plan was made in.
    pub organization: (String, String),
    /// The path of the unit the cadre is in now.
    pub present_path: String,
}
