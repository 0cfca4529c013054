//! Feedback as callers may see it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Id;

/// What a cadre thinks of an event, as they said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Feedback {
    /// From 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    pub rating: i32,
    /// In their own words.
    #[schema(max_length = 1000)]
    pub text: Option<String>,
}

/// How many gave a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RatingCount {
    /// The rating.
    #[schema(minimum = 1, maximum = 5)]
    pub rating: i32,
    /// How many gave it.
    #[schema(minimum = 0)]
    pub answers: i64,
}

/// What those who took part think of an event: sums of the first answers, three more at a time, so that none can be told apart.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrainingFeedback {
    /// The event.
    pub event_id: Id,
    /// How many answers these are: a multiple of three.
    #[schema(minimum = 0)]
    pub answers: i64,
    /// Their mean, to two places; null without any.
    #[schema(minimum = 1, maximum = 5)]
    pub mean: Option<f64>,
    /// How many gave which rating.
    #[schema(max_items = 5)]
    pub ratings: Vec<RatingCount>,
    /// What they said, in the order of the texts; up to 500.
    #[schema(max_items = 500)]
    pub texts: Vec<String>,
}
