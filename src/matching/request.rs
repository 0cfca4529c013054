//! What callers send about a run.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{CrossUnit, RunStatus};
use super::response::ProposalResponse;
use crate::cadres::Phase;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::http::read_only;
use crate::http::{Flag, Integer, OneOf};
use crate::mentors::MentorRole;
use crate::values::{Date, DateBound, Text};

/// Points per unit of each factor; a factor's value lies between 0 and 100. A weight of 0 leaves a factor out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
#[schema(as = MatchingWeights, rename_all = "camelCase")]
pub struct Weights {
    /// Mentor and cadre are of the same unit.
    #[deserr(default = Weights::DEFAULT.same_unit, from(Integer<0, 1000>) = points)]
    #[schema(default = 40, minimum = 0, maximum = 1000, required = false)]
    pub same_unit: i32,
    /// How near the two units are in the tree of organizations.
    #[deserr(default = Weights::DEFAULT.tree_distance, from(Integer<0, 1000>) = points)]
    #[schema(default = 20, minimum = 0, maximum = 1000, required = false)]
    pub tree_distance: i32,
    /// How well the mentor's standing suits the kind of post.
    #[deserr(default = Weights::DEFAULT.pairing_style, from(Integer<0, 1000>) = points)]
    #[schema(default = 15, minimum = 0, maximum = 1000, required = false)]
    pub pairing_style: i32,
    /// What the mentor knows well, against the cadre's major and post.
    #[deserr(default = Weights::DEFAULT.expertise, from(Integer<0, 1000>) = points)]
    #[schema(default = 15, minimum = 0, maximum = 1000, required = false)]
    pub expertise: i32,
    /// How many of the mentor's seats are free.
    #[deserr(default = Weights::DEFAULT.load, from(Integer<0, 1000>) = points)]
    #[schema(default = 5, minimum = 0, maximum = 1000, required = false)]
    pub load: i32,
    /// Both work in the same remote township.
    #[deserr(default = Weights::DEFAULT.remote_township, from(Integer<0, 1000>) = points)]
    #[schema(default = 5, minimum = 0, maximum = 1000, required = false)]
    pub remote_township: i32,
}

fn points(weight: Integer<0, 1000>) -> i32 {
    weight.0
}

impl Weights {
    /// The published weights.
    pub const DEFAULT: Self = Self {
        same_unit: 40,
        tree_distance: 20,
        pairing_style: 15,
        expertise: 15,
        load: 5,
        remote_township: 5,
    };

    /// The weights in the order of [`super::score::Factor::ALL`].
    pub const fn all(self) -> [i32; 6] {
        [
            self.same_unit,
            self.tree_distance,
            self.pairing_style,
            self.expertise,
            self.load,
            self.remote_township,
        ]
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Which of the cadres, by intake; all of them when left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
#[schema(as = MatchingCohort, rename_all = "camelCase")]
pub struct Cohort {
    /// Reported on this day or later.
    #[deserr(default)]
    pub reported_on_gte: Option<DateBound>,
    /// Reported on this day or earlier.
    #[deserr(default)]
    pub reported_on_lte: Option<DateBound>,
    /// In this phase.
    #[deserr(default)]
    pub phase: Option<Phase>,
}

/// A pair that is settled before the run: this mentor takes this seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
#[schema(as = MatchingLock, rename_all = "camelCase")]
pub struct Lock {
    /// The cadre.
    pub cadre_id: Id,
    /// The mentor.
    pub mentor_id: Id,
    /// As what the mentor guides.
    pub role: MentorRole,
}

/// A pair that the run must not propose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
#[schema(as = MatchingBan, rename_all = "camelCase")]
pub struct Ban {
    /// The cadre.
    pub cadre_id: Id,
    /// The mentor.
    pub mentor_id: Id,
    /// In this role; in either when left out.
    #[deserr(default)]
    pub role: Option<MentorRole>,
}

/// What a run is asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreateMatchingRun, rename_all = "camelCase", example = json!({
    "organizationId": "0189857f-7a00-7000-8000-000000000001",
    "crossUnit": "COUNTY",
    "roles": ["POLITICAL", "PROFESSIONAL"],
    "cohort": { "phase": "SEEDLING" },
    "weights": { "sameUnit": 40, "expertise": 30 },
    "keepExisting": true
}))]
pub struct Terms {
    /// The unit whose subtree's cadres get mentors.
    pub organization_id: Id,
    /// Which mentors they get.
    #[deserr(default = MentorRole::ALL.to_vec())]
    #[schema(required = false, min_items = 1, max_items = 2)]
    pub roles: Vec<MentorRole>,
    /// Which of the cadres.
    #[deserr(default)]
    pub cohort: Option<Cohort>,
    /// Points of the factors.
    #[deserr(default)]
    #[schema(required = false)]
    pub weights: Weights,
    /// Pairs that are settled.
    #[deserr(default)]
    #[schema(required = false, max_items = 10000)]
    pub locked: Vec<Lock>,
    /// Pairs that must not come.
    #[deserr(default)]
    #[schema(required = false, max_items = 10000)]
    pub forbidden: Vec<Ban>,
    /// How far away a mentor may be.
    pub cross_unit: CrossUnit,
    /// Whether present pairs stay, but for those that need another mentor; `false` plans as if there were none, and applying the run
    /// replaces what differs. Seats for which a proposal stands are not planned: it is decided on first.
    #[deserr(default = true)]
    #[schema(default = true, required = false)]
    pub keep_existing: bool,
}

/// A decision on one seat. At least one member.
#[derive(Debug, Clone, Copy, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<ProposalResponse, PatchProposal>)]
#[schema(as = UpdateMatchingProposal, rename_all = "camelCase")]
pub struct PatchProposal {
    /// Gives the seat to this mentor and pins it. If the mentor has no seat left in the run, `swap` exchanges.
    #[deserr(default)]
    pub mentor_id: Option<Id>,
    /// Whether the proposal stays when the run is solved again.
    #[deserr(default)]
    pub pinned: Option<bool>,
    /// Takes the mentor away from this seat for good: solving again looks for another.
    #[deserr(default)]
    pub banned: Option<bool>,
    /// With `mentorId`: the seat that gives its mentor and takes this seat's one in exchange.
    #[deserr(default)]
    pub swap_with: Option<Id>,
}

/// Nothing to say beyond the verb itself.
#[derive(Debug, Clone, Copy, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(as = TurnMatchingRun, rename_all = "camelCase")]
pub struct TurnRun {}

/// How the pairs of a run come into being.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(as = ApplyMatchingRun, rename_all = "camelCase")]
pub struct ApplyRun {
    /// Whether the pairs take effect at once; otherwise they are proposals, which take no seat.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub activate: bool,
    /// The first day: with `activate` not in the future, for proposals up to a year ahead; today when left out.
    #[deserr(default)]
    pub starts_on: Option<Date>,
    /// Why mentors may be of units further away; required where the run proposes such pairs.
    #[deserr(default)]
    pub cross_unit_reason: Option<Text<500>>,
    /// Does all of it and undoes it.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub dry_run: bool,
}

/// Filters of the list of runs.
#[derive(Debug, Clone, Default, Deserr, IntoParams, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct RunFilters {
    /// With these statuses.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub status: Option<OneOf<RunStatus>>,
}

/// Filters of the list of proposals.
#[derive(Debug, Clone, Default, Deserr, IntoParams, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct ProposalFilters {
    /// In this role.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub role: Option<OneOf<MentorRole>>,
    /// Of this cadre.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub cadre_id: Option<Id>,
    /// With this mentor.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub mentor_id: Option<Id>,
    /// With a mentor, or without.
    #[deserr(default)]
    #[param(required = false, inline)]
    #[schema(value_type = Option<bool>)]
    pub matched: Option<Flag>,
}
