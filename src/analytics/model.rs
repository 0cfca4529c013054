//! Figures as a caller may see them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Id;
use crate::values::Date;

/// A count; null where an analyst may not see it, because it stands for fewer than five persons or would tell such a count.
pub type Cell = Option<i64>;

/// Cadres of the programme by its years: all but those who left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct PhaseCounts {
    /// In the first year.
    #[schema(minimum = 0)]
    pub seedling: Cell,
    /// In the second year.
    #[schema(minimum = 0)]
    pub nurturing: Cell,
    /// In the third year.
    #[schema(minimum = 0)]
    pub strengthening: Cell,
    /// After the third year.
    #[schema(minimum = 0)]
    pub graduated: Cell,
}

/// Cadres who are in the programme, by the mentors they have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CoverageCounts {
    /// With both mentors.
    #[schema(minimum = 0)]
    pub full: Cell,
    /// With one.
    #[schema(minimum = 0)]
    pub partial: Cell,
    /// With neither.
    #[schema(minimum = 0)]
    pub none: Cell,
}

/// Mentors by what they are qualified for; who may be both counts in both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MentorCounts {
    /// All who are nominated, appointed or suspended.
    #[schema(minimum = 0)]
    pub total: Cell,
    /// Those of them who are appointed; the following figures are theirs.
    #[schema(minimum = 0)]
    pub appointed: Cell,
    /// Who may be a political mentor.
    #[schema(minimum = 0)]
    pub political: Cell,
    /// Who may be a professional mentor.
    #[schema(minimum = 0)]
    pub professional: Cell,
    /// Who guide no cadre at present.
    #[schema(minimum = 0)]
    pub without_mentee: Cell,
}

/// How many cadres the appointed mentors take.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeatCounts {
    /// Seats of all appointed mentors.
    #[schema(minimum = 0)]
    pub total: Cell,
    /// Seats that are taken.
    #[schema(minimum = 0)]
    pub taken: Cell,
    /// Seats that are free.
    #[schema(minimum = 0)]
    pub available: Cell,
    /// Seats of those who may be a political mentor.
    #[schema(minimum = 0)]
    pub political: Cell,
    /// Seats of those who may be a professional mentor.
    #[schema(minimum = 0)]
    pub professional: Cell,
}

/// What a unit and all below it add up to on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrganizationSummary)]
pub struct SummaryResponse {
    /// The unit.
    pub organization_id: Id,
    /// The unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The day.
    pub as_of: Date,
    /// Cadres of the programme: all but those who left.
    #[schema(minimum = 0)]
    pub cadres: Cell,
    /// The same by the year of the programme.
    pub phases: PhaseCounts,
    /// Cadres who are in the programme, by the mentors they have.
    pub coverage: CoverageCounts,
    /// Mentors.
    pub mentors: MentorCounts,
    /// Seats of the appointed mentors.
    pub seats: SeatCounts,
}
