//! Who sees a posting and who does what with it, and what stands against one.

use super::model::{Posting, PostingArrangement, PostingRecord};
use crate::access::Permission::{PostingsFinish, PostingsWrite};
use crate::access::{Permission, Reach};
use crate::cadres::{self, Cadre, CadreStatus};
use crate::context::Context;
use crate::db::Id;
use crate::error::{Fault, FieldErrors, Violation};
use crate::rules::{self, Number, Words};
use crate::values::Date;

/// How far ahead a posting may begin, in months.
const AHEAD: i32 = 12;
/// Within how many months of its first day a posting ends.
const LONGEST: i32 = 36;

/// Whether the caller is of the side that sends: the unit of the first day and the present one, a present mentor, the cadre.
pub fn is_home(record: &PostingRecord, reach: &Reach) -> bool {
    let (political, professional) = record.mentor_ids;
    reach.cadre_id == Some(record.posting.cadre_id)
        || reach.guides([political, professional])
        || reach.covers(&record.organization.1)
        || keeps(record, reach)
}

/// Whether the caller is of the side that receives, as long as the cadre is a guest there: the host, and the mentor who leads.
pub fn is_host(record: &PostingRecord, reach: &Reach, today: Date) -> bool {
    record.posting.is_shown_to_host(today)
        && (leads(record.posting.lead_mentor_id, reach) || is_of_host(record.host_path(), reach))
}

/// Whether the caller sees a posting.
pub fn sees(record: &PostingRecord, reach: &Reach, today: Date) -> bool {
    is_home(record, reach) || is_host(record, reach, today)
}

/// Whether the caller keeps a posting: the present unit.
pub fn keeps(record: &PostingRecord, reach: &Reach) -> bool {
    reach.covers(&record.present_path)
}

/// Whether the caller may tell what came of a posting: who keeps it, and the host.
pub fn finishes(record: &PostingRecord, reach: &Reach, today: Date) -> bool {
    keeps(record, reach)
        || (record.posting.is_shown_to_host(today) && is_of_host(record.host_path(), reach))
}

/// Whether the host lies in the caller's subtree.
pub fn is_of_host(host_path: Option<&str>, reach: &Reach) -> bool {
    host_path.is_some_and(|path| reach.covers(path))
}

/// Whether the caller is the mentor who leads, and serves.
pub fn leads(lead_mentor_id: Option<Id>, reach: &Reach) -> bool {
    reach.mentees_of.is_some() && lead_mentor_id == reach.mentees_of
}

/// Whether the caller does with a posting what a permission lets do.
pub fn may(permission: Permission, record: &PostingRecord, reach: &Reach, today: Date) -> bool {
    match permission {
        PostingsWrite => keeps(record, reach),
        PostingsFinish => finishes(record, reach, today),
        _ => false,
    }
}

/// Notes days on which no posting begins, and those on which this one does not end.
pub fn check_days(row: &Posting, cadre: &Cadre, context: &Context, errors: &mut FieldErrors) {
    let latest = context.today.plus_months(AHEAD);
    let first = row.planned_starts_on;
    if first < cadre.reported_on || first > latest {
        let fault = Fault::with("out-of-range", &[&cadre.reported_on, &latest]);
        errors.push("/plannedStartsOn", fault);
    }
    check_end(row, errors);
}

/// Notes a last day that is no later than the one before, or years after the first.
pub fn check_extension(before: &Posting, row: &Posting, errors: &mut FieldErrors) {
    let earliest = before.planned_ends_on.plus_days(1);
    let latest = latest_end(row);
    if row.planned_ends_on < earliest || row.planned_ends_on > latest {
        let fault = Fault::with("out-of-range", &[&earliest, &latest]);
        errors.push("/plannedEndsOn", fault);
    }
}

fn latest_end(row: &Posting) -> Date {
    row.first_day().plus_months(LONGEST).plus_days(-1)
}

/// Notes a planned last day before the first one, or years after it.
fn check_end(row: &Posting, errors: &mut FieldErrors) {
    let first = row.first_day();
    let latest = latest_end(row);
    if row.planned_ends_on < first || row.planned_ends_on > latest {
        let fault = Fault::with("out-of-range", &[&first, &latest]);
        errors.push("/plannedEndsOn", fault);
    }
}

/// What stands against a posting that is to begin on its first day: R05, whoever is on probation stays in the post they were recruited
/// for, and whoever does not work in the programme is sent nowhere.
pub fn violations(row: &Posting, cadre: &Cadre) -> Vec<Violation> {
    let mut violations = Vec::new();
    if cadre.status != CadreStatus::Active {
        violations.push(Violation {
            rule: "POSTING",
            reason: "CADRE_NOT_ACTIVE",
            can_override: false,
        });
    }
    if is_barred(row, cadre) {
        violations.push(Violation {
            rule: "R05",
            reason: "LOAN_IN_PROBATION",
            can_override: true,
        });
    }
    violations
}

/// Whether it lends a cadre on probation to another unit. What begins after probation is not barred: the first day decides.
fn is_barred(row: &Posting, cadre: &Cadre) -> bool {
    let first = row.first_day();
    first < cadres::probation_end(cadre.reported_on, cadre.probation_extended_until)
        && row.host_organization_id != Some(cadre.organization_id)
        && is_lending(row.arrangement, first)
}

/// Whether R05 bars an arrangement on probation, as it holds on a day.
fn is_lending(arrangement: PostingArrangement, day: Date) -> bool {
    let barred = rules::table().words_in_force(Words::ProbationBarredArrangements, day);
    barred.is_some_and(|words| words.iter().any(|word| word == arrangement.as_str()))
}

/// How many days before its last one a posting is reminded of.
pub fn reminder_days(day: Date) -> i64 {
    rules::table().number(Number::PostingReminderDays, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::with;

    #[test]
    fn what_is_barred_and_when_is_reminded_stand_in_the_rule_table() {
        let day = Date::parse("2023-07-24").unwrap();
        let barred = || {
            let all = PostingArrangement::ALL.iter().copied();
            all.filter(|one| is_lending(*one, day)).collect::<Vec<_>>()
        };
        assert_eq!(
            barred(),
            [PostingArrangement::Secondment, PostingArrangement::Loan]
        );
        let row = ("R05", "barred_arrangements");
        let others = with(row, "TASK_FORCE", barred);
        assert_eq!(others, [PostingArrangement::TaskForce]);
        assert_eq!(reminder_days(day), 14);
        let row = ("POSTING", "reminder_days");
        assert_eq!(with(row, "30", || reminder_days(day)), 30);
    }
}
