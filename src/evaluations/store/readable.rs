//! Who reads an evaluation, as ONE condition on rows: lists, counts, series and single reads all pass through [`readable`].
//!
//! A draft is read by its author; what is submitted or returned by its author and those who may confirm it; what is confirmed
//! by the staff of the unit of its own date and of the present unit, by the present mentors and by the cadre. Who writes for the
//! host of a secondment reads that form. To the cadre, in whatever other role they come, nothing exists before it is confirmed but
//! what they wrote about themselves.
//!
//! Whoever could still write an evaluation of a cadre, kind and period that would be accepted reads no other of it. A form is
//! accepted for some days after its period, and later when a manager reopened it. So a caller owes
//! - while an accepted form of their own for that cadre, kind and period is a draft or returned;
//! - as the mentor paired with the cadre on the last day of the period, until there is a form of theirs;
//! - as one who may write for the unit, until the unit's form is handed in; who may confirm reads by office and does not owe;
//! - as the cadre, until their own form is handed in.

use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::model::{EvaluationKind, EvaluationStatus, EvaluatorRelation};
use super::super::rules;
use super::offices::{Offices, in_units};
use super::record::Condition;
use crate::access::{Account, Actor, Permission};
use crate::cadres::CadreStatus;
use crate::context::Context;
use crate::db::schema::{assignments, cadres, evaluation_reopenings, evaluations};
use crate::db::{Id, any_of};

diesel::alias!(evaluations as own_forms: OwnForm);

/// The ids by which a caller's own forms are known; the nil id, which no row has, where there is none.
#[derive(Debug, Clone, Copy)]
pub struct Own {
    /// The mentor they are.
    pub mentor: Id,
    /// The cadre they are.
    pub cadre: Id,
    /// The user.
    pub user: Id,
    /// The client.
    pub client: Id,
}

impl Own {
    /// The caller's.
    pub fn from_actor(actor: &Actor) -> Self {
        let nil = Id(uuid::Uuid::nil());
        let (user, client) = match actor.account {
            Account::User(id) => (id, nil),
            Account::Client(id) => (nil, id),
            Account::System => (nil, nil),
        };
        Self {
            mentor: actor.mentor_id.unwrap_or(nil),
            cadre: actor.cadre_id.unwrap_or(nil),
            user,
            client,
        }
    }
}

/// That the caller wrote a form, as `Evaluation::is_written_by` says it. `$column` turns a column into an expression.
macro_rules! written_by {
    ($own:expr, $column:ident) => {{
        let own: Own = $own;
        let for_unit = $column!(evaluations::evaluator_user_id)
            .eq(own.user)
            .or($column!(evaluations::evaluator_user_id)
                .is_null()
                .and($column!(evaluations::created_by).eq(own.client)));
        let is_given = $column!(evaluations::supersedes_id)
            .is_not_null()
            .and($column!(evaluations::evaluator_user_id).is_not_null());
        let given = $column!(evaluations::supersedes_id)
            .is_not_null()
            .and($column!(evaluations::evaluator_user_id).eq(own.user));
        $column!(evaluations::mentor_id)
            .eq(own.mentor)
            .and(diesel::dsl::not(is_given))
            .or(given)
            .or($column!(evaluations::evaluator_relation)
                .eq(EvaluatorRelation::Self_)
                .and($column!(evaluations::cadre_id).eq(own.cadre)))
            .or($column!(evaluations::evaluator_relation)
                .eq_any(EvaluatorRelation::OF_UNIT)
                .and(for_unit))
            .assume_not_null()
    }};
}

/// A column of evaluations.
macro_rules! plain {
    ($column:expr) => {
        $column
    };
}

/// The same column of the form that is looked for.
macro_rules! of_own_form {
    ($column:expr) => {
        own_forms.field($column)
    };
}

/// Forms for the cadre, kind and period of the row.
macro_rules! of_the_row {
    () => {
        own_forms
            .filter(
                own_forms
                    .field(evaluations::cadre_id)
                    .eq(evaluations::cadre_id),
            )
            // The forms of a cadre are few, those of a kind many.
            .filter(
                crate::db::unindexed(
                    own_forms.field(evaluations::kind),
                    own_forms.field(evaluations::kind),
                )
                .eq(evaluations::kind),
            )
            .filter(
                own_forms
                    .field(evaluations::period_from)
                    .eq(evaluations::period_from),
            )
            .filter(
                own_forms
                    .field(evaluations::period_to)
                    .eq(evaluations::period_to),
            )
    };
}

/// Reopenings in force for the cadre, kind and period of the row.
macro_rules! reopened {
    ($today:expr) => {
        evaluation_reopenings::table
            .filter(evaluation_reopenings::cadre_id.eq(evaluations::cadre_id))
            .filter(evaluation_reopenings::kind.eq(evaluations::kind))
            .filter(evaluation_reopenings::period_from.eq(evaluations::period_from))
            .filter(evaluation_reopenings::period_to.eq(evaluations::period_to))
            .filter(evaluation_reopenings::until.ge($today))
    };
}

pub(super) use {plain, written_by};

/// That an evaluation exists for the caller.
pub fn readable(context: &Context, offices: &Offices) -> Condition {
    let actor = context.actor.as_ref();
    if actor.account == Account::System {
        return Box::new(dsl::sql::<Bool>("1 = 1"));
    }
    let own = Own::from_actor(actor);
    let reach = context.reach_of(Permission::EvaluationsRead);
    let others = || evaluations::cadre_id.ne(own.cadre);
    let confirmed = || evaluations::status.eq(EvaluationStatus::Confirmed);
    let mut ways: Vec<Condition> = Vec::new();
    if !reach.subtrees.is_empty() {
        let staff = in_units(&offices.reading).and(stage_for_staff(context, offices, own));
        ways.push(Box::new(others().and(staff)));
        // Who writes for a host reads that much of a cadre of another unit.
        let for_host = evaluations::evaluator_relation.eq(EvaluatorRelation::HostUnit);
        ways.push(Box::new(
            others().and(for_host).and(written_by!(own, plain)),
        ));
    }
    if reach.mentor_id.is_some() {
        ways.push(Box::new(others().and(written_by!(own, plain))));
    }
    if let Some(mentor) = reach.mentees_of {
        let mentee = cadres::political_mentor_id
            .eq(mentor)
            .or(cadres::professional_mentor_id.eq(mentor));
        let of_mentee = confirmed().and(mentee.assume_not_null());
        ways.push(Box::new(others().and(of_mentee)));
    }
    if actor.cadre_id.is_some() {
        let of_self = confirmed().or(evaluations::evaluator_relation.eq(EvaluatorRelation::Self_));
        let about_self = evaluations::cadre_id.eq(own.cadre).and(of_self);
        ways.push(if reach.cadre_id.is_some() {
            Box::new(about_self)
        } else {
            Box::new(about_self.and(in_units(&offices.reading)))
        });
    }
    let others_too = written_by!(own, plain).or(dsl::not(owed(context, offices, own)));
    Box::new(any_of(ways).and(others_too))
}

/// How far an evaluation must have come for staff: confirmed; handed in, for those who may confirm it; anything of their own.
fn stage_for_staff(context: &Context, offices: &Offices, own: Own) -> Condition {
    let reach = context.reach_of(Permission::EvaluationsRead);
    let confirming = context.reach_of(Permission::EvaluationsConfirm);
    let handed_in = evaluations::status.ne(EvaluationStatus::Draft);
    let own_form = written_by!(own, plain);
    if confirming.subtrees == reach.subtrees {
        return Box::new(handed_in.or(own_form));
    }
    let confirmed = evaluations::status.eq(EvaluationStatus::Confirmed);
    Box::new(
        confirmed
            .or(own_form)
            .or(handed_in.and(in_units(&offices.confirming))),
    )
}

/// That the caller still owes an evaluation of the row's cadre, kind and period.
pub fn owed(context: &Context, offices: &Offices, own: Own) -> Condition {
    let open = of_the_row!()
        .filter(
            own_forms
                .field(evaluations::status)
                .eq_any([EvaluationStatus::Draft, EvaluationStatus::Returned]),
        )
        .filter(written_by!(own, of_own_form))
        .filter(
            own_forms
                .field(evaluations::supersedes_id)
                .is_not_null()
                .or(own_forms
                    .field(evaluations::period_to)
                    .ge(rules::accepted_since(context.today)))
                .or(dsl::exists(
                    reopened!(context.today)
                        .filter(
                            evaluation_reopenings::rater.eq(own_forms.field(evaluations::rater)),
                        )
                        .select(evaluation_reopenings::id),
                )),
        )
        .select(own_forms.field(evaluations::id));
    let mut owed: Condition = Box::new(dsl::exists(open));
    let reach = context.reach_of(Permission::EvaluationsWrite);
    if context.actor.mentor_id.is_some() {
        owed = Box::new(owed.or(owed_as_mentor(context, own)));
    }
    if !reach.subtrees.is_empty() {
        let confirming = context.reach_of(Permission::EvaluationsConfirm);
        if confirming.subtrees != reach.subtrees {
            let writing = in_units(&offices.writing).and(dsl::not(in_units(&offices.confirming)));
            let for_unit = owed_by(context, EvaluatorRelation::Unit);
            owed = Box::new(owed.or(for_unit.and(writing)));
        }
    }
    if reach.cadre_id.is_some() {
        let about_self = evaluations::cadre_id.eq(own.cadre);
        owed = Box::new(owed.or(about_self.and(owed_by(context, EvaluatorRelation::Self_))));
    }
    owed
}

/// That a form of this rater would be accepted for the row's cadre, kind and period.
fn accepted(context: &Context, kinds: Vec<EvaluationKind>, rater: String) -> Condition {
    let reopened = reopened!(context.today)
        .filter(evaluation_reopenings::rater.eq(rater))
        .select(evaluation_reopenings::id);
    let in_time = evaluations::period_to.ge(rules::accepted_since(context.today));
    let in_programme = cadres::status.eq_any([CadreStatus::Active, CadreStatus::Suspended]);
    Box::new(
        evaluations::kind
            .eq_any(kinds)
            .and(in_programme)
            .and(in_time.or(dsl::exists(reopened))),
    )
}

/// That the unit, or the cadre, could still hand in their form and has not.
fn owed_by(context: &Context, relation: EvaluatorRelation) -> Condition {
    // What the host of a long secondment hands in stands in the place of the unit's.
    let relations = if relation.is_of_unit() {
        EvaluatorRelation::OF_UNIT.to_vec()
    } else {
        vec![relation]
    };
    let handed_in = of_the_row!()
        .filter(
            own_forms
                .field(evaluations::evaluator_relation)
                .eq_any(relations),
        )
        .filter(
            own_forms
                .field(evaluations::status)
                .eq_any([EvaluationStatus::Submitted, EvaluationStatus::Confirmed]),
        )
        .select(own_forms.field(evaluations::id));
    let kinds = rules::kinds_of(relation);
    let accepted = accepted(context, kinds, relation.as_str().to_owned());
    Box::new(accepted.and(dsl::not(dsl::exists(handed_in))))
}

/// That the caller was paired with the cadre on the last day of the period and has written no form of the kind.
fn owed_as_mentor(context: &Context, own: Own) -> Condition {
    let paired = assignments::table
        .filter(assignments::cadre_id.eq(evaluations::cadre_id))
        .filter(assignments::mentor_id.eq(own.mentor))
        .filter(assignments::status.eq_any(["ACTIVE", "COMPLETED", "REPLACED"]))
        .filter(assignments::starts_on.le(evaluations::period_to))
        .filter(
            assignments::ends_on.is_null().or(assignments::ends_on
                .assume_not_null()
                .ge(evaluations::period_to)),
        )
        .select(assignments::id);
    let form = of_the_row!()
        .filter(
            own_forms
                .field(evaluations::mentor_id)
                .eq(own.mentor)
                .assume_not_null(),
        )
        .select(own_forms.field(evaluations::id));
    let kinds = rules::kinds_of(EvaluatorRelation::PoliticalMentor);
    Box::new(
        accepted(context, kinds, own.mentor.to_string())
            .and(dsl::exists(paired))
            .and(dsl::not(dsl::exists(form))),
    )
}
