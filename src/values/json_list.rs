//! Lists that stand in one column, as JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The stored form of a list.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn list_to_json<T: Serialize>(list: &[T]) -> Result<String> {
    serde_json::to_string(list).map_err(Error::internal)
}

/// A list as it was stored; none of a column that was not asked for.
///
/// # Errors
/// When what is stored is no such list.
pub fn list_from_json<T: DeserializeOwned>(text: &str) -> Result<Vec<T>> {
    if matches!(text, "" | "[]") {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_was_stored_and_none_where_nothing_is() {
        let stored = list_to_json(&[3, 1, 2]).unwrap();
        assert_eq!(list_from_json::<i32>(&stored).unwrap(), [3, 1, 2]);
        for none in ["", "[]"] {
            assert!(list_from_json::<i32>(none).unwrap().is_empty());
        }
        assert!(list_from_json::<i32>("{}").is_err());
    }
}
