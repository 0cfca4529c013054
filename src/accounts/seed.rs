//! The accounts of the demo: made in bulk with one password, which a later start may replace.

use super::clients::{self, Client, Scope};
use super::users::{self, User, UserGrant, Username};
use super::{revocations, sessions};
use crate::access::Role;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};

/// A user to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedUser<'a> {
    /// Username.
    pub username: &'a str,
    /// What the person is called.
    pub display_name: &'a str,
    /// Roles, each with the organization at the root of its subtree where it has one.
    pub grants: &'a [(Role, Option<Id>)],
    /// The mentor this person is.
    pub mentor_id: Option<Id>,
    /// The cadre this person is.
    pub cadre_id: Option<Id>,
}

/// A client to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedClient<'a> {
    /// Name.
    pub name: &'a str,
    /// Scopes, separated by blanks.
    pub scopes: &'a str,
    /// The organization at the root of its subtree.
    pub organization_id: Id,
    /// The source of its external ids.
    pub source: Option<&'a str>,
}

/// Makes users who all have the password of this hash.
///
/// # Errors
/// `Duplicate` for a name that is taken; `Internal` for one that is no username.
pub fn insert_users(
    tx: &mut DbConn,
    context: &Context,
    seeds: &[SeedUser<'_>],
    password_hash: &str,
) -> Result<()> {
    let mut rows = Vec::with_capacity(seeds.len());
    let mut grants = Vec::with_capacity(seeds.len());
    for seed in seeds {
        let username = Username::parse(seed.username)
            .map_err(|_| Error::internal("a seeded name is no username"))?;
        let row = User {
            mentor_id: seed.mentor_id,
            cadre_id: seed.cadre_id,
            password_hash: Some(password_hash.to_owned()),
            activated_at: Some(context.now),
            ..User::new(
                context,
                context.new_id(),
                username.to_string(),
                seed.display_name.to_owned(),
            )
        };
        grants.extend(
            (0..)
                .zip(seed.grants)
                .map(|(position, (role, unit))| UserGrant {
                    user_id: row.id,
                    position,
                    role: *role,
                    organization_id: *unit,
                    valid_until: None,
                }),
        );
        rows.push(row);
    }
    users::store::insert(tx, &rows)?;
    users::store::insert_grants(tx, &grants)?;
    for row in &rows {
        let own: Vec<UserGrant> = grants
            .iter()
            .filter(|grant| grant.user_id == row.id)
            .cloned()
            .collect();
        let members = ["username", "displayName", "grants"];
        users::service::record(tx, context, "user.created", row, &own, &members)?;
    }
    Ok(())
}

/// Makes clients whose secret is the same password.
///
/// # Errors
/// `Duplicate` for a name that is taken.
pub fn insert_clients(
    tx: &mut DbConn,
    context: &Context,
    seeds: &[SeedClient<'_>],
    password: &str,
) -> Result<()> {
    for seed in seeds {
        let scopes: Option<Vec<Scope>> = seed
            .scopes
            .split_ascii_whitespace()
            .map(Scope::parse)
            .collect();
        let scopes = scopes.ok_or_else(|| Error::internal("a seeded scope is none"))?;
        let row = Client {
            id: context.new_id(),
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            name: seed.name.to_owned(),
            scopes: clients::normalize(&scopes)?,
            organization_id: seed.organization_id,
            source: seed.source.map(str::to_owned),
            secret_digest: Some(clients::digest(password)),
            disabled: false,
        };
        clients::insert(tx, &row)?;
        clients::record(tx, context, "client.created", &row, &["name", "scopes"])?;
    }
    Ok(())
}

/// Gives the named users and clients another password; their sessions and tokens end. Names that are gone are passed over.
///
/// # Errors
/// When the database refuses.
pub fn replace_password(
    tx: &mut DbConn,
    context: &Context,
    usernames: &[&str],
    client_names: &[&str],
    password: &str,
    password_hash: &str,
) -> Result<()> {
    for username in usernames {
        let Some(mut row) = users::store::lock_by_username(tx, username)? else {
            continue;
        };
        row.password_hash = Some(password_hash.to_owned());
        row.failed_logins = 0;
        row.locked_until = None;
        users::store::set_credentials(tx, &row)?;
        revocations::end_tokens(tx, context, &[row.id])?;
        sessions::end_all(tx, context, row.id, None)?;
        users::service::record(tx, context, "user.password-changed", &row, &[], &[])?;
    }
    for name in client_names {
        if let Some(id) = clients::find_by_name(tx, name)? {
            clients::set_secret(tx, id, &clients::digest(password), context.now)?;
            revocations::end_tokens(tx, context, &[id])?;
        }
    }
    Ok(())
}
