//! Who sees an enrolment, who keeps it, and to whom an event is open.

use super::choosing_store::Candidate;
use super::model::EnrolmentRecord;
use crate::access::Permission::{TrainingEnrol, TrainingFeedback};
use crate::access::{Permission, Reach};
use crate::cadres::{self, Phase, PostCategory};
use crate::context::Context;
use crate::values::Date;

/// Whether the caller sees an enrolment: the unit it was made in and the present one, the host, a present mentor, the cadre.
pub fn sees(record: &EnrolmentRecord, reach: &Reach) -> bool {
    let (political, professional) = record.mentor_ids;
    reach.cadre_id == Some(record.enrolment.cadre_id)
        || reach.guides([political, professional])
        || reach.covers(&record.organization.1)
        || keeps(record, reach)
}

/// Whether the caller keeps an enrolment: the present unit, and the host.
pub fn keeps(record: &EnrolmentRecord, reach: &Reach) -> bool {
    reach.covers(&record.present_path) || reach.covers(&record.host_path)
}

/// Whether the caller does with an enrolment what a permission lets do.
pub fn may(permission: Permission, record: &EnrolmentRecord, context: &Context) -> bool {
    let reach = context.reach_of(permission);
    match permission {
        TrainingFeedback => reach.cadre_id == Some(record.enrolment.cadre_id),
        TrainingEnrol => keeps(record, &reach),
        _ => false,
    }
}

/// To whom an event is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// The path of the unit whose subtree it is.
    pub path: String,
    /// The years of the programme; all where there is none.
    pub phases: Vec<Phase>,
    /// The kinds of post; all where there is none.
    pub post_categories: Vec<PostCategory>,
    /// The day on which the years are told.
    pub day: Date,
}

impl Audience {
    /// Whether a cadre is of it.
    pub fn includes(&self, candidate: &Candidate) -> bool {
        let phase = cadres::phase_on(candidate.reported_on, self.day).0;
        let is_of = |kind: PostCategory| self.post_categories.contains(&kind);
        candidate.path.starts_with(&self.path)
            && (self.phases.is_empty() || self.phases.contains(&phase))
            && (self.post_categories.is_empty() || candidate.post_category.is_some_and(is_of))
    }
}
