//! The embedded files, and their rows.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::assignments::{EndReason, PairingStyle};
use crate::cadres::Phase;
use crate::error::{Error, Result};
use crate::evaluations::{EvaluationKind, EvaluatorRelation};
use crate::growth_entries::EntryKind;
use crate::mentors::MentorRole;
use crate::postings::{PostingArrangement, PostingFront};
use crate::training::{TrainingEventStatus, TrainingKind};
use crate::values::Date;

pub const ORGANIZATIONS: &[u8] = include_bytes!("../../data/demo/organizations.csv");
pub const CADRES: &[u8] = include_bytes!("../../data/demo/cadres.csv");
pub const MENTORS: &[u8] = include_bytes!("../../data/demo/mentors.csv");
pub const PAIRINGS: &[u8] = include_bytes!("../../data/demo/pairings.csv");
pub const EVALUATIONS: &[u8] = include_bytes!("../../data/demo/evaluations.csv");
pub const GROWTH_ENTRIES: &[u8] = include_bytes!("../../data/demo/growth_entries.csv");
pub const CAREER_PLANS: &[u8] = include_bytes!("../../data/demo/career_plans.csv");
pub const POSTINGS: &[u8] = include_bytes!("../../data/demo/postings.csv");
pub const TRAINING_EVENTS: &[u8] = include_bytes!("../../data/demo/training_events.csv");

/// A row of `pairings.csv`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PairingRow {
    pub cadre_external_id: String,
    pub mentor_external_id: String,
    pub role: MentorRole,
    pub pairing_style: Option<PairingStyle>,
    pub starts_on: Date,
    pub ends_on: Option<Date>,
    pub end_reason: Option<EndReason>,
}

/// A row of `evaluations.csv`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EvaluationRow {
    pub cadre_external_id: String,
    pub kind: EvaluationKind,
    pub period_from: Date,
    pub period_to: Date,
    pub evaluator_relation: EvaluatorRelation,
    pub state_of_mind: i32,
    pub work_performance: i32,
    pub post_fit: i32,
    pub competence: i32,
    pub grade: Option<String>,
    pub summary: Option<String>,
}

/// A row of `growth_entries.csv`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GrowthRow {
    pub cadre_external_id: String,
    pub occurred_on: Date,
    pub kind: EntryKind,
    pub title: String,
    pub participation: Option<String>,
    pub support: Option<String>,
    pub outcome: Option<String>,
}

/// A row of `career_plans.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct CareerPlanRow {
    pub phase: Phase,
    pub text: String,
}

/// A row of `training_events.csv`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrainingEventRow {
    pub external_id: String,
    pub organization_code: String,
    pub title: String,
    pub theme: Option<String>,
    pub kind: TrainingKind,
    pub starts_on: Date,
    pub ends_on: Date,
    pub hours: i32,
    pub seats: Option<i32>,
    pub place: Option<String>,
    phases: String,
    pub share_percent: u32,
    pub status: TrainingEventStatus,
    pub cancel_reason: Option<String>,
}

impl TrainingEventRow {
    /// The years of the programme it was open to; all where there is none.
    pub fn phases(&self) -> Vec<Phase> {
        let words = self.phases.split(';');
        words.filter_map(|word| Phase::parse(word).ok()).collect()
    }
}

/// A row of `postings.csv`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostingRow {
    pub cadre_external_id: String,
    pub front: PostingFront,
    pub arrangement: PostingArrangement,
    pub host_organization_name: String,
    pub lead_mentor_external_id: Option<String>,
    pub starts_on: Date,
    pub ends_on: Date,
    pub task: String,
}

/// The rows of a file.
pub fn rows<T: DeserializeOwned>(bytes: &[u8]) -> Result<Vec<T>> {
    csv::Reader::from_reader(bytes)
        .deserialize()
        .map(|row| row.map_err(Error::internal))
        .collect()
}

/// How many rows a file has.
pub fn count(bytes: &[u8]) -> u64 {
    let records = csv::Reader::from_reader(bytes).into_byte_records();
    u64::try_from(records.count()).unwrap_or_default()
}
