//! Forms that a round issues: who is to rate whom, and how far they have come.
//!
//! Invariants: of a cadre, kind, period and relation a form is issued once, whatever the round (`rater_forms_once`). Its status follows
//! the evaluation that is written on it, in the same transaction, and so do the counters of its round and unit. What was not handed in
//! by the close is missed, with the reason, and counted under the rater's unit.

mod closing;
mod following;
mod issuing;
mod issuing_store;
mod model;
mod progress_store;
mod store;

pub use closing::{close, extend, reopen};
pub use following::{Turn, cancel_of, follow};
pub use issuing::{Term, issue_some};
pub use model::{MissedReason, ONCE, Progress, RaterForm, RaterFormStatus};
pub use progress_store::hold;
pub use store::is_open;
