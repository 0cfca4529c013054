//! The keys that sign access tokens, as the database keeps them: the private part only sealed.

mod store;

use crate::access::{Scene, SigningKey};
use crate::db::DbConn;
use crate::error::Result;

/// The keys in use; the first start makes one. Instances that start together make one between them.
///
/// # Errors
/// When the database refuses, or when a key was sealed with another secret key than this installation's.
pub fn load_or_create(tx: &mut DbConn, scene: &Scene) -> Result<Vec<SigningKey>> {
    store::lock(tx)?;
    let now = scene.clock.now();
    let mut keys = store::in_use(tx, &scene.vault)?;
    if keys.is_empty() {
        let key = SigningKey::generate(now)?;
        store::insert(tx, &scene.vault, &key, now)?;
        keys.push(key);
    }
    Ok(keys)
}
