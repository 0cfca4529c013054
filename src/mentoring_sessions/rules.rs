//! Who reads and records talks.

use super::model::{FollowUpRecord, MentoringSession, PairMember, SessionKind, SessionRecord};
use crate::access::Permission::{SessionsReveal, SessionsWrite};
use crate::access::Reach;
use crate::context::Context;
use crate::db::Id;
use crate::rules::{Number, table};
use crate::values::Date;

/// Whether only the pair reads what was said, where nobody says so.
pub const fn is_confidential_by_default(kind: SessionKind) -> bool {
    matches!(kind, SessionKind::HeartToHeart)
}

/// Days after the end of a pair in which its talks may still be recorded.
pub fn recorded_days(day: Date) -> i64 {
    table().number(Number::SessionRecordedDays, day)
}

/// Hours in which another may agree to open a confidential talk, and then in which both read it.
pub fn reveal_hours(day: Date) -> i64 {
    table().number(Number::SessionRevealHours, day)
}

/// What decides who reads something of a pair.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The pair's cadre and mentor.
    pub pair: (Id, Id),
    /// The cadre's present mentors.
    pub mentors: (Option<Id>, Option<Id>),
    /// The paths of the pair's unit and of the cadre's present one.
    pub paths: (&'a str, &'a str),
}

impl<'a> Placed<'a> {
    /// Of a talk.
    pub fn of_session(record: &'a SessionRecord) -> Self {
        Self {
            pair: (record.session.cadre_id, record.session.mentor_id),
            mentors: record.mentor_ids,
            paths: (&record.organization.1, &record.present_path),
        }
    }

    /// Of what was agreed.
    pub fn of_follow_up(record: &'a FollowUpRecord) -> Self {
        Self {
            pair: (record.follow_up.cadre_id, record.follow_up.mentor_id),
            mentors: record.mentor_ids,
            paths: (&record.organization_path, &record.present_path),
        }
    }

    /// Whether the caller knows that it was held: the pair, the unit of its day and the present one, a present mentor.
    pub fn is_known(&self, reach: &Reach) -> bool {
        let (then, now) = self.paths;
        let (political, professional) = self.mentors;
        self.member(reach).is_some()
            || reach.covers(then)
            || reach.covers(now)
            || reach.guides([political, professional])
    }

    /// Which of the pair the caller is; the mentor of a pair that has ended is it still.
    pub fn member(&self, reach: &Reach) -> Option<PairMember> {
        member(self.pair, reach)
    }

    /// Whether the caller reads what was said.
    pub fn is_read(&self, confidential: bool, reach: &Reach) -> bool {
        if confidential && !reach.everything {
            self.member(reach).is_some()
        } else {
            self.is_known(reach)
        }
    }
}

/// Which of a pair, of a cadre and a mentor, the caller is.
pub fn member((cadre_id, mentor_id): (Id, Id), reach: &Reach) -> Option<PairMember> {
    if reach.cadre_id == Some(cadre_id) {
        Some(PairMember::Cadre)
    } else if reach.mentor_id == Some(mentor_id) {
        Some(PairMember::Mentor)
    } else {
        None
    }
}

/// Whether the caller is the one who has not recorded a talk, and confirms it.
pub fn may_confirm(record: &SessionRecord, context: &Context) -> bool {
    let reach = context.reach_of(SessionsWrite);
    let member = Placed::of_session(record).member(&reach);
    member.is_some_and(|member| member != record.session.recorded_by)
}

/// Whether a talk can be confirmed.
pub const fn can_be_confirmed(session: &MentoringSession) -> bool {
    session.confirmed_at.is_none()
}

/// Whether the caller may open a confidential talk, with another: staff of the cadre's present unit who are not of the pair.
pub fn may_reveal(record: &SessionRecord, context: &Context) -> bool {
    let actor = &context.actor;
    let session = &record.session;
    let is_of_pair =
        actor.cadre_id == Some(session.cadre_id) || actor.mentor_id == Some(session.mentor_id);
    session.confidential
        && !is_of_pair
        && context
            .reach_of(SessionsReveal)
            .covers(&record.present_path)
}

/// Whether the caller may say that something is done: one of the pair.
pub fn may_do(record: &FollowUpRecord, context: &Context) -> bool {
    let reach = context.reach_of(SessionsWrite);
    Placed::of_follow_up(record).member(&reach).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::with;

    #[test]
    fn periods_are_those_of_the_rule_table() {
        let day = Date::parse("2023-07-24").unwrap();
        assert_eq!((recorded_days(day), reveal_hours(day)), (30, 24));
        let row = ("SESSION", "recorded_days_after_assignment_end");
        assert_eq!(with(row, "7", || recorded_days(day)), 7);
        assert_eq!(
            with(("SESSION", "reveal_hours"), "2", || reveal_hours(day)),
            2
        );
    }
}
