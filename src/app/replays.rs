//! Whether a caller may get a kept reply again: only while they read what it tells of.

use crate::access::Permission;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::http::Versioned;

type Read = fn(&mut DbConn, &Context, Id) -> Result<()>;

/// One kind of resource: its word, the permission to read it, and how its room reads one.
macro_rules! kind {
    ($response:ty, $permission:ident, $read:path) => {
        (
            <$response as Versioned>::KIND,
            Permission::$permission,
            |conn, context, id| $read(conn, context, id).map(drop),
        )
    };
}

/// The kinds that keyed requests answer with. Replies about cadres and mentors show all that their unit sees, so that it must be
/// the caller's: others, such as the unit someone has left, see less.
const KINDS: &[(&str, Permission, Read)] = &[
    kind!(
        crate::organizations::OrganizationResponse,
        OrganizationsRead,
        crate::organizations::read
    ),
    kind!(
        crate::cadres::CadreResponse,
        CadresRead,
        crate::cadres::require_reachable
    ),
    kind!(
        crate::mentors::MentorResponse,
        MentorsRead,
        crate::mentors::require_reachable
    ),
    kind!(
        crate::absences::AbsenceResponse,
        CadresRead,
        crate::absences::read
    ),
    kind!(
        crate::kinships::KinshipResponse,
        KinshipsDeclare,
        crate::kinships::read
    ),
    kind!(
        crate::assignments::AssignmentResponse,
        AssignmentsRead,
        crate::assignments::read
    ),
    kind!(
        crate::evaluations::EvaluationResponse,
        EvaluationsRead,
        crate::evaluations::read_or_written
    ),
    kind!(
        crate::growth_entries::GrowthEntryResponse,
        GrowthRead,
        crate::growth_entries::read
    ),
    kind!(
        crate::matching::RunResponse,
        MatchingRun,
        crate::matching::read
    ),
];

/// Whether the caller reads all these resources, under the permission of the operation or under that of reading.
///
/// # Errors
/// When the database refuses, or for a kind that no keyed request answers with.
pub fn reads(conn: &mut DbConn, context: &Context, kind: &str, ids: &[Id]) -> Result<bool> {
    let (_, permission, read) = KINDS
        .iter()
        .find(|(known, ..)| *known == kind)
        .ok_or_else(|| Error::internal(format!("{kind} is read by nobody")))?;
    let mut ways = vec![context.clone()];
    if let Some(reach) = context.actor.reach(*permission) {
        ways.push(Context {
            reach,
            ..context.clone()
        });
    }
    for id in ids {
        if !is_read(conn, &ways, *read, *id)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_read(conn: &mut DbConn, ways: &[Context], read: Read, id: Id) -> Result<bool> {
    for way in ways {
        match read(conn, way, id) {
            Ok(()) => return Ok(true),
            Err(Error::NotFound | Error::Forbidden(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}
