//! The goals of a plan, as they are stored and shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Id;
use crate::error::{Error, Result};
use crate::values::{Date, text_enum};

text_enum! {
    /// What became of a goal.
    pub enum GoalStatus {
        /// To be done.
        Open = "OPEN",
    }
}

/// A goal of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanGoal {
    /// The goal's id.
    pub id: Id,
    /// What is to be done.
    #[schema(max_length = 200)]
    pub title: String,
    /// By what one sees that it is done.
    #[schema(max_length = 500)]
    pub measure: Option<String>,
    /// The day by which it is due.
    pub due_on: Date,
    /// Whether the phase asks for it at its gate.
    pub required: bool,
    /// What became of it; more statuses will come.
    #[schema(value_type = String, max_length = 32, example = "OPEN")]
    pub status: GoalStatus,
}

/// The stored form of goals.
///
/// # Errors
/// When they cannot be written as JSON.
pub fn to_json(goals: &[PlanGoal]) -> Result<String> {
    serde_json::to_string(goals).map_err(Error::internal)
}

/// Goals as they were stored.
///
/// # Errors
/// When what is stored is no such list.
pub fn from_json(text: &str) -> Result<Vec<PlanGoal>> {
    // What a list was not asked for.
    if text.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(Error::internal)
}
