//! Lists whose items each differ by a key, within bounds that the document repeats.

use std::collections::BTreeSet;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};

use crate::error::{Error, Fault, FieldErrors, Result, pointer};

/// Declares a list, `$least` to `$most` long, of items that each differ by a text; `$member` is the pointer from an item to it. The
/// list travels and is stored as a JSON array.
macro_rules! distinct_list {
    ($(#[doc = $doc:literal])+ pub struct $List:ident($Item:ty); $least:literal ..= $most:literal, $member:literal, $key:expr) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
        #[serde(transparent)]
        pub struct $List(pub Vec<$Item>);

        impl $List {
            /// The stored form.
            ///
            /// # Errors
            /// When it cannot be written as JSON.
            pub fn to_json(&self) -> crate::error::Result<String> {
                serde_json::to_string(self).map_err(crate::error::Error::internal)
            }

            /// The list as it was stored; none of a column that was not asked for.
            ///
            /// # Errors
            /// When what is stored is no such list.
            pub fn from_json(text: &str) -> crate::error::Result<Self> {
                crate::values::distinct::stored(text)
            }
        }

        impl deserr::Deserr<crate::error::FieldErrors> for $List {
            fn deserialize_from_value<V: deserr::IntoValue>(
                value: deserr::Value<V>,
                location: deserr::ValuePointerRef,
            ) -> std::result::Result<Self, crate::error::FieldErrors> {
                let key: fn(&$Item) -> &str = $key;
                crate::values::distinct::read(value, location, ($least, $most), ($member, key)).map(Self)
            }
        }

        impl utoipa::PartialSchema for $List {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ArrayBuilder::new()
                    .items(utoipa::openapi::Ref::from_schema_name(<$Item as utoipa::ToSchema>::name()))
                    .min_items(Some($least).filter(|least| *least > 0))
                    .max_items(Some($most))
                    .description(Some(concat!($($doc),+).trim_start()))
                    .into()
            }
        }

        impl utoipa::ToSchema for $List {
            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                use utoipa::PartialSchema;
                schemas.push((<$Item>::name().into(), <$Item>::schema()));
                <$Item>::schemas(schemas);
            }
        }
    };
}

pub(crate) use distinct_list;

/// A list as it was stored.
pub fn stored<T: Default + Deserr<FieldErrors>>(text: &str) -> Result<T> {
    if text.is_empty() {
        return Ok(T::default());
    }
    let json: serde_json::Value = serde_json::from_str(text).map_err(Error::internal)?;
    deserr::deserialize::<T, _, FieldErrors>(json)
        .map_err(|faults| Error::internal(format!("a stored list: {faults:?}")))
}

/// The items of a list, no fewer than `least`, no more than `most`, and each different by `key`; the faults of all of them at once.
pub fn read<T: Deserr<FieldErrors>, V: IntoValue>(
    value: Value<V>,
    location: ValuePointerRef,
    (least, most): (usize, usize),
    (member, key): (&str, fn(&T) -> &str),
) -> std::result::Result<Vec<T>, FieldErrors> {
    let items = Vec::<T>::deserialize_from_value(value, location)?;
    let at = pointer(location);
    let mut errors = FieldErrors::default();
    if !(least..=most).contains(&items.len()) {
        errors.push(at.clone(), Fault::with("out-of-range", &[&least, &most]));
    }
    let mut known = BTreeSet::new();
    for (n, item) in items.iter().enumerate() {
        if !known.insert(key(item)) {
            errors.push(format!("{at}/{n}{member}"), Fault::new("not-unique"));
        }
    }
    if errors.is_empty() {
        Ok(items)
    } else {
        Err(errors)
    }
}
