//! Where secrets of cadres are stored: each opens for its own person alone.

use diesel::prelude::*;

use crate::db::schema::{cadre_identities, cadres};
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::vault::{SecretLocation, Vault};

/// The phone number of a cadre.
pub fn phone(id: &Id) -> SecretLocation<'_> {
    SecretLocation::new("cadres.phone_encrypted", id.0.as_bytes())
}

/// An identity number of a cadre, present or former.
pub fn identity_number(id: &Id) -> SecretLocation<'_> {
    SecretLocation::new("cadre_identities.encrypted", id.0.as_bytes())
}

/// Binds to their place what an older version sealed for none; how many there were.
///
/// # Errors
/// When the database refuses, or when something cannot be read with this key.
pub fn bind_all(tx: &mut DbConn, vault: &Vault) -> Result<usize> {
    let mut count = 0;
    let phones = cadres::table
        .filter(cadres::phone_encrypted.is_not_null())
        .select((cadres::id, cadres::phone_encrypted.assume_not_null()));
    for (id, stored) in phones.load::<(Id, Vec<u8>)>(tx)? {
        if let Some(bound) = vault.bind(phone(&id), &stored)? {
            let row = diesel::update(cadres::table.find(id));
            count += row.set(cadres::phone_encrypted.eq(bound)).execute(tx)?;
        }
    }
    let numbers = cadre_identities::table.select((
        cadre_identities::digest,
        cadre_identities::cadre_id,
        cadre_identities::encrypted,
    ));
    for (digest, id, stored) in numbers.load::<(Vec<u8>, Id, Vec<u8>)>(tx)? {
        if let Some(bound) = vault.bind(identity_number(&id), &stored)? {
            let row = diesel::update(cadre_identities::table.find(digest));
            count += row.set(cadre_identities::encrypted.eq(bound)).execute(tx)?;
        }
    }
    Ok(count)
}
