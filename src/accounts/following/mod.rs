//! How accounts follow a unit: grants and clients of a merged unit go over, and tokens that carry an old place end.

mod store;

use super::cutoffs::{end_tokens, end_tokens_within};
use crate::access::{Context, Followed, Restructuring};
use crate::db::DbConn;
use crate::error::Result;
use crate::journal::{self, Change};

/// Lets grants, clients and tokens follow a unit.
///
/// # Errors
/// When the database refuses.
pub fn follow(tx: &mut DbConn, context: &Context, change: &Restructuring) -> Result<Followed> {
    match change {
        Restructuring::Moved { subtree } => end_tokens_within(tx, context, subtree)?,
        Restructuring::Redefined { .. } => {}
        Restructuring::Merged { from, into, .. } => {
            let users = store::hand_over_grants(tx, *from, *into, context.now)?;
            let clients = store::hand_over_clients(tx, *from, *into, context.now)?;
            for (id, version) in &users.accounts {
                let change = Change {
                    changed_fields: &["grants"],
                    organization_id: Some(*into),
                    ..Change::new("user.updated", "user", *id, *version)
                };
                journal::record(tx, context, &change)?;
            }
            for (id, version) in &clients {
                let change = Change {
                    changed_fields: &["organizationId"],
                    organization_id: Some(*into),
                    ..Change::new("client.updated", "client", *id, *version)
                };
                journal::record(tx, context, &change)?;
            }
            let concerned = users.accounts.iter().chain(&clients);
            let concerned: Vec<_> = concerned.map(|(id, _)| *id).collect();
            end_tokens(tx, context, &concerned)?;
            return Ok(Followed {
                grants: users.grants,
                clients: u64::try_from(clients.len()).unwrap_or(u64::MAX),
                ..Followed::default()
            });
        }
    }
    Ok(Followed::default())
}
