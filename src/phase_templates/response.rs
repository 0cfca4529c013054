//! A phase template as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::goals::{Targets, TemplateGoals};
use super::model::{PhaseTemplate, PhaseTemplateRecord, PhaseTemplateStatus};
use super::scope::TemplateScope;
use crate::cadres::Phase;
use crate::db::{Id, UtcTimestamp};
use crate::error::{Current, Error, Result};
use crate::events::LivePlans;
use crate::http::{Reply, versioned};
use crate::listing::Fields;
use crate::transitions;
use crate::values::Date;

/// What the programme expects of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PhaseTemplate)]
pub struct PhaseTemplateResponse {
    /// The template's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// The county that adds to the city's; null for the city's own.
    pub organization_id: Option<Id>,
    /// The county's name.
    #[schema(max_length = 200)]
    pub organization_name: Option<String>,
    /// The year that it is for.
    pub phase: Phase,
    /// Whether plans are made from it.
    pub status: PhaseTemplateStatus,
    /// The first day on which plans are made from it, until the day of its successor.
    pub valid_from: Date,
    /// The theme; null in a county's.
    #[schema(max_length = 200)]
    pub theme: Option<String>,
    /// What is to be reached.
    pub targets: Targets,
    /// Goals; a county's come after the city's.
    pub goals: TemplateGoals,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<PhaseTemplate>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(PhaseTemplateResponse, "phase-template");

impl PhaseTemplateResponse {
    /// The template as a caller sees it who may, of a row that was read for these members.
    ///
    /// # Errors
    /// When what is stored is no template.
    pub fn from_record(
        record: PhaseTemplateRecord,
        scope: &TemplateScope,
        fields: &Fields,
    ) -> Result<Self> {
        let allowed_actions = fields.when("allowedActions", || {
            let may = |_| scope.writes(&record);
            transitions::allowed::<PhaseTemplate>(record.template.status, may)
        });
        let PhaseTemplateRecord {
            template,
            organization,
        } = record;
        Ok(Self {
            id: template.id,
            version: template.version,
            created_at: template.created_at,
            updated_at: template.updated_at,
            organization_id: template.organization_id,
            organization_name: organization.map(|organization| organization.name),
            phase: template.phase,
            status: template.status,
            valid_from: template.valid_from,
            theme: template.theme,
            targets: Targets::from_json(&template.targets)?,
            goals: TemplateGoals::from_json(&template.goals)?,
            allowed_actions,
        })
    }

    /// The representation as the `current` of an error.
    pub fn current(&self) -> Current {
        serde_json::to_value(self).ok().map(Box::new)
    }
}

/// Live plans, and a template that was published after they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LivePlans)]
pub struct LivePlansResponse {
    /// How many lacked goals of it.
    #[schema(minimum = 0)]
    pub differing: usize,
    /// To how many they were added.
    #[schema(minimum = 0)]
    pub completed: usize,
}

impl From<LivePlans> for LivePlansResponse {
    fn from(plans: LivePlans) -> Self {
        Self {
            differing: plans.differing,
            completed: plans.completed,
        }
    }
}

/// A template as it is published, with what that means for plans that were made before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublishedPhaseTemplate {
    /// The template.
    #[serde(flatten)]
    pub template: PhaseTemplateResponse,
    /// Live plans of its phase, in the whole city or in its county.
    pub live_plans: LivePlansResponse,
}

impl PublishedPhaseTemplate {
    /// The reply; its `ETag` is that of the template alone, as a later read gives it.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn reply(&self) -> Result<Reply> {
        let mut reply = Reply::resource(200, &self.template)?;
        reply.body = serde_json::to_vec(self).map_err(Error::internal)?;
        Ok(reply)
    }
}
