//! Who sees which rounds: whoever reaches the unit, and those whose own units lie below it.

use crate::access::{Permission, Reach};
use crate::context::Context;
use crate::organizations;

/// What a caller sees and does.
#[derive(Debug, Clone)]
pub struct RoundScope {
    /// The units they read.
    pub reach: Reach,
    /// The paths of these units and of all above them.
    pub lineage: Vec<String>,
    writes: Reach,
}

impl RoundScope {
    /// That of the caller of a request.
    pub fn from_context(context: &Context) -> Self {
        let reach = context.reach_in(Permission::EvaluationRoundsRead);
        let paths = reach.subtrees.iter().map(|subtree| subtree.path.as_str());
        Self {
            lineage: organizations::lineage(paths),
            reach,
            writes: context.reach_in(Permission::EvaluationRoundsWrite),
        }
    }

    /// Whether the caller sees the rounds of a unit with this path.
    pub fn sees(&self, path: &str) -> bool {
        self.reach.covers(path) || self.lineage.iter().any(|above| above == path)
    }

    /// Whether the caller keeps the rounds of a unit with this path.
    pub fn writes(&self, path: &str) -> bool {
        self.writes.covers(path)
    }
}
