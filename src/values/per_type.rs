//! What is worked out once for each type.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// A value for each type that asked for one, kept for the life of the process.
pub struct PerType<T: 'static> {
    known: RwLock<Option<HashMap<TypeId, &'static T>>>,
}

impl<T> PerType<T> {
    /// Knows nothing yet.
    pub const fn new() -> Self {
        Self {
            known: RwLock::new(None),
        }
    }

    /// The value for `Key`; the first who asks works it out.
    pub fn get<Key: 'static>(&self, work_out: impl FnOnce() -> T) -> &'static T {
        let key = TypeId::of::<Key>();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = known.as_ref().and_then(|known| known.get(&key)) {
            return value;
        }
        drop(known);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known
            .get_or_insert_default()
            .entry(key)
            .or_insert_with(|| Box::leak(Box::new(work_out())))
    }
}

impl<T> Default for PerType<T> {
    fn default() -> Self {
        Self::new()
    }
}
