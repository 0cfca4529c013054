//! What became of many evaluations that were to be confirmed.

use serde::Serialize;
use utoipa::ToSchema;

use super::response::ShareWarning;
use crate::db::Id;

/// What became of one evaluation of a bulk confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmedItem {
    /// The evaluation.
    pub id: Id,
    /// `CONFIRMED`, `UNCHANGED` (the caller had confirmed it before) or `FAILED`.
    #[schema(max_length = 16, example = "CONFIRMED")]
    pub outcome: &'static str,
    /// Its version now; null where it failed.
    #[schema(minimum = 1)]
    pub version: Option<i64>,
    /// The problem code of a failure.
    #[schema(max_length = 32, example = "stale-version")]
    pub code: Option<&'static str>,
    /// The rules that stand against it.
    #[schema(max_items = 8)]
    pub violations: Vec<RefusedBy>,
}

/// A rule that stands against a confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefusedBy {
    /// The rule, `R18`.
    #[schema(max_length = 16, example = "R18")]
    pub rule: &'static str,
    /// Why, `KINSHIP`.
    #[schema(max_length = 64, example = "KINSHIP")]
    pub reason: &'static str,
}

/// What became of a bulk confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkConfirmation {
    /// Whether anything was written; not in a dry run.
    pub applied: bool,
    /// How many were confirmed.
    #[schema(minimum = 0, maximum = 1000)]
    pub confirmed: usize,
    /// How many the caller had confirmed before.
    #[schema(minimum = 0, maximum = 1000)]
    pub unchanged: usize,
    /// How many could not be confirmed.
    #[schema(minimum = 0, maximum = 1000)]
    pub failed: usize,
    /// Each evaluation, in the order sent.
    #[schema(max_items = 1000)]
    pub items: Vec<ConfirmedItem>,
    /// Shares of best grades that units now exceed.
    #[schema(max_items = 1000)]
    pub warnings: Vec<ShareWarning>,
}
