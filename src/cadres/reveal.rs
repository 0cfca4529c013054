//! Showing what is masked, to those who may see it, and never without a trace.

use super::request::Revealed;
use super::response::{CadreResponse, viewer};
use super::{sealed_store, store};
use crate::access::Permission;
use crate::access::visibility::CadreViewer;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::http::Visible;
use crate::journal::{self, Change};
use crate::listing::Fields;

/// The cadre with some members in full.
///
/// # Errors
/// `NotFound` out of reach, `Forbidden` without the permission to reveal.
pub fn reveal(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    members: &[Revealed],
) -> Result<CadreResponse> {
    let record = store::find_record(tx, id, context.today)?.ok_or(Error::NotFound)?;
    let viewer_of = viewer(&record, &context.reach).ok_or(Error::NotFound)?;
    let revealing = viewer(&record, &context.reach_of(Permission::CadresReveal));
    if !matches!(revealing, Some(CadreViewer::Staff | CadreViewer::Subject)) {
        return Err(Error::Forbidden(Permission::CadresReveal.rule().scope));
    }
    let vault = &context.deps.vault;
    let phone = record.cadre.phone_encrypted.clone();
    let organization_id = record.cadre.organization_id;
    let mut cadre = CadreResponse::from_record(record, viewer_of, &Fields::all(), context)?;
    for member in members {
        match member {
            Revealed::IdentityNumber => {
                let stored = store::present_identity(tx, id)?;
                let place = sealed_store::identity_number(&id);
                cadre.identity_number = Visible::Shown(
                    stored
                        .map(|stored| vault.open_text(place, &stored))
                        .transpose()?,
                );
            }
            Revealed::Phone => {
                cadre.phone = Visible::Shown(
                    phone
                        .as_deref()
                        .map(|stored| vault.open_text(sealed_store::phone(&id), stored))
                        .transpose()?,
                );
            }
        }
    }
    let names: Vec<&str> = members.iter().map(|member| member.as_str()).collect();
    let change = Change {
        changed_fields: &names,
        organization_id: Some(organization_id),
        cadre_id: Some(id),
        ..Change::new("cadre.revealed", "cadre", id, cadre.version)
    };
    journal::record(tx, context, &change)?;
    Ok(cadre)
}

/// Journals that the caller wrote an identity number which someone out of their reach holds; neither is named.
///
/// # Errors
/// When the database refuses.
pub fn note_collision(tx: &mut DbConn, context: &Context) -> Result<()> {
    let Some(account_id) = context.actor.id() else {
        return Ok(());
    };
    let change = Change {
        changed_fields: &["identityNumber"],
        ..Change::new("cadre.identity-number-collided", "account", account_id, 0)
    };
    journal::record(tx, context, &change)
}
