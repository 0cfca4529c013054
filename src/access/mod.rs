//! How a request becomes an [`Actor`], and what an actor may do.
//!
//! A token is verified without I/O; it carries the caller's grants with the paths of their subtrees, so no table is asked.
//! THE role → permission table stands in `permissions.rs`, the member tables in `members.rs`. No queries live here.

mod actor;
mod context;
mod cutoffs;
mod keys;
pub mod members;
mod permissions;
mod token;

pub use actor::{Account, Actor, Grant, Reach, Role, Subtree};
pub use context::{
    AccountGrant, Context, Departure, Followed, IfMatch, Mention, Reactions, Restructuring, Scene,
};
pub use cutoffs::{Cutoffs, Endings};
pub use keys::{Keys, SigningKey};
pub use permissions::{Over, Permission, Rule, TABLE, markers};
pub use token::{ACCESS_LIFE, Claims, ClaimsGrant, ClaimsSubtree, FIRST_PARTY, SKEW, Tokens};
