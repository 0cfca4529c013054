//! Queries of the demo's mark.

use diesel::prelude::*;

use super::Holding;
use crate::db::schema::{organizations, users};
use crate::db::{DbConn, service_state};
use crate::error::Result;

/// The row of `service_state` that marks a demo.
pub(super) const MARK: &str = "demo";

/// What a database holds.
pub(super) fn holding(conn: &mut DbConn) -> Result<Holding> {
    if service_state::find(conn, MARK)?.is_some() {
        return Ok(Holding::Demo);
    }
    let unit = organizations::table.select(organizations::path).limit(1);
    let account = users::table.select(users::username).limit(1);
    let units: Vec<String> = unit.load(conn)?;
    let accounts: Vec<String> = account.load(conn)?;
    Ok(if units.is_empty() && accounts.is_empty() {
        Holding::Nothing
    } else {
        Holding::Programme
    })
}

/// Marks the database as a demo.
pub(super) fn mark(tx: &mut DbConn) -> Result<()> {
    service_state::set(tx, MARK, "bazhong")
}
