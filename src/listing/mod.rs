//! Lists: keyset pages with opaque cursors, so that any depth costs the same.
//!
//! A room says what it lists by a [`Sort`] (the members of its orders, each with its column and its key in a row) and a type of
//! filters. [`AppState::list`](crate::http::AppState::list) does the rest: it reads the parameters that every list takes, checks
//! the cursor, and replies with the page, its links, its total and the members asked for. Between them the room's store puts
//! [`List::window`] around its own conditions, and takes each column under the members that show it ([`Fields::column`]). A filter by a value that many rows have is `db::one_of!`, so that the
//! order of the list is walked.

mod among;
mod cursor;
mod fields;
mod list;
mod paging;
mod projection;
mod sort;

pub use among::AmongIds;
pub use fields::{AskedColumn, EveryMember, Fields, Placeholder};
pub use list::{List, Page};
pub use paging::{ListQuery, Paging};
pub use sort::{OrderTerm, Sort, SortColumn};
