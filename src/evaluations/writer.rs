//! From where a caller writes about a cadre, and what stands against it (R10, R13, R17, R18).

use super::issued;
use super::model::{Evaluation, EvaluationKind, EvaluatorRelation, Unit};
use super::rules;
use super::store::people::{self, Pair};
use super::store::reading;
use super::store::reopenings::{self, Form};
use crate::absences;
use crate::access::Permission;
use crate::cadres::{self, Cadre, CadreChoice, CadreStatus, career_store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result, Violation};
use crate::kinships::{self, Person, Records};
use crate::organizations;
use crate::postings;
use crate::rules::Words;
use crate::values::Date;

/// The cadre that a request names, locked, with the pointer of the member that does so.
///
/// # Errors
/// `Invalid` for a cadre that does not exist, or when not exactly one member names one.
pub fn named_cadre(tx: &mut DbConn, choice: CadreChoice<'_>) -> Result<(&'static str, Cadre)> {
    let pointer = if choice.external.is_some() {
        "/cadreRef"
    } else {
        "/cadreId"
    };
    let id = cadres::resolve(tx, choice)?;
    let cadre = cadres::store::lock_no_key(tx, id)?;
    let unknown = || Error::field(pointer, "reference-unknown");
    Ok((pointer, cadre.ok_or_else(unknown)?))
}

/// From where a form is written: the unit of its date, and the pair that makes its writer a mentor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaterPosition {
    /// The cadre's unit on the last day of the period.
    pub organization_id: Id,
    /// That unit.
    pub unit: Unit,
    /// The path of the cadre's present unit.
    pub present_path: String,
    /// The mentor who writes.
    pub mentor_id: Option<Id>,
    /// That mentor's name.
    pub mentor_name: Option<String>,
    /// `UNIT`, `SELF` or the mentor.
    pub rater: String,
    /// Whether the pair held on the last day of the period; true without a pair.
    pub is_paired: bool,
    /// Whether the host of a secondment appraises the period (R13).
    pub is_hosted: bool,
    /// Whether the days in which the form is accepted have passed, and no manager reopened it.
    pub is_late: bool,
}

/// What a place is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion<'a> {
    /// A new form; the pointer names the cadre in the request.
    New(&'a str),
    /// A form whose period moves.
    Moved,
    /// A form whose writer has had the place before.
    Again,
}

/// What a form is for, and the first and last day of its period.
pub type Term = (EvaluationKind, Date, Date);

/// The rater of a form that the caller writes under a relation.
fn rater(relation: EvaluatorRelation, mentor_id: Option<Id>) -> String {
    match relation.role() {
        Some(_) => mentor_id.map(|id| id.to_string()).unwrap_or_default(),
        None => relation.as_str().to_owned(),
    }
}

/// Finds the place of a form; one that the caller does not have is noted as a fault.
///
/// # Errors
/// When the database refuses.
pub fn place(
    tx: &mut DbConn,
    context: &Context,
    cadre: &Cadre,
    relation: EvaluatorRelation,
    (kind, period_from, period_to): Term,
    occasion: Occasion<'_>,
    errors: &mut FieldErrors,
) -> Result<RaterPosition> {
    let reach = context.reach_of(Permission::EvaluationsWrite);
    let form = Form {
        cadre_id: cadre.id,
        kind,
        period_from,
        period_to,
        rater: rater(relation, reach.mentees_of),
    };
    let is_reopened = reopenings::is_open(tx, &form, context.today)?;
    // What a round issued is accepted until its close, as if it were reopened; after an early one no longer, whatever the days.
    let is_closed = issued::is_open(tx, &form)? == Some(false);
    let then = career_store::organization_on(tx, cadre.id, period_to)?
        .ok_or_else(|| Error::internal("a cadre without a unit"))?;
    let (organization_id, unit) = (
        then.id,
        Unit {
            name: then.name,
            path: then.path,
        },
    );
    let present_path = if organization_id == cadre.organization_id {
        unit.path.clone()
    } else {
        organizations::store::path(tx, cadre.organization_id)?.unwrap_or_default()
    };
    let mut open = Vec::new();
    if reach.covers(&unit.path) || reach.covers(&present_path) {
        open.push(EvaluatorRelation::Unit);
    }
    let mut is_hosted = false;
    if relation.is_of_unit() {
        let host = postings::appraising_host(tx, cadre.id, (period_from, period_to))?;
        is_hosted = host.is_some();
        if host.is_some_and(|path| reach.covers(&path)) {
            open.push(EvaluatorRelation::HostUnit);
        }
    }
    if reach.cadre_id == Some(cadre.id) {
        open.push(EvaluatorRelation::Self_);
    }
    let mut pairs = Vec::new();
    if let Some(mentor) = reach.mentees_of.filter(|_| !open.contains(&relation)) {
        pairs = people::pairs(tx, cadre.id, mentor)?;
        open.extend(relations_of(&pairs, is_reopened, context.today));
    }
    let mut place = RaterPosition {
        organization_id,
        unit,
        present_path,
        mentor_id: None,
        mentor_name: None,
        rater: form.rater,
        is_paired: true,
        is_hosted,
        is_late: !is_reopened && (is_closed || period_to < rules::accepted_since(context.today)),
    };
    match occasion {
        Occasion::New(pointer) if !open.contains(&relation) => {
            errors.push(pointer_of(&open, pointer), fault_of(&open));
            return Ok(place);
        }
        Occasion::Moved if relation.is_of_unit() && !open.contains(&relation) => {
            errors.push("/periodTo", Fault::new("reference-unknown"));
        }
        _ => {}
    }
    if let Some(role) = relation.role() {
        let mut of_role = pairs.iter().filter(|pair| pair.role == role).peekable();
        let latest = of_role.peek().copied();
        let held = of_role.find(|pair| covers(pair, period_to));
        place.is_paired = held.is_some();
        let ended = held.and_then(|pair| pair.ends_on);
        place.is_late |= !is_reopened && !rules::is_accepted_after(ended, context.today);
        place.mentor_id = reach.mentees_of;
        place.mentor_name = latest.map(|pair| pair.mentor_name.clone());
        if let Some(pair) = latest.filter(|_| held.is_none() && occasion != Occasion::Again) {
            let end = pair.ends_on.unwrap_or(context.today);
            errors.push(
                "/periodTo",
                Fault::with("out-of-range", &[&pair.starts_on, &end]),
            );
        }
    }
    Ok(place)
}

fn covers(pair: &Pair, day: Date) -> bool {
    pair.starts_on <= day && pair.ends_on.is_none_or(|end| day <= end)
}

/// What a mentor is to the cadre in pairs whose forms are still accepted, or of which one was reopened.
fn relations_of(pairs: &[Pair], is_reopened: bool, today: Date) -> Vec<EvaluatorRelation> {
    let mentors = [
        EvaluatorRelation::PoliticalMentor,
        EvaluatorRelation::ProfessionalMentor,
    ];
    let accepted = |relation: &EvaluatorRelation| {
        pairs.iter().any(|pair| {
            Some(pair.role.as_str()) == relation.role()
                && (is_reopened || rules::is_accepted_after(pair.ends_on, today))
        })
    };
    mentors.into_iter().filter(accepted).collect()
}

/// A cadre of whom the caller could write nothing at all is as unknown as one that does not exist.
fn pointer_of(open: &[EvaluatorRelation], cadre: &str) -> String {
    if open.is_empty() {
        cadre.to_owned()
    } else {
        "/evaluatorRelation".to_owned()
    }
}

fn fault_of(open: &[EvaluatorRelation]) -> Fault {
    if open.is_empty() {
        return Fault::new("reference-unknown");
    }
    let words: Vec<&str> = open.iter().map(|relation| relation.as_str()).collect();
    Fault::with("code-unknown", &[&words.join(", ")])
}

/// The rules that stand against the caller's writing a form.
///
/// # Errors
/// When the database refuses.
pub fn violations(
    tx: &mut DbConn,
    context: &Context,
    cadre: &Cadre,
    row: &Evaluation,
) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    violations.extend(probation(context, cadre, row));
    if row.evaluator_relation == EvaluatorRelation::Self_ {
        return Ok(violations);
    }
    let writer = Records::calling(&context.actor);
    if context.actor.cadre_id == Some(cadre.id) {
        violations.push(broken("R18", "SELF_EVALUATION"));
    } else if is_kin(tx, &writer, cadre.id, row.period_to)? {
        violations.push(broken("R18", "KINSHIP"));
    }
    Ok(violations)
}

/// R13: who appraises a cadre on a long secondment is the host, and nobody's host otherwise.
fn appraiser(place: &RaterPosition, relation: EvaluatorRelation) -> Option<Violation> {
    match (relation, place.is_hosted) {
        (EvaluatorRelation::Unit, true) => Some(broken("R13", "HOST_UNIT_APPRAISES")),
        (EvaluatorRelation::HostUnit, false) => Some(broken("R13", "NOT_ON_SECONDMENT")),
        _ => None,
    }
}

/// What stands against taking a form from the caller at this time: another unit appraises, it comes too late, its writer was not
/// paired, or they can read another's form for the same cadre, kind and period. A form that takes the place of another is never too late.
///
/// # Errors
/// When the database refuses.
pub fn timing(
    tx: &mut DbConn,
    context: &Context,
    place: &RaterPosition,
    row: &Evaluation,
) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    if row.supersedes_id.is_none() {
        violations.extend(appraiser(place, row.evaluator_relation));
        if !place.is_paired {
            violations.push(broken("EVALUATION", "NOT_PAIRED"));
        }
        if place.is_late {
            violations.push(broken("EVALUATION", "LATE"));
        }
    }
    if reading::reads_another(tx, context, row)? {
        violations.push(Violation {
            can_override: true,
            ..broken("EVALUATION", "NOT_INDEPENDENT")
        });
    }
    Ok(violations)
}

/// R12 for the unit's annual form: a grade although the cadre was on leave for most of the year.
///
/// # Errors
/// When the database refuses.
pub fn leave(
    tx: &mut DbConn,
    context: &Context,
    cadre: &Cadre,
    row: &Evaluation,
) -> Result<Option<Violation>> {
    let is_graded = row.kind == EvaluationKind::Annual && row.grade.is_some();
    // On probation there is no grade anyway (R10).
    let ends_on = cadres::standing(cadre, context.today).probation_ends_on;
    if !is_graded || row.period_to < ends_on {
        return Ok(None);
    }
    let period = (row.period_from, row.period_to);
    let within = (row.period_from, row.period_to.plus_days(1));
    let days = absences::leave_days(tx, cadre.id, within, context.today)?;
    let grade = row.grade.as_deref();
    Ok(rules::leave_violation(row.kind, grade, period, days))
}

/// R10 for a form about a cadre.
pub fn probation(context: &Context, cadre: &Cadre, row: &Evaluation) -> Option<Violation> {
    let ends_on = cadres::standing(cadre, context.today).probation_ends_on;
    rules::probation_violation(row.kind, row.grade.as_deref(), row.period_to, ends_on)
}

/// A cadre who has left the programme is not evaluated any more.
pub fn departure(cadre: &Cadre) -> Option<Violation> {
    matches!(cadre.status, CadreStatus::Left | CadreStatus::Graduated)
        .then(|| broken("EVALUATION", "CADRE_NOT_ACTIVE"))
}

/// A rule without an override.
pub const fn broken(rule: &'static str, reason: &'static str) -> Violation {
    Violation {
        rule,
        reason,
        can_override: false,
    }
}

/// Whether a declared kinship bars a person from evaluating a cadre, by the rule of a day (R18).
///
/// # Errors
/// When the database refuses.
pub fn is_kin(tx: &mut DbConn, person: &Records, cadre_id: Id, on: Date) -> Result<bool> {
    let classes = Words::EvaluationAvoidanceClasses;
    let cadre = Person::cadre(cadre_id);
    Ok(!person.is_empty() && kinships::bars_records(tx, person, cadre, classes, on)?)
}

/// The person who wrote an evaluation; nobody is known of one that another system sent without a mentor.
///
/// # Errors
/// When the database refuses.
pub fn evaluator(tx: &mut DbConn, row: &Evaluation) -> Result<Records> {
    let mentor = row.mentor_id.map(Person::mentor);
    match row.evaluator_user_id.map(Person::user).or(mentor) {
        Some(record) => Ok(kinships::records(tx, record)?.and(mentor)),
        None => Ok(Records::default()),
    }
}
