//! What a caller reads of training.

use crate::access::Permission::{TrainingEnrol, TrainingRead};
use crate::access::Reach;
use crate::context::Context;

/// What the caller of a request reads, whatever the operation asks for. Who may only write reads what they write about.
pub fn reading(context: &Context) -> Reach {
    if context.reach.everything && context.actor.id().is_none() {
        return context.reach.clone();
    }
    let read = context.actor.reach(TrainingRead);
    read.unwrap_or_else(|| context.reach_of(TrainingEnrol))
}
