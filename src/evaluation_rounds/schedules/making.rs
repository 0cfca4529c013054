//! A schedule makes the round of a period as it begins.

use super::model::{EvaluationSchedule, ScheduleStatus};
use super::{period, store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::evaluation_forms::{
    self, EvaluationForm, EvaluationKind, EvaluatorRelation, FormRaters,
};
use crate::evaluation_rounds::model::EvaluationRound;
use crate::evaluation_rounds::store as rounds;
use crate::transitions::record;
use crate::values::{Date, list_to_json};

/// Makes one round that is due, or passes over a schedule for whose period no form is published; the schedule that was looked at, so that
/// the next call goes on after it, or none when all were.
///
/// # Errors
/// When the database refuses.
pub fn make_next(tx: &mut DbConn, context: &Context, after: Option<Id>) -> Result<Option<Id>> {
    let Some(id) = store::due(tx, context.today, after)? else {
        return Ok(None);
    };
    // Another instance may have made it meanwhile, and somebody ended it: the locked row tells.
    let locked = store::lock_record(tx, id)?;
    let is_due = |schedule: &EvaluationSchedule| {
        schedule.status == ScheduleStatus::Active && schedule.next_from <= context.today
    };
    if let Some(schedule) = locked.map(|record| record.schedule).filter(is_due) {
        make_all(tx, context, &schedule)?;
    }
    Ok(Some(id))
}

/// Makes the rounds of all periods that have begun.
fn make_all(tx: &mut DbConn, context: &Context, schedule: &EvaluationSchedule) -> Result<()> {
    let mut next = schedule.next_from;
    while next <= context.today {
        let (first, last) = period::containing(schedule.kind, next)?;
        let Some(form) = evaluation_forms::of_day(tx, schedule.kind, last)? else {
            break;
        };
        let round = round(context, schedule, (first, last), &form)?;
        // One that people planned themselves stands in its place.
        if rounds::twin(tx, &round)?.is_none() {
            rounds::insert(tx, &round)?;
            let changed = ["organizationId", "kind", "periodFrom", "periodTo", "formId"];
            let action = "evaluation-round.created";
            record(tx, context, action, &round, &changed, None)?;
        }
        next = last.plus_days(1);
    }
    if next == schedule.next_from {
        return Ok(());
    }
    store::set_next(tx, schedule.id, next)
}

fn round(
    context: &Context,
    schedule: &EvaluationSchedule,
    (period_from, period_to): (Date, Date),
    form: &EvaluationForm,
) -> Result<EvaluationRound> {
    let raters = FormRaters::from_json(&form.raters)?;
    let raters: Vec<EvaluatorRelation> = raters.0.iter().map(|rater| rater.relation).collect();
    let after = |days: i32| period_to.plus_days(i64::from(days));
    let id = context.new_id();
    Ok(EvaluationRound {
        kind: schedule.kind,
        period_from,
        period_to,
        raters: list_to_json(&raters)?,
        opens_on: after(schedule.opens_after_days),
        due_on: after(schedule.due_after_days),
        closes_on: after(schedule.closes_after_days),
        ..EvaluationRound::blank(context, id, schedule.organization_id, form.id)
    })
}

/// Puts a schedule in force whose first period is that of a day, with the days that a schedule has unless told otherwise.
///
/// # Errors
/// `Duplicate` when the unit has one of that kind.
pub fn begin_schedule(
    tx: &mut DbConn,
    context: &Context,
    organization_id: Id,
    (kind, day): (EvaluationKind, Date),
) -> Result<()> {
    let (next_from, _) = period::containing(kind, day)?;
    let id = context.new_id();
    let row = EvaluationSchedule::blank(context, id, organization_id, (kind, next_from));
    store::insert(tx, &row)?;
    let changed = ["organizationId", "kind"];
    record(
        tx,
        context,
        "evaluation-schedule.created",
        &row,
        &changed,
        None,
    )
}
