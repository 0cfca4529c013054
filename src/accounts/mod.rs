//! Who may sign in, and the keys that sign what they get.

mod cutoffs;
pub mod signing_keys;

pub use cutoffs::end_tokens;
