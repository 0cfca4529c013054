//! The units for which a caller reads, writes and confirms evaluations.

use diesel::prelude::*;

use super::record::{Condition, Joined};
use crate::access::{Permission, Subtree};
use crate::context::Context;
use crate::db::schema::{evaluations, organizations};
use crate::db::{DbConn, any_of, inside};
use crate::error::Result;
use crate::organizations::{ReachedOrganizations, within_organizations};

diesel::alias!(evaluations as of_units: OfUnits);

/// The units of a caller's offices.
#[derive(Debug, Clone)]
pub struct Offices {
    /// Where they read.
    pub reading: ReachedOrganizations,
    /// Where they may write for the unit.
    pub writing: ReachedOrganizations,
    /// Where they may confirm.
    pub confirming: ReachedOrganizations,
}

impl Offices {
    /// For rows that are known by other means.
    pub fn from_context(context: &Context) -> Self {
        let units = |permission| ReachedOrganizations::tested(context.reach_of(permission));
        Self {
            reading: units(Permission::EvaluationsRead),
            writing: units(Permission::EvaluationsWrite),
            confirming: units(Permission::EvaluationsConfirm),
        }
    }

    /// For a list, whose caller reads in these units.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn listed(
        conn: &mut DbConn,
        context: &Context,
        reading: &ReachedOrganizations,
    ) -> Result<Self> {
        let own = context.reach_of(Permission::EvaluationsRead);
        let mut units = |permission| {
            let reach = context.reach_of(permission);
            if reach.subtrees == own.subtrees {
                return Ok(reading.clone());
            }
            ReachedOrganizations::from_reach(conn, &reach)
        };
        Ok(Self {
            writing: units(Permission::EvaluationsWrite)?,
            confirming: units(Permission::EvaluationsConfirm)?,
            reading: reading.clone(),
        })
    }
}

/// That the unit of an evaluation's own date, or the cadre's present unit, is among some.
pub fn in_units(units: &ReachedOrganizations) -> Condition {
    let subtrees = &units.reach.subtrees;
    if !units.is_searched || !units.ids.is_empty() || subtrees.iter().any(Subtree::is_broad) {
        return within_organizations!(
            Joined,
            units,
            evaluations::organization_id,
            evaluations::present_organization_id
        );
    }
    // The rows of narrow subtrees first: beside the other conditions SQLite would rather walk the whole list.
    let of_subtree = |subtree: &Subtree| -> Condition {
        let units = || {
            organizations::table
                .filter(inside!(subtree))
                .select(organizations::id)
        };
        let id = || of_units.field(evaluations::id);
        let then = of_units.field(evaluations::organization_id).eq_any(units());
        let now = of_units
            .field(evaluations::present_organization_id)
            .eq_any(units());
        let rows = of_units
            .filter(then)
            .select(id())
            .union(of_units.filter(now).select(id()));
        Box::new(evaluations::id.eq_any(rows))
    };
    any_of(subtrees.iter().map(of_subtree))
}
