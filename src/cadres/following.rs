//! How cadres follow their unit when it moves, becomes another kind of unit, or ends in another.

use super::draft::changed_by_move;
use super::model::Cadre;
use super::service::{derived_change, derived_changed};
use super::{career_store, organization_store, rules, store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::events::Restructuring;
use crate::journal::{self, Change};
use crate::organizations::{self, Organization};
use crate::values::Date;

/// Writes what changes of the cadres concerned, and says who they are: their pairs may have lost their place.
///
/// # Errors
/// When the database refuses.
pub fn follow(tx: &mut DbConn, context: &Context, change: &Restructuring) -> Result<Vec<Id>> {
    match change {
        Restructuring::Moved { subtree } => organization_store::ids_within(tx, subtree),
        Restructuring::Redefined { organization_id } => {
            let organization = organization(tx, *organization_id)?;
            let cadres = organization_store::lock_of_organization(tx, *organization_id)?;
            for cadre in &cadres {
                let non_local = distance(cadre, &organization);
                if non_local != cadre.non_local {
                    organization_store::set_non_local(tx, cadre.id, non_local)?;
                    derived_changed(tx, context, cadre.id, &["nonLocal"])?;
                }
            }
            Ok(cadres.into_iter().map(|cadre| cadre.id).collect())
        }
        Restructuring::Remote { organization_id } => {
            let cadres = organization_store::lock_of_organization(tx, *organization_id)?;
            let changes: Vec<Change<'_>> = cadres
                .iter()
                .map(|cadre| derived_change(cadre, &["remote"]))
                .collect();
            journal::record_many(tx, context, &changes)?;
            Ok(cadres.into_iter().map(|cadre| cadre.id).collect())
        }
        Restructuring::Merged { from, into, on } => {
            let before = organization(tx, *from)?;
            let organization = organization(tx, *into)?;
            let cadres = organization_store::lock_of_organization(tx, *from)?;
            for cadre in &cadres {
                hand_over(tx, context, cadre, (&before, &organization), *on)?;
            }
            Ok(cadres.into_iter().map(|cadre| cadre.id).collect())
        }
    }
}

fn organization(conn: &mut DbConn, id: Id) -> Result<Organization> {
    organizations::store::find(conn, id)?.ok_or(Error::NotFound)
}

fn distance(cadre: &Cadre, organization: &Organization) -> Option<super::NonLocal> {
    rules::distance_from_home(
        cadre.household_registration,
        organization.division_code.as_deref(),
        organizations::is_of_city(organization),
    )
}

/// Someone who came later than the merge took effect belongs to the successor from their own first day there.
fn hand_over(
    tx: &mut DbConn,
    context: &Context,
    row: &Cadre,
    (before, organization): (&Organization, &Organization),
    on: Date,
) -> Result<()> {
    let since = career_store::present_since(tx, row.id)?;
    let on = since.map_or(on, |since| since.max(on));
    let mut cadre = row.clone();
    cadre.organization_id = organization.id;
    cadre.non_local = distance(row, organization);
    cadre.version = row.version + 1;
    cadre.updated_at = context.now;
    store::update(tx, &cadre, row.version)?;
    career_store::open_post(tx, &cadre, on)?;
    let changed = changed_by_move(row, &cadre, before.remote != organization.remote);
    let change = Change {
        changed_fields: &changed,
        organization_id: Some(organization.id),
        cadre_id: Some(row.id),
        effective_on: Some(on),
        ..Change::new("cadre.transferred", "cadre", row.id, cadre.version)
    };
    journal::record(tx, context, &change)
}
