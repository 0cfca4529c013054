//! Who sees a plan, and who may change what of it.

use super::goals::GoalSource;
use super::model::PlanRecord;
use crate::access::Reach;

/// As what a caller writes in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// The cadre: their own words.
    Subject,
    /// A present mentor, or the present unit: everything else.
    Guide,
}

/// Whether the caller sees a plan: the unit it was made in and the present one, a present mentor, the cadre.
pub fn sees(record: &PlanRecord, reach: &Reach) -> bool {
    reach.covers(&record.organization.1) || writer(record, reach).is_some()
}

/// As what the caller writes in a plan; `None` for those who only read it.
pub fn writer(record: &PlanRecord, reach: &Reach) -> Option<Writer> {
    let (political, professional) = record.mentor_ids;
    if reach.cadre_id == Some(record.plan.cadre_id) {
        return Some(Writer::Subject);
    }
    (reach.guides([political, professional]) || reach.covers(&record.present_path))
        .then_some(Writer::Guide)
}

/// From whom a goal comes that the caller writes.
pub fn source_of(record: &PlanRecord, reach: &Reach) -> GoalSource {
    let (political, professional) = record.mentor_ids;
    if reach.cadre_id == Some(record.plan.cadre_id) {
        GoalSource::Self_
    } else if reach.guides([political, professional]) {
        GoalSource::Mentor
    } else {
        GoalSource::Unit
    }
}
