//! Who decides about a cadre keeps out of affairs that are theirs (R18).

use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result, Violation};
use crate::kinships::{self, Person, Records};
use crate::plans::model::PlanRecord;
use crate::rules::Words;

/// What bars the caller from deciding about the cadre of a plan: they are the cadre, their kin, or one of their mentors.
///
/// # Errors
/// When the database refuses.
pub fn violations(
    tx: &mut DbConn,
    context: &Context,
    record: &PlanRecord,
) -> Result<Vec<Violation>> {
    let cadre = Person::cadre(record.plan.cadre_id);
    let caller = Records::calling(&context.actor);
    let classes = Words::EvaluationAvoidanceClasses;
    let mut found = Vec::new();
    if caller.contains(cadre) {
        found.push(barred("R18", "SELF_DECISION"));
    } else if kinships::bars_records(tx, &caller, cadre, classes, context.today)? {
        found.push(barred("R18", "KINSHIP"));
    }
    let (political, professional) = record.mentor_ids;
    let mut mentors = [political, professional].into_iter().flatten();
    if mentors.any(|mentor| caller.contains(Person::mentor(mentor))) {
        found.push(barred("GATE", "OWN_MENTOR"));
    }
    Ok(found)
}

/// Lets pass who may decide about the cadre of a plan.
///
/// # Errors
/// `RuleViolation`.
pub fn require(tx: &mut DbConn, context: &Context, record: &PlanRecord) -> Result<()> {
    refuse(violations(tx, context, record)?)
}

/// Lets pass who may decide, and is none of those behind some accounts, for whom the reason is given.
///
/// # Errors
/// `RuleViolation`.
pub fn require_other_than(
    tx: &mut DbConn,
    context: &Context,
    record: &PlanRecord,
    involved: &[Option<Id>],
    reason: &'static str,
) -> Result<()> {
    let mut violations = violations(tx, context, record)?;
    for account in involved.iter().flatten() {
        if kinships::is_behind(tx, context, *account)? {
            violations.push(barred("GATE", reason));
            break;
        }
    }
    refuse(violations)
}

fn refuse(violations: Vec<Violation>) -> Result<()> {
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Error::RuleViolation(violations))
    }
}

/// What no manager passes over.
const fn barred(rule: &'static str, reason: &'static str) -> Violation {
    Violation {
        rule,
        reason,
        can_override: false,
    }
}
