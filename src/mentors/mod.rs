//! Mentors: members of a unit's leadership or middle level who guide newly recruited cadres.
//!
//! Invariants: a mentor is qualified for one or both roles; unit and status change only by verbs. Seats are counted in the
//! mentor's own row: `active_mentees` moves by conditional updates in the transactions of `assignments`, and a check of the
//! table is the last word, so no number of simultaneous requests takes a seat twice. A leave is a suspension with an end:
//! its pairs stay. Officers of the county also see the appointed mentors around them, without phone.

mod model;
mod reference;
mod seats;
pub mod store;

pub use model::{Mentor, MentorRole, MentorStatus, PositionLevel, Sighting, Unit};
pub use reference::{MentorChoice, resolve};
pub use seats::{free_seat, take_seat};
