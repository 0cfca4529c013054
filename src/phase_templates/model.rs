//! What is stored of a phase template.

use diesel::prelude::*;

use crate::cadres::Phase;
use crate::context::Context;
use crate::db::schema::phase_templates;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::values::{Date, text_enum};

/// Of a day and phase there is one published template of the city.
pub const ONE_OF_CITY: UniqueKey = UniqueKey::new(
    "phase_templates_one_of_city",
    "phase_templates.phase, phase_templates.valid_from",
);
/// Of a day and phase there is one published template of a county.
pub const ONE_OF_COUNTY: UniqueKey = UniqueKey::new(
    "phase_templates_one_of_county",
    "phase_templates.organization_id, phase_templates.phase, phase_templates.valid_from",
);

text_enum! {
    /// Whether plans are made from a template.
    pub enum PhaseTemplateStatus {
        /// Being written; seen by those who write it.
        Draft = "DRAFT",
        /// Plans are made from it from its first day on.
        Published = "PUBLISHED",
        /// No more plans are made from it.
        Retired = "RETIRED",
    }
}

/// A phase template as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = phase_templates, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PhaseTemplate {
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
    /// The county that adds to the city's; none for the city's own.
    pub organization_id: Option<Id>,
    /// The year that it is for.
    pub phase: Phase,
    /// Status.
    pub status: PhaseTemplateStatus,
    /// The first day on which plans are made from it.
    pub valid_from: Date,
    /// The theme; the city's alone.
    pub theme: Option<String>,
    /// What is to be reached, as a JSON array; the city's alone.
    pub targets: String,
    /// Goals, as a JSON array.
    pub goals: String,
}

/// The columns of a template, each with the members that show it: a list that is asked for others leaves it out. Without members
/// stand those that decide who sees the row, or what it may come to. A macro because what is selected has no type one could write down.
macro_rules! columns {
    ($fields:ident) => {
        (
            phase_templates::id,
            $fields.column(&["version"], phase_templates::version),
            $fields.column(&["createdAt"], phase_templates::created_at),
            $fields.column(&["updatedAt"], phase_templates::updated_at),
            $fields.column(&[], phase_templates::created_by),
            phase_templates::organization_id,
            phase_templates::phase,
            phase_templates::status,
            phase_templates::valid_from,
            $fields.column(&["theme"], phase_templates::theme),
            $fields.column(&["targets"], phase_templates::targets),
            $fields.column(&["goals"], phase_templates::goals),
        )
    };
}

pub(super) use columns;

impl PhaseTemplate {
    /// A draft of which nothing is known but whose it is and what for.
    pub fn blank(context: &Context, id: Id, organization_id: Option<Id>, phase: Phase) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            organization_id,
            phase,
            status: PhaseTemplateStatus::Draft,
            valid_from: context.today,
            theme: None,
            targets: "[]".to_owned(),
            goals: "[]".to_owned(),
        }
    }
}

/// The county that a template is of.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OrganizationSide {
    /// Name.
    pub name: String,
    /// Path.
    pub path: String,
}

/// A template with what a reply shows from other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct PhaseTemplateRecord {
    /// The template.
    pub template: PhaseTemplate,
    /// The county; none for the city's.
    pub organization: Option<OrganizationSide>,
}
