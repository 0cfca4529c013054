//! Training events.

pub mod api;
mod beginning;
mod model;
mod past;
mod request;
mod response;
pub mod scope;
mod service;
pub mod store;
mod transitions;

pub use beginning::journal_beginning;
pub use model::{TrainingEvent, TrainingEventRecord, TrainingEventStatus, TrainingKind};
pub use past::{PastEvent, hold};
pub use response::TrainingEventResponse;
pub use service::{read, require_host, seen};
