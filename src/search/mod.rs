//! What the filter `q` finds: names by prefix, and Chinese names by their pinyin initials.

mod store;

pub use store::{add_many, namesakes, renew, replace, replace_with_codes};

use crate::db::Id;
use crate::external_ids::Kind;

/// A resource with all that it is found by.
#[derive(Debug, Clone)]
pub struct Named {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: Id,
    /// Its names, present and former.
    pub names: Vec<String>,
    /// Its codes, present and former.
    pub codes: Vec<String>,
}

impl Named {
    /// A person, who has one name.
    pub fn person(kind: Kind, (id, name): (Id, String)) -> Self {
        Self {
            kind,
            id,
            names: vec![name],
            codes: Vec::new(),
        }
    }
}

/// The half-open range of search keys that begin with what the caller typed.
pub fn prefix_range(typed: &str) -> (String, String) {
    let prefix = crate::values::pinyin::search_text(typed);
    let mut end = prefix.clone();
    // Above every code point that a name may have.
    end.push('\u{10FFFF}');
    (prefix, end)
}

/// The condition that a row's search keys begin with what the caller typed.
macro_rules! named_like {
    ($id:expr, $kind:expr, $typed:expr) => {{
        use crate::db::schema::search_keys;
        let (from, to) = crate::search::prefix_range($typed);
        $id.eq_any(
            search_keys::table
                .filter(search_keys::resource_type.eq($kind.as_str()))
                .filter(search_keys::search_key.ge(from))
                .filter(search_keys::search_key.lt(to))
                .select(search_keys::resource_id),
        )
    }};
}

pub(crate) use named_like;
