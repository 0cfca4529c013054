//! Who may sign in, and the keys that sign what they get.

pub mod signing_keys;
