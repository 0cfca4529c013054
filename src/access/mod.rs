//! How a request becomes an [`Actor`], and what an actor may do.
//!
//! A token is verified without I/O; it carries the caller's grants with the paths of their subtrees, so no table is asked.
//! THE role → permission table stands in `permissions.rs`, the member tables in `visibility.rs`. No queries live here.

mod actor;
mod keys;
mod permissions;
mod revocations;
mod token;
pub mod visibility;

pub use actor::{Account, Actor, Grant, Reach, Role, Subtree};
pub use keys::{Keys, SigningKey};
pub use permissions::{Over, Permission, Rule, TABLE, markers};
pub use revocations::{PendingRevocations, Revocations};
pub use token::{ACCESS_LIFE, Claims, ClaimsGrant, ClaimsSubtree, FIRST_PARTY, SKEW, Tokens};
