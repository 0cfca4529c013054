//! Where secrets of mentors are stored: each opens for its own person alone.

use diesel::prelude::*;

use crate::db::schema::mentors;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::vault::{SecretLocation, Vault};

/// The phone number of a mentor.
pub fn phone(id: &Id) -> SecretLocation<'_> {
    SecretLocation::new("mentors.phone_encrypted", id.0.as_bytes())
}

/// Binds to their place what an older version sealed for none; how many there were.
///
/// # Errors
/// When the database refuses, or when something cannot be read with this key.
pub fn bind_all(tx: &mut DbConn, vault: &Vault) -> Result<usize> {
    let mut count = 0;
    let phones = mentors::table
        .filter(mentors::phone_encrypted.is_not_null())
        .select((mentors::id, mentors::phone_encrypted.assume_not_null()));
    for (id, stored) in phones.load::<(Id, Vec<u8>)>(tx)? {
        if let Some(bound) = vault.bind(phone(&id), &stored)? {
            let row = diesel::update(mentors::table.find(id));
            count += row.set(mentors::phone_encrypted.eq(bound)).execute(tx)?;
        }
    }
    Ok(count)
}
