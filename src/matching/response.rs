//! Runs and proposals as a caller may see them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{CrossUnit, Decision, Proposal, Run, RunStatus, UnmatchedReason};
use super::plan::{Certificate, Coverage, Explanation, PlanOutcome};
use super::request::{Terms, Weights};
use super::score::{self, Factor};
use crate::db::{Id, UtcTimestamp};
use crate::error::{Current, Error, Result};
use crate::http::versioned;
use crate::mentors::MentorRole;

/// A run: the plan of mentors for all cadres of a unit's subtree, under review until someone applies it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MatchingRun)]
pub struct RunResponse {
    /// The run's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Where it stands.
    pub status: RunStatus,
    /// The unit whose subtree it covers.
    pub organization_id: Id,
    /// Which mentors it looks for.
    #[schema(max_items = 2)]
    pub roles: Vec<MentorRole>,
    /// How far away a mentor may be.
    pub cross_unit: CrossUnit,
    /// Whether present pairs stay.
    pub keep_existing: bool,
    /// Points of the factors.
    pub weights: Weights,
    /// Seats to be filled: those without a mentor, and those whose mentor is lost.
    #[schema(minimum = 0)]
    pub seats: i32,
    /// Seats with a mentor.
    #[schema(minimum = 0)]
    pub matched: i32,
    /// Seats without.
    #[schema(minimum = 0)]
    pub unmatched: i32,
    /// The sum of all points.
    pub total_score: i64,
    /// Filled seats by county and role.
    #[schema(max_items = 1000)]
    pub coverage: Vec<Coverage>,
    /// Whether it is proved that no other plan fills more seats, or as many with more points, within the terms and what was
    /// settled by hand; `false` after a change by hand, until it is solved again.
    pub optimal: bool,
    /// The proof.
    pub certificate: Certificate,
    /// How long it took to compute, in milliseconds.
    #[schema(minimum = 0)]
    pub duration_ms: i32,
    /// SHA-256 of everything the result depends on: equal digests, equal results.
    #[schema(
        min_length = 64,
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub input_digest: String,
    /// SHA-256 of the result as it was computed.
    #[schema(
        min_length = 64,
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub result_digest: String,
    /// The journal's position that it was computed at.
    #[schema(minimum = 0)]
    pub journal_position: i64,
    /// When it was applied.
    pub applied_at: Option<UtcTimestamp>,
    /// Who applied it: the score is advice, a person decides.
    pub applied_by: Option<Id>,
    /// What this caller may do now, by operationId.
    #[schema(max_items = 8)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(RunResponse, "matching-run");

/// What a draft allows.
const DRAFT_ACTIONS: &[&str] = &[
    "update_matching_proposal",
    "resolve_matching_run",
    "apply_matching_run",
    "discard_matching_run",
];

impl RunResponse {
    /// The run as its managers see it.
    ///
    /// # Errors
    /// When what is stored can't be read.
    pub fn from_row(run: Run) -> Result<Self> {
        let terms: Terms = serde_json::from_str(&run.terms).map_err(Error::internal)?;
        let outcome: PlanOutcome = serde_json::from_str(&run.outcome).map_err(Error::internal)?;
        let is_draft = run.status == RunStatus::Draft;
        Ok(Self {
            id: run.id,
            version: run.version,
            created_at: run.created_at,
            updated_at: run.updated_at,
            status: run.status,
            organization_id: run.organization_id,
            roles: terms.roles,
            cross_unit: terms.cross_unit,
            keep_existing: terms.keep_existing,
            weights: terms.weights,
            seats: outcome.seats,
            matched: outcome.matched,
            unmatched: outcome.seats - outcome.matched,
            total_score: outcome.total_score,
            coverage: outcome.coverage,
            optimal: outcome.optimal,
            certificate: outcome.certificate,
            duration_ms: run.duration_ms,
            input_digest: run.input_digest,
            result_digest: run.result_digest,
            journal_position: run.journal_position,
            applied_at: run.applied_at,
            applied_by: run.applied_by,
            allowed_actions: if is_draft {
                DRAFT_ACTIONS.to_vec()
            } else {
                Vec::new()
            },
        })
    }

    /// The run as `current` of a refusal.
    pub fn current(&self) -> Current {
        serde_json::to_value(self).ok().map(Box::new)
    }
}

/// One factor of a pair's points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MatchingFactor)]
pub struct FactorResponse {
    /// Which.
    pub factor: Factor,
    /// How much speaks for the pair.
    #[schema(minimum = 0, maximum = 100)]
    pub value: i32,
    /// What each unit of it is worth.
    #[schema(minimum = 0, maximum = 1000)]
    pub weight: i32,
    /// Value times weight.
    #[schema(minimum = 0, maximum = 100000)]
    pub points: i32,
}

/// The next best mentor of a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MatchingRunnerUp)]
pub struct RunnerUpResponse {
    /// The mentor.
    pub mentor_id: Id,
    /// The mentor's name.
    #[schema(max_length = 60)]
    pub mentor_name: String,
    /// The points of that pair.
    #[schema(minimum = 0)]
    pub score: i32,
    /// What the sum of all points would lose at least, others rearranged as well as can be; a filled seat that would fall empty
    /// counts for more than all points.
    #[schema(minimum = 0)]
    pub loss: i64,
}

/// Why a seat stays empty, and the smallest change that would fill it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MatchingGap)]
pub struct GapResponse {
    /// Why.
    pub reason: UnmatchedReason,
    /// Mentors of whom any one could take the seat with one seat more, after a rearrangement of others where needed; the best first.
    #[schema(max_items = 3)]
    pub relief: Vec<Id>,
}

/// A seat of a run: who should take it, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MatchingProposal)]
pub struct ProposalResponse {
    /// The proposal's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the run last changed.
    pub updated_at: UtcTimestamp,
    /// The cadre.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: String,
    /// The cadre's unit when the run was computed.
    pub organization_id: Id,
    /// The unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// As what the mentor would guide.
    pub role: MentorRole,
    /// Whether the seat has a mentor.
    pub matched: bool,
    /// The mentor.
    pub mentor_id: Option<Id>,
    /// The mentor's name, where the caller may see the mentor.
    #[schema(max_length = 60)]
    pub mentor_name: Option<String>,
    /// The active pair that the seat had when the run was computed.
    pub present_assignment_id: Option<Id>,
    /// The active pair that ends once this one takes effect; null where there is none, or where it stays.
    pub replaces_id: Option<Id>,
    /// The points of the pair.
    pub score: Option<i32>,
    /// What they are made of.
    #[schema(max_items = 16)]
    pub factors: Vec<FactorResponse>,
    /// The next best mentor.
    pub runner_up: Option<RunnerUpResponse>,
    /// Why there is no mentor.
    pub gap: Option<GapResponse>,
    /// What a person decided.
    pub decision: Decision,
    /// Mentors whom a person took away from this seat.
    #[schema(max_items = 1000)]
    pub banned_mentor_ids: Vec<Id>,
}

versioned!(ProposalResponse, "matching-proposal");

/// The ids of all whom a proposal names.
pub fn named(row: &Proposal) -> Result<Vec<Id>> {
    let told: Explanation = serde_json::from_str(&row.explanation).map_err(Error::internal)?;
    let ids = [Some(row.cadre_id), Some(row.organization_id), row.mentor_id];
    let next = told.runner_up.map(|next| next.mentor_id);
    Ok(ids
        .into_iter()
        .flatten()
        .chain(next)
        .chain(told.relief)
        .collect())
}

impl ProposalResponse {
    /// The proposal with the names of those in it; `guides` are the mentors of present pairs.
    ///
    /// # Errors
    /// When what is stored can't be read.
    pub fn from_row(
        row: Proposal,
        run: &Run,
        weights: Weights,
        names: &BTreeMap<Id, String>,
        guides: &BTreeMap<Id, Id>,
    ) -> Result<Self> {
        let told: Explanation = serde_json::from_str(&row.explanation).map_err(Error::internal)?;
        let banned: Vec<Id> = serde_json::from_str(&row.banned).map_err(Error::internal)?;
        let name = |id: Id| names.get(&id).cloned().unwrap_or_default();
        let replaces_id = row
            .present_id
            .filter(|id| row.mentor_id.is_some() && guides.get(id).copied() != row.mentor_id);
        let factors = told.values.map(|values| {
            let each = Factor::ALL.iter().zip(values).zip(weights.all());
            each.map(|((factor, value), weight)| FactorResponse {
                factor: *factor,
                value,
                weight,
                points: value * weight,
            })
            .collect()
        });
        Ok(Self {
            id: row.id,
            version: row.version,
            updated_at: run.updated_at,
            cadre_id: row.cadre_id,
            cadre_name: name(row.cadre_id),
            organization_id: row.organization_id,
            organization_name: name(row.organization_id),
            role: row.role,
            matched: row.matched,
            mentor_id: row.mentor_id,
            mentor_name: row.mentor_id.and_then(|id| names.get(&id).cloned()),
            present_assignment_id: row.present_id,
            replaces_id,
            score: told.values.map(|values| score::points(&values, weights)),
            factors: factors.unwrap_or_default(),
            runner_up: told
                .runner_up
                .filter(|next| names.contains_key(&next.mentor_id))
                .map(|next| RunnerUpResponse {
                    mentor_id: next.mentor_id,
                    mentor_name: name(next.mentor_id),
                    score: next.score,
                    loss: next.loss,
                }),
            gap: told.reason.map(|reason| GapResponse {
                reason,
                relief: told
                    .relief
                    .into_iter()
                    .filter(|id| names.contains_key(id))
                    .collect(),
            }),
            decision: row.decision,
            banned_mentor_ids: banned,
        })
    }

    /// The proposal as `current` of a refusal.
    pub fn current(&self) -> Current {
        serde_json::to_value(self).ok().map(Box::new)
    }
}
