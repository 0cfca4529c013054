//! Whether a caller may get a kept reply again: only while they read what it tells of.

use super::ROOMS;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::http::ReadableResource;

/// Whether the caller reads all these resources, under the permission of the operation or under that of reading.
///
/// # Errors
/// When the database refuses, or for a kind that no keyed request answers with.
pub fn reads(conn: &mut DbConn, context: &Context, kind: &str, ids: &[Id]) -> Result<bool> {
    let mut resources = ROOMS.iter().flat_map(|room| room.resources);
    let resource = resources
        .find(|resource| resource.kind == kind)
        .ok_or_else(|| Error::internal(format!("{kind} is read by nobody")))?;
    let mut ways = vec![context.clone()];
    if let Some(reach) = context.actor.reach(resource.permission) {
        ways.push(Context {
            reach,
            ..context.clone()
        });
    }
    for id in ids {
        if !is_read(conn, &ways, resource, *id)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_read(
    conn: &mut DbConn,
    ways: &[Context],
    resource: &ReadableResource,
    id: Id,
) -> Result<bool> {
    for way in ways {
        match (resource.read)(conn, way, id) {
            Ok(()) => return Ok(true),
            Err(Error::NotFound | Error::Forbidden(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}
