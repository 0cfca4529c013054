//! Values that are valid because they exist: parse, don't validate.
//!
//! Every value here is made by `parse`, which says what is wrong as a [`Fault`](crate::error::Fault) and knows nothing of
//! the place the value stands in. The same type reads request bodies (`Deserr`), query parameters and spreadsheet cells,
//! and describes itself in the OpenAPI document, so that schema and code share one bound.

pub(crate) mod cell;
mod changes;
mod date;
pub(crate) mod distinct;
mod identity_number;
mod json_list;
mod partial_date;
mod patch;
mod per_type;
mod person_name;
mod phone_number;
pub mod pinyin;
mod string_value;
mod text;
mod text_enum;

pub use changes::Filled;
pub use date::{Date, DateBound};
pub use identity_number::IdentityNumber;
pub use json_list::{list_from_json, list_to_json};
pub use partial_date::PartialDate;
pub use patch::Patch;
pub use per_type::PerType;
pub use person_name::PersonName;
pub use phone_number::PhoneNumber;
pub use text::Text;
pub use text_enum::Word;

pub(crate) use changes::{changed, changed_or_filled, filled, member, patches};
pub(crate) use distinct::distinct_list;
pub(crate) use string_value::{string_value, travels_as_string};
pub(crate) use text_enum::text_enum;
