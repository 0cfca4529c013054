//! Queries of grants and clients of a unit that ends in another.

use diesel::prelude::*;

use crate::db::schema::{clients, user_grants, users};
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::Result;

/// The grants that went over, and whose they are, with their present versions.
pub struct HandedOver {
    /// How many grants.
    pub grants: u64,
    /// The users, with their versions.
    pub accounts: Vec<(Id, i64)>,
}

/// Makes the grants at one unit grants at another.
///
/// # Errors
/// When the database refuses.
pub fn hand_over_grants(
    tx: &mut DbConn,
    from: Id,
    into: Id,
    now: UtcTimestamp,
) -> Result<HandedOver> {
    let concerned: Vec<Id> = user_grants::table
        .filter(user_grants::organization_id.eq(from))
        .select(user_grants::user_id)
        .distinct()
        .load(tx)?;
    let grants = diesel::update(user_grants::table.filter(user_grants::organization_id.eq(from)))
        .set(user_grants::organization_id.eq(into))
        .execute(tx)?;
    let mut accounts = Vec::with_capacity(concerned.len());
    for id in concerned {
        let version = diesel::update(users::table.find(id))
            .set((
                users::version.eq(users::version + 1),
                users::updated_at.eq(now),
            ))
            .returning(users::version)
            .get_result(tx)?;
        accounts.push((id, version));
    }
    Ok(HandedOver {
        grants: u64::try_from(grants).unwrap_or(u64::MAX),
        accounts,
    })
}

/// Places the clients of one unit at another.
///
/// # Errors
/// When the database refuses.
pub fn hand_over_clients(
    tx: &mut DbConn,
    from: Id,
    into: Id,
    now: UtcTimestamp,
) -> Result<Vec<(Id, i64)>> {
    let placed = diesel::update(clients::table.filter(clients::organization_id.eq(from)))
        .set((
            clients::organization_id.eq(into),
            clients::version.eq(clients::version + 1),
            clients::updated_at.eq(now),
        ))
        .returning((clients::id, clients::version))
        .get_results(tx)?;
    Ok(placed)
}
