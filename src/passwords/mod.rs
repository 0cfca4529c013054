//! Passwords: what may be chosen, how they are kept, and where they are hashed.
//!
//! Kept is an argon2id hash as a PHC string. Hashing takes tens of milliseconds and 19 MiB, so it is done on a few threads of
//! its own: requests that need no password never wait for one that does, and many at once need no more memory than these
//! threads do.

mod choice;
mod form;
mod pool;

pub use choice::{Password, check_choice};
pub use form::{hash, verify};
pub use pool::{Passwords, Verdict};
