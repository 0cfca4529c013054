//! Queries of the networks users signed in from.

use diesel::prelude::*;

use super::rules::{KNOWN_FOR, MOST_NETWORKS};
use crate::db::schema::{known_networks, users};
use crate::db::{DbConn, Id, UtcTimestamp, on_backend};
use crate::error::Result;

/// Whether a network is known to the account of a username.
///
/// # Errors
/// When the database refuses.
pub fn is_known(
    conn: &mut DbConn,
    username: &str,
    network: &[u8],
    now: UtcTimestamp,
) -> Result<bool> {
    let known = known_networks::table
        .inner_join(users::table.on(users::id.eq(known_networks::user_id)))
        .filter(users::username.eq(username))
        .filter(known_networks::network.eq(network))
        .filter(known_networks::last_used_at.gt(now.plus_seconds(-KNOWN_FOR)));
    Ok(diesel::select(diesel::dsl::exists(known)).get_result(conn)?)
}

/// Notes that a user signed in from a network. Networks unused for long, and the longest unused of too many, are forgotten.
///
/// # Errors
/// When the database refuses.
pub fn note(tx: &mut DbConn, user_id: Id, network: &[u8], now: UtcTimestamp) -> Result<()> {
    let noted = on_backend!(tx, |c| diesel::insert_into(known_networks::table)
        .values((
            known_networks::user_id.eq(user_id),
            known_networks::network.eq(network),
            known_networks::last_used_at.eq(now)
        ))
        .on_conflict((known_networks::user_id, known_networks::network))
        .do_nothing()
        .execute(c))?;
    if noted == 0 {
        // Known already: once a day is exact enough.
        let row = known_networks::table
            .find((user_id, network))
            .filter(known_networks::last_used_at.le(now.plus_seconds(-24 * 3600)));
        diesel::update(row)
            .set(known_networks::last_used_at.eq(now))
            .execute(tx)?;
        return Ok(());
    }
    let own = known_networks::table.filter(known_networks::user_id.eq(user_id));
    let surplus: Vec<Vec<u8>> = own
        .order(known_networks::last_used_at.desc())
        .offset(MOST_NETWORKS)
        .limit(MOST_NETWORKS)
        .select(known_networks::network)
        .load(tx)?;
    let old = known_networks::last_used_at.le(now.plus_seconds(-KNOWN_FOR));
    diesel::delete(own.filter(old.or(known_networks::network.eq_any(surplus)))).execute(tx)?;
    Ok(())
}

/// Forgets every network of a user.
///
/// # Errors
/// When the database refuses.
pub fn forget(tx: &mut DbConn, user_id: Id) -> Result<()> {
    let own = known_networks::table.filter(known_networks::user_id.eq(user_id));
    diesel::delete(own).execute(tx)?;
    Ok(())
}
