//! Grants that would reach further: what a move or a merger gives to people who asked for nothing.
//!
//! A grant reaches the unit it is placed at and all below. So where units come to lie under others, the grants placed at those
//! others reach people they did not reach before. Only an administrator, who gives grants, may bring that about.

use serde::Serialize;
use utoipa::ToSchema;

use super::lookup::UnitLookup;
use super::model::{Located, Organization};
use super::store;
use crate::access::{Account, Role};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::events::AccountGrant;

/// How many grants are listed; the rest are counted.
const LISTED: usize = 100;

/// Grants that reach units which they did not reach before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WidenedGrants {
    /// How many there are among the units the caller may change.
    #[schema(minimum = 0)]
    pub count: usize,
    /// The first hundred of them.
    #[schema(max_items = 100)]
    pub grants: Vec<WidenedGrant>,
    /// Whether there is any, seen by the caller or not.
    #[serde(skip)]
    is_any: bool,
}

/// A grant of a user, or a client, that reaches further.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WidenedGrant {
    /// The user who holds the grant; null for a client.
    pub user_id: Option<Id>,
    /// The client; null for a user.
    pub client_id: Option<Id>,
    /// The user's role; null for a client.
    pub role: Option<Role>,
    /// The unit it is placed at, before the change.
    pub organization_id: Id,
}

impl From<AccountGrant> for WidenedGrant {
    fn from(grant: AccountGrant) -> Self {
        let (user_id, client_id) = match grant.account {
            Account::User(id) => (Some(id), None),
            Account::Client(id) => (None, Some(id)),
            Account::System => (None, None),
        };
        Self {
            user_id,
            client_id,
            role: grant.role,
            organization_id: grant.organization_id,
        }
    }
}

impl WidenedGrants {
    /// Those of the units above the new place that did not lie above the old one.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn of_move(
        conn: &mut DbConn,
        context: &Context,
        units: &impl UnitLookup,
        former: &Organization,
        row: &Organization,
    ) -> Result<Self> {
        let mut units = units.above(conn, row)?;
        units.retain(|unit| !former.path.starts_with(&unit.path));
        Self::at(conn, context, &units)
    }

    /// Those of the merged unit, which go over to the other one, and those above the other one that did not lie above it.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn of_merger(
        conn: &mut DbConn,
        context: &Context,
        from: &Organization,
        into: &Organization,
    ) -> Result<Self> {
        let line = store::line(conn, &into.path)?.into_iter();
        let mut units: Vec<Located> = line.map(Located::from).collect();
        units.retain(|unit| !from.path.starts_with(&unit.path));
        units.push(Located::from(from.clone()));
        Self::at(conn, context, &units)
    }

    /// Refuses what widens grants, unless an administrator or the service itself does it.
    ///
    /// # Errors
    /// `WidensGrants`.
    pub fn check(&self, context: &Context) -> Result<()> {
        let actor = &context.actor;
        if !self.is_any || actor.account == Account::System || actor.is(Role::Administrator) {
            Ok(())
        } else {
            Err(Error::WidensGrants)
        }
    }

    fn at(conn: &mut DbConn, context: &Context, units: &[Located]) -> Result<Self> {
        let ids: Vec<Id> = units.iter().map(|unit| unit.id).collect();
        let grants = (context.deps.hooks.grants_at)(conn, context, &ids)?;
        let is_any = !grants.is_empty();
        let is_seen = |grant: &AccountGrant| {
            units
                .iter()
                .any(|unit| unit.id == grant.organization_id && context.reach.covers(&unit.path))
        };
        let seen: Vec<AccountGrant> = grants.into_iter().filter(is_seen).collect();
        Ok(Self {
            count: seen.len(),
            grants: seen.into_iter().take(LISTED).map(Into::into).collect(),
            is_any,
        })
    }
}
