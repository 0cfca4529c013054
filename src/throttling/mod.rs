//! How often callers may try what must not be guessed, and how much of the service one of them takes meanwhile.

mod attempts;
mod gate;
mod turns;
mod window;

pub use attempts::Attempts;
pub use gate::{Entered, Gate, SignIn};
pub use turns::{Turn, Turns};
pub use window::Throttle;
