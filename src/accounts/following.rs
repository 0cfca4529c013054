//! Grants and clients follow the units they are placed at.

use super::{clients, revocations, users};
use crate::access::Account;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::events::{AccountGrant, Followed, Restructuring};

/// What accounts do when a unit moves or is merged: tokens with its old path end; after a merger, grants and clients lie at
/// the unit that took over.
///
/// # Errors
/// When the database refuses.
pub fn follow_organization(
    tx: &mut DbConn,
    context: &Context,
    change: &Restructuring,
) -> Result<Followed> {
    match change {
        Restructuring::Moved { subtree } => {
            revocations::end_tokens_within(tx, context, subtree)?;
            Ok(Followed::default())
        }
        Restructuring::Redefined { .. } | Restructuring::Remote { .. } => Ok(Followed::default()),
        Restructuring::Merged { from, into, .. } => {
            let (grants, mut moved) = users::move_grants(tx, context, *from, *into)?;
            let placed: Vec<Id> = clients::move_all(tx, context, *from, *into)?;
            let followed = Followed {
                grants,
                clients: u64::try_from(placed.len()).unwrap_or_default(),
                ..Followed::default()
            };
            moved.extend(placed);
            revocations::end_tokens(tx, context, &moved)?;
            Ok(followed)
        }
    }
}

/// The grants that reach a subtree from one of these units, and the clients placed there.
///
/// # Errors
/// When the database refuses.
pub fn grants_at(conn: &mut DbConn, context: &Context, units: &[Id]) -> Result<Vec<AccountGrant>> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let mut grants = users::store::grants_at(conn, units, context.today)?;
    let clients = clients::store::placed_at(conn, units)?;
    grants.extend(
        clients
            .into_iter()
            .map(|(id, organization_id)| AccountGrant {
                account: Account::Client(id),
                role: None,
                organization_id,
            }),
    );
    Ok(grants)
}

/// What accounts do when a mentor comes into service or leaves it: tokens say until when somebody serves, so that those made
/// before end.
///
/// # Errors
/// When the database refuses.
pub fn follow_mentor(tx: &mut DbConn, context: &Context, mentor_id: Id) -> Result<()> {
    let user = users::store::of_mentor(tx, mentor_id)?;
    revocations::end_tokens(tx, context, user.as_slice())
}
