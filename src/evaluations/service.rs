//! Use cases of those who write evaluations, and the reads.

use super::answering;
use super::draft::Content;
use super::issued::{self, Turn};
use super::model::{Evaluation, EvaluationRecord, EvaluationStatus, EvaluatorRelation, ONE_LIVE};
use super::request::{CreateEvaluation, EvaluationFilters, PatchEvaluation};
use super::response::{EvaluationResponse, Written, current_of, require};
use super::store;
use super::store::offices::Offices;
use super::store::reading;
use super::store::reading::EvaluationSort;
use super::trail::{own, record, record_overriding, write_overriding, written};
use super::writer::{self, Occasion, RaterPosition, named_cadre};
use crate::access::Role;
use crate::cadres::{self, Cadre, CadreChoice};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, FieldErrors, Result, Violation};
use crate::evaluation_forms::{self, Answers};
use crate::http::Limited;
use crate::http::Outcome;
use crate::http::parameters;
use crate::journal::{self, Override, OverrideInput};
use crate::listing::{List, Page};
use crate::organizations::ListedOrganizations;

/// One evaluation as the caller may see it.
///
/// # Errors
/// `NotFound` when it does not exist for the caller.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationResponse> {
    let record = reading::see(conn, context, id)?.ok_or(Error::NotFound)?;
    EvaluationResponse::from_record(record, context)
}

/// Whether the caller may read an evaluation, or wrote it: a form of one's own also without the permission to read.
///
/// # Errors
/// `NotFound`.
pub fn read_or_written(conn: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let found = store::find(conn, id)?.ok_or(Error::NotFound)?;
    if found.is_written_by(&context.actor) {
        return Ok(());
    }
    read(conn, context, id).map(drop)
}

/// A page of evaluations.
///
/// # Errors
/// `Malformed` when a cadre asks who wrote; as the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &EvaluationFilters,
    list: &List<EvaluationSort>,
) -> Result<Page<EvaluationResponse>> {
    let only_subject = context.reach.cadre_id.is_some()
        && context.reach.mentor_id.is_none()
        && context.reach.subtrees.is_empty();
    if only_subject && filters.evaluator_user_id.is_some() {
        let names = parameters::<EvaluationFilters>().iter();
        let allowed: Vec<&str> = names
            .map(String::as_str)
            .filter(|name| *name != "evaluatorUserId")
            .collect();
        return Err(Error::parameter(
            "evaluatorUserId",
            "parameter-unknown",
            &allowed,
        ));
    }
    let subtree = filters.subtree.is_none_or(|flag| flag.0);
    let units = ListedOrganizations::new(conn, &context.reach, filters.organization_id, subtree)?;
    let offices = Offices::listed(conn, context, &units.reached)?;
    let rows = reading::page(conn, context, filters, &units, &offices, list)?;
    let total = || reading::total(conn, context, filters, &units, &offices);
    list.page(rows, total, |record| {
        EvaluationResponse::from_record(record, context)
    })
}

/// Makes an evaluation, and hands it in when asked to.
///
/// # Errors
/// `Invalid`, `RuleViolation`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    input: &CreateEvaluation,
) -> Result<Outcome<Written>> {
    if let Some(id) = input.id
        && let Some(existing) = store::find(tx, id)?
    {
        return repeated(tx, context, input, &existing);
    }
    let choice = CadreChoice {
        id: input.cadre_id,
        external: input.cadre_ref.as_ref(),
    };
    let (pointer, cadre) = named_cadre(tx, choice)?;
    let mut errors = FieldErrors::default();
    let content = Content::new(input, &mut errors);
    let relation = input.evaluator_relation;
    let dates = (cadre.reported_on, context.today);
    content.check(relation, dates, input.submit, &mut errors);
    let place = writer::place(
        tx,
        context,
        &cadre,
        relation,
        (input.kind, input.period_from, input.period_to),
        Occasion::New(pointer),
        &mut errors,
    )?;
    let form = evaluation_forms::of_day(tx, input.kind, input.period_to)?;
    let answers = input.answers.clone().unwrap_or_default();
    answering::check(form.as_ref(), &answers, input.submit, &mut errors)?;
    // Of a cadre out of reach nothing else is told, not even the day of reporting.
    if errors.listed().iter().any(|error| error.pointer == pointer) {
        return Err(Error::field(pointer, "reference-unknown"));
    }
    errors.into_result()?;
    let mut row = blank(context, &cadre, relation, &place, input);
    row.form_id = form.map(|form| form.id);
    let mut changed = vec![
        "cadreId",
        "kind",
        "periodFrom",
        "periodTo",
        "evaluatorRelation",
    ];
    changed.extend(content.apply(&mut row)?);
    let mut violations = writer::violations(tx, context, &cadre, &row)?;
    violations.extend(writer::departure(&cadre));
    violations.extend(writer::timing(tx, context, &place, &row)?);
    violations.extend(writer::leave(tx, context, &cadre, &row)?);
    let overrides = overridden(context, &place, violations, input.overrides.as_ref())?;
    refuse_twin(tx, context, &row)?;
    if input.submit {
        row.status = EvaluationStatus::Submitted;
        row.submitted_at = Some(context.now);
    }
    store::insert(tx, &row)?;
    issued::follow(tx, context, &row, Turn::Written)?;
    if !answers.0.is_empty() {
        store::answers::put(tx, row.id, &answers)?;
        changed.push("answers");
    }
    let action = "evaluation.created";
    record_overriding(tx, context, action, &row, &changed, &overrides)?;
    if input.submit {
        let changed = changed_by_submission(&row);
        record(tx, context, "evaluation.submitted", &row, changed, None)?;
    }
    let record = EvaluationRecord {
        evaluation: row,
        cadre_name: cadre.name,
        unit: place.unit,
        present_path: place.present_path,
        mentor_name: place.mentor_name,
        answers: Some(answers.to_json()?),
    };
    Ok(Outcome::Created(written(tx, context, record)?))
}

/// The rules that the caller overrides, as a programme manager of the unit may.
fn overridden(
    context: &Context,
    place: &RaterPosition,
    violations: Vec<Violation>,
    overrides: Option<&Limited<OverrideInput, 4>>,
) -> Result<Vec<Override>> {
    let manages = |path: &str| context.actor.holds(Role::ProgrammeManager, path);
    let is_manager = manages(&place.unit.path) || manages(&place.present_path);
    let overrides = overrides.map_or(&[][..], |given| given.0.as_slice());
    journal::apply_overrides(violations, overrides, is_manager)
}

/// What handing in changes; a form that was given back loses the reason for it.
fn changed_by_submission(before: &Evaluation) -> &'static [&'static str] {
    if before.return_reason.is_some() {
        &["status", "submittedAt", "returnReason"]
    } else {
        &["status", "submittedAt"]
    }
}

/// A create whose id exists: the same content by the same caller is no conflict.
fn repeated(
    tx: &mut DbConn,
    context: &Context,
    input: &CreateEvaluation,
    existing: &Evaluation,
) -> Result<Outcome<Written>> {
    let current = reading::see(tx, context, existing.id)?;
    let mut errors = FieldErrors::default();
    let mut content = Content::new(input, &mut errors);
    content.scores.sort_by_key(|score| score.dimension);
    let cadre_id = match (input.cadre_id, &input.cadre_ref) {
        (id @ Some(_), None) => id,
        (id, external) => {
            let external = external.as_ref();
            cadres::resolve(tx, CadreChoice { id, external }).ok()
        }
    };
    let known = match &current {
        Some(record) => record.answers()?,
        None => Answers::default(),
    };
    let same = journal::created_by_caller(context, existing.created_by)
        && input.answers.clone().unwrap_or_default() == known
        && cadre_id == Some(existing.cadre_id)
        && input.evaluator_relation == existing.evaluator_relation
        && content == Content::from_row(existing)?
        && (!input.submit || existing.status != EvaluationStatus::Draft);
    match current {
        Some(record) if same => Ok(Outcome::Unchanged(Written::plain(
            EvaluationResponse::from_record(record, context)?,
        ))),
        Some(record) => Err(Error::Duplicate(
            DuplicateKey::ID,
            current_of(record, context)?,
        )),
        None => Err(Error::Duplicate(DuplicateKey::ID, None)),
    }
}

fn blank(
    context: &Context,
    cadre: &Cadre,
    relation: EvaluatorRelation,
    place: &RaterPosition,
    input: &CreateEvaluation,
) -> Evaluation {
    let is_user = context.actor.kind() == "USER";
    Evaluation {
        id: input.id.unwrap_or_else(|| context.new_id()),
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: context.actor.id(),
        cadre_id: cadre.id,
        kind: input.kind,
        period_from: input.period_from,
        period_to: input.period_to,
        evaluator_relation: relation,
        evaluator_user_id: context.actor.id().filter(|_| is_user),
        mentor_id: place.mentor_id,
        rater: place.rater.clone(),
        live: true,
        scores: "[]".to_owned(),
        overall_score: None,
        grade: None,
        summary: None,
        suggestions: None,
        status: EvaluationStatus::Draft,
        submitted_at: None,
        return_reason: None,
        confirmed_at: None,
        decided_by: None,
        acknowledged_at: None,
        objection: None,
        supersedes_id: None,
        superseded_by_id: None,
        organization_id: place.organization_id,
        phase: cadres::phase_on(cadre.reported_on, input.period_to).0,
        present_organization_id: cadre.organization_id,
        form_id: None,
    }
}

/// Refuses a second live form of a rater; the cadre is locked, so the one found is the one that is there.
fn refuse_twin(tx: &mut DbConn, context: &Context, row: &Evaluation) -> Result<()> {
    let Some(twin) = store::twin(tx, row)? else {
        return Ok(());
    };
    let current = match reading::see(tx, context, twin)? {
        Some(record) => current_of(record, context)?,
        None => None,
    };
    Err(ONE_LIVE.duplicate(current))
}

/// Changes a draft or a returned form, and hands it in when asked to.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `IllegalTransition`, `Invalid`, `RuleViolation`, `Duplicate`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &PatchEvaluation,
) -> Result<Written> {
    let record = own(tx, context, id)?;
    context.require_header()?;
    require(&record, context, record.evaluation.status.is_open())?;
    rewrite(tx, context, record, input)
}

/// Hands a form in.
///
/// # Errors
/// `StaleVersion`, `IllegalTransition`, `Invalid`, `RuleViolation`.
pub fn submit(tx: &mut DbConn, context: &Context, id: Id) -> Result<Written> {
    let record = own(tx, context, id)?;
    let status = record.evaluation.status;
    if status == EvaluationStatus::Submitted {
        return Ok(Written::plain(EvaluationResponse::from_record(
            record, context,
        )?));
    }
    require(&record, context, status.is_open())?;
    let all_of_it = PatchEvaluation {
        submit: true,
        ..PatchEvaluation::default()
    };
    rewrite(tx, context, record, &all_of_it)
}

/// Writes a patch of an open form and hands it in when that is asked; without any change nothing is written.
fn rewrite(
    tx: &mut DbConn,
    context: &Context,
    mut record: EvaluationRecord,
    input: &PatchEvaluation,
) -> Result<Written> {
    let mut errors = FieldErrors::default();
    let before = record.evaluation.clone();
    let cadre = cadres::store::find(tx, before.cadre_id)?.ok_or(Error::NotFound)?;
    let content = Content::patched(&before, input, &mut errors)?;
    let relation = before.evaluator_relation;
    let dates = (cadre.reported_on, context.today);
    content.check(relation, dates, input.submit, &mut errors);
    let period_moves = content.period_to != before.period_to;
    let occasion = if period_moves {
        Occasion::Moved
    } else {
        Occasion::Again
    };
    let term = (content.kind, content.period_from, content.period_to);
    let place = writer::place(tx, context, &cadre, relation, term, occasion, &mut errors)?;
    let form = answering::form_of(tx, &before, &content)?;
    let answered = record.answers()?;
    let answers = input.answers.clone().apply(Some(answered.clone()));
    let answers = answers.unwrap_or_default();
    answering::check(form.as_ref(), &answers, input.submit, &mut errors)?;
    errors.into_result()?;
    let mut row = before.clone();
    let mut changed = content.apply(&mut row)?;
    if answers != answered {
        changed.push("answers");
    }
    if changed.is_empty() && !input.submit {
        return Ok(Written::plain(EvaluationResponse::from_record(
            record, context,
        )?));
    }
    let mut violations = writer::violations(tx, context, &cadre, &row)?;
    let is_another = changed
        .iter()
        .any(|name| name.starts_with("period") || *name == "kind");
    if input.submit || is_another {
        violations.extend(writer::timing(tx, context, &place, &row)?);
    }
    if is_another || changed.contains(&"grade") {
        violations.extend(writer::leave(tx, context, &cadre, &row)?);
    }
    let overrides = overridden(context, &place, violations, input.overrides.as_ref())?;
    if is_another {
        refuse_twin(tx, context, &row)?;
        issued::follow(tx, context, &before, Turn::Removed)?;
        row.form_id = form.map(|form| form.id);
        row.organization_id = place.organization_id;
        row.phase = cadres::phase_on(cadre.reported_on, row.period_to).0;
        record.unit = place.unit;
    }
    let action = if input.submit {
        row.status = EvaluationStatus::Submitted;
        row.submitted_at = Some(context.now);
        row.return_reason = None;
        changed.extend(changed_by_submission(&before));
        "evaluation.submitted"
    } else {
        "evaluation.updated"
    };
    if answers != answered {
        store::answers::put(tx, row.id, &answers)?;
        record.answers = Some(answers.to_json()?);
    }
    write_overriding(tx, context, &mut row, action, &changed, &overrides)?;
    record.evaluation = row;
    written(tx, context, record)
}
