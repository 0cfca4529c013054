//! What a pair must keep (R17, R29), as far as it can be decided without asking the database.

use super::model::Assignment;
use crate::cadres::{Cadre, CadreStatus};
use crate::codes::PoliticalStatusCode;
use crate::context::Context;
use crate::error::Violation;
use crate::mentors::{Mentor, MentorRole, MentorStatus};
use crate::rules::{Number, Words, table};
use crate::values::Date;

/// Where a unit lies in the tree: its path, and those of its county and city.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TreePosition {
    /// The unit's path.
    pub path: String,
    /// The county it lies in; none for the city and its organs.
    pub county: Option<String>,
    /// The city it lies in.
    pub city: Option<String>,
}

/// Whether a mentor's unit is near enough to a cadre's: the same, above it, in the same county, or both of the same city's
/// own organs.
pub fn is_near(cadre: &TreePosition, mentor: &TreePosition) -> bool {
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let both_of_city = cadre.county.is_none() && mentor.county.is_none();
    cadre.path.starts_with(&mentor.path)
        || same(&cadre.county, &mentor.county)
        || (both_of_city && same(&cadre.city, &mentor.city))
}

/// A pair that someone wants to exist.
#[derive(Debug, Clone, Copy)]
pub struct Proposal<'a> {
    /// The cadre.
    pub cadre: &'a Cadre,
    /// The mentor.
    pub mentor: &'a Mentor,
    /// As what the mentor guides.
    pub role: MentorRole,
    /// The first day, by whose rules it is judged.
    pub starts_on: Date,
    /// The day on which it takes effect, or would, by whose rules it is judged too.
    pub effective_on: Date,
    /// Whether it is over already, so that persons are judged as they were then.
    pub is_past: bool,
    /// Why the mentor may be of a unit further away.
    pub cross_unit_reason: Option<&'a str>,
    /// The pair that it replaces.
    pub replaced: Option<&'a Assignment>,
}

/// What the database knows of a proposal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Findings {
    /// Whether the mentor guides the cadre in the other role, or guided them in the pair to be replaced.
    pub same_mentor: bool,
    /// Whether the two units are near enough to each other.
    pub near: bool,
    /// Whether the two are kin of an avoidance class, or one person.
    pub kin: bool,
}

/// Whether a political status is one that a political mentor has by the rule of a day.
fn is_of_party(status: Option<PoliticalStatusCode>, on: Date) -> bool {
    let statuses = table().words(Words::PoliticalMentorStatuses, on);
    status.is_some_and(|status| statuses.iter().any(|word| word == status.as_str()))
}

/// Every rule that a proposal breaks.
pub fn violations(proposal: &Proposal<'_>, findings: Findings) -> Vec<Violation> {
    let Proposal {
        cadre,
        mentor,
        role,
        starts_on,
        effective_on,
        is_past,
        ..
    } = *proposal;
    let appointed = mentor.is_appointed_by(starts_on)
        && if is_past {
            mentor.is_appointed_on(starts_on)
        } else {
            mentor.status == MentorStatus::Appointed
        };
    let of_party = is_of_party(mentor.political_status, starts_on)
        && is_of_party(mentor.political_status, effective_on);
    let active = is_past || cadre.status == CadreStatus::Active;
    let near = findings.near || proposal.cross_unit_reason.is_some();
    let checks = [
        (appointed, "R29", "MENTOR_NOT_APPOINTED"),
        (mentor.is_qualified_for(role), "R29", "ROLE_NOT_QUALIFIED"),
        (
            role != MentorRole::Political || of_party,
            "R29",
            "NOT_PARTY_MEMBER",
        ),
        (!findings.same_mentor, "R29", "SAME_MENTOR"),
        (active, "R29", "CADRE_NOT_ACTIVE"),
        (near, "R29", "OUT_OF_UNIT"),
        (!findings.kin, "R17", "KINSHIP"),
    ];
    let broken = checks.into_iter().filter(|(kept, _, _)| !kept);
    broken
        .map(|(_, rule, reason)| Violation {
            rule,
            reason,
            can_override: false,
        })
        .collect()
}

/// Whether an active pair may still be cancelled as entered in error: so many days after it was entered or began, whichever
/// came later.
pub fn is_cancellable(assignment: &Assignment, context: &Context) -> bool {
    let entered = context.deps.clock.day_of(assignment.created_at);
    context.today <= cancellable_until(entered, assignment.starts_on, context.today)
}

fn cancellable_until(entered: Date, starts_on: Date, today: Date) -> Date {
    // Where the programme's day stands still, the day of entry says nothing.
    let comparable = entered <= today;
    let since = if comparable {
        entered.max(starts_on)
    } else {
        starts_on
    };
    since.plus_days(table().number(Number::EnteredInErrorDays, starts_on))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::with;

    fn place(path: &str, county: Option<&str>) -> TreePosition {
        TreePosition {
            path: path.to_owned(),
            county: county.map(str::to_owned),
            city: Some("z/".to_owned()),
        }
    }

    #[test]
    fn every_key_of_the_rule_table_that_is_used_here_changes_what_happens() {
        let day = |text: &str| Date::parse(text).unwrap();
        let until = || cancellable_until(day("2023-07-01"), day("2023-07-01"), day("2023-07-24"));
        assert_eq!(until(), day("2023-07-31"));
        let changed = with(("ASSIGNMENT", "entered_in_error_days"), "7", until);
        assert_eq!(changed, day("2023-07-08"));
        let statuses = || is_of_party(PoliticalStatusCode::parse("02").ok(), day("2023-07-24"));
        assert!(!statuses());
        assert!(with(
            ("R29", "political_mentor_statuses"),
            "01;02",
            statuses
        ));
    }

    #[test]
    fn a_mentor_is_near_in_the_unit_above_it_in_the_county_and_among_the_organs_of_one_city() {
        let yuxi = place("z/e/y/", Some("z/e/"));
        let liulin = place("z/e/l/", Some("z/e/"));
        let enyang = place("z/e/", Some("z/e/"));
        let qingjiang = place("z/b/q/", Some("z/b/"));
        let city = place("z/", None);
        let finance = place("z/f/", None);
        let reform = place("z/r/", None);
        for (cadre, mentor, near) in [
            (&yuxi, &yuxi, true),
            (&yuxi, &enyang, true),
            (&yuxi, &city, true),
            (&yuxi, &liulin, true),
            (&enyang, &yuxi, true),
            (&finance, &reform, true),
            (&city, &finance, true),
            (&yuxi, &qingjiang, false),
            (&yuxi, &finance, false),
            (&finance, &yuxi, false),
        ] {
            assert_eq!(is_near(cadre, mentor), near, "{cadre:?} {mentor:?}");
        }
        let elsewhere = TreePosition {
            path: "w/f/".to_owned(),
            city: Some("w/".to_owned()),
            ..TreePosition::default()
        };
        assert!(!is_near(&finance, &elsewhere));
    }
}
