//! Use cases of pairs: proposing and recording them, reading them, correcting what the two agreed on.

use super::derived::recompute_mentoring;
use super::draft::{self, Rivals};
use super::endings;
use super::list_store;
use super::list_store::AssignmentSort;
use super::model::{Assignment, AssignmentStatus, EndReason};
use super::request::{AssignmentFilters, CreateAssignment, PatchAssignment};
use super::response::{AssignmentResponse, is_visible};
use super::rules::Proposal;
use super::store;
use crate::access::Permission;
use crate::cadres::{self, Cadre};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::http::Outcome;
use crate::journal;
use crate::listing::{Fields, List, Page};
use crate::mentors;
use crate::organizations::{self, ListedOrganizations};
use crate::transitions::{begin, record};
use crate::values::Text;

/// A pair as the caller may see it.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<AssignmentResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)
}

/// The pair as the caller may see it, if they may.
///
/// # Errors
/// When the database refuses.
pub fn visible(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<AssignmentResponse>> {
    let record = store::find_record(conn, id)?;
    let seen = record.filter(|record| is_visible(record, &context.reach));
    Ok(seen.map(|record| AssignmentResponse::from_record(record, &Fields::all(), context)))
}

/// A page of pairs.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &AssignmentFilters,
    list: &List<AssignmentSort>,
) -> Result<Page<AssignmentResponse>> {
    let subtree = filters.subtree.is_none_or(|flag| flag.0);
    let organizations =
        ListedOrganizations::new(conn, &context.reach, filters.organization_id, subtree)?;
    let rows = list_store::page(conn, context, filters, &organizations, list)?;
    let total = || list_store::total(conn, context, filters, &organizations);
    list.page(rows, total, |record| {
        Ok(AssignmentResponse::from_record(
            record,
            &list.fields,
            context,
        ))
    })
}

/// Lets only those list the pairs of a cadre who see the cadre, or whose unit the cadre has left.
///
/// # Errors
/// `NotFound` out of reach.
pub fn require_cadre(conn: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    cadres::read(conn, context, id).map(drop)
}

/// Lets only those list the pairs of a mentor who see the mentor.
///
/// # Errors
/// `NotFound` out of reach.
pub fn require_mentor(conn: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let seen = mentors::visible(conn, context, id)?;
    seen.map(drop).ok_or(Error::NotFound)
}

/// Proposes a pair, puts it into effect at once, or records one that is over.
///
/// # Errors
/// `Invalid`, `Forbidden`, `RuleViolation`, `Duplicate`, `CapacityExceeded`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateAssignment,
) -> Result<Outcome<AssignmentResponse>> {
    let id = new.id.unwrap_or_else(|| context.new_id());
    if let Some(existing) = store::find(tx, id)? {
        return repeated(tx, context, new, &existing);
    }
    let (cadre, mentor_id, replaced) = named(tx, context, new)?;
    if new.activate || new.ends_on.is_some() {
        require_manager(tx, context, &cadre)?;
    }
    let replaced_mentor = replaced.as_ref().map(|replaced| replaced.mentor_id);
    draft::lock_mentors(tx, [mentor_id].into_iter().chain(replaced_mentor).collect())?;
    let mentor = draft::locked_mentor(tx, mentor_id)?;
    let proposal = Proposal {
        cadre: &cadre,
        mentor: &mentor,
        role: new.role,
        starts_on: new.starts_on,
        effective_on: new.ends_on.map_or(context.today, |_| new.starts_on),
        is_past: new.ends_on.is_some(),
        cross_unit_reason: new.cross_unit_reason.as_ref().map(Text::as_str),
        replaced: replaced.as_ref(),
    };
    let rivals = if new.activate && replaced.is_some() {
        Rivals::Active
    } else {
        Rivals::Live
    };
    draft::check(tx, context, &proposal, rivals)?;
    let mut assignment = row_of(tx, context, id, &proposal)?;
    new.apply_plain(&mut assignment);
    assignment.status = new.status();
    if let Some(replaced) = replaced.filter(|_| new.activate) {
        let over = endings::give_way(tx, context, &replaced, new.starts_on)?;
        endings::withdraw_successors(tx, context, &over)?;
    }
    put(tx, context, &assignment)?;
    Ok(Outcome::Created(read_back(tx, context, id)?))
}

/// Whom a new pair is of, the cadre under lock, and which pair it replaces; days are checked against theirs.
fn named(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateAssignment,
) -> Result<(Cadre, Id, Option<Assignment>)> {
    let mut errors = check_days(context, new);
    let mut replaced = None;
    let cadre = cadres::lock_named(tx, &context.reach, new.cadre(), &mut errors)?;
    let cadre = cadre.map(|(cadre, _)| cadre);
    let mentor_id = mentors::resolve_visible(tx, context, new.mentor(), &mut errors)?;
    if let Some(cadre) = &cadre {
        draft::check_start(cadre, new.starts_on, new.activate, context, &mut errors);
        replaced = draft::replaced(tx, cadre, new.role, new.replaces_id, &mut errors)?;
    }
    if let Some(replaced) = &replaced {
        not_before(
            Some(new.starts_on),
            replaced.starts_on,
            "/startsOn",
            &mut errors,
        );
    }
    errors.into_result()?;
    let (cadre, mentor_id) = cadre.zip(mentor_id).ok_or(Error::NotFound)?;
    Ok((cadre, mentor_id, replaced))
}

/// Writes a new pair with all that follows: its seat, the cadre's columns, the journal.
///
/// # Errors
/// `Duplicate`, `CapacityExceeded`.
pub fn put(tx: &mut DbConn, context: &Context, assignment: &Assignment) -> Result<()> {
    store::insert(tx, assignment)?;
    let changed = ["cadreId", "mentorId", "role", "status", "startsOn"];
    record(
        tx,
        context,
        "assignment.created",
        assignment,
        &changed,
        None,
    )?;
    if assignment.is_active() {
        mentors::take_seat(tx, context, assignment.mentor_id)?;
        record(
            tx,
            context,
            "assignment.activated",
            assignment,
            &["status"],
            None,
        )?;
        recompute_mentoring(tx, context, assignment.cadre_id)?;
    }
    Ok(())
}

/// The row of a proposal; the unit is that of its first day.
///
/// # Errors
/// When the database refuses.
pub fn row_of(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    proposal: &Proposal<'_>,
) -> Result<Assignment> {
    let Proposal {
        cadre,
        mentor,
        role,
        starts_on,
        ..
    } = *proposal;
    let organization = cadres::career_store::organization_on(tx, cadre.id, starts_on)?;
    let organization_id =
        organization.map_or(cadre.organization_id, |organization| organization.id);
    let pair = Assignment::blank(context, id, cadre, mentor.id, role, starts_on);
    Ok(Assignment {
        organization_id,
        cross_unit_reason: proposal.cross_unit_reason.map(str::to_owned),
        replaces_id: proposal.replaced.map(|replaced| replaced.id),
        ..pair
    })
}

/// Changes what the two agreed on, by merge patch.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, `IllegalTransition`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &PatchAssignment,
) -> Result<AssignmentResponse> {
    let begun = begin::<Assignment>(tx, context, "update_assignment", id)?;
    let row = &begun.row;
    context.require_header()?;
    begun.require(tx)?;
    let mut errors = FieldErrors::default();
    let mut assignment = row.clone();
    input.apply_plain(&mut assignment);
    if input.planned_ends_on.is_present() {
        draft::check_planned_end(assignment.planned_ends_on, row.starts_on, &mut errors);
    }
    if input.end_note.is_present() && row.ends_on.is_none() {
        errors.push("/endNote", Fault::new("read-only"));
    }
    errors.into_result()?;
    let changed = PatchAssignment::changed_members(Some(row), &assignment);
    if !changed.is_empty() {
        let assignment = begun.write(tx, assignment)?;
        record(
            tx,
            context,
            "assignment.updated",
            &assignment,
            &changed,
            None,
        )?;
    }
    read_back(tx, context, id)
}

/// The row of a pair that the caller may change, under the lock of its cadre; writing is for those who reach the cadre's unit now.
///
/// # Errors
/// `NotFound` out of reach, `Forbidden` for those who can only read it.
pub fn reachable(tx: &mut DbConn, context: &Context, id: Id) -> Result<Assignment> {
    let row = store::find(tx, id)?.ok_or(Error::NotFound)?;
    cadres::store::lock(tx, row.cadre_id)?;
    let record = store::find_record(tx, id)?.ok_or(Error::NotFound)?;
    if context.reach.covers(&record.present_path) {
        Ok(record.assignment)
    } else if is_visible(&record, &context.reach) {
        Err(Error::Forbidden(None))
    } else {
        Err(Error::NotFound)
    }
}

/// The pair as the one sees it who just wrote it.
///
/// # Errors
/// When the database refuses.
pub fn read_back(tx: &mut DbConn, context: &Context, id: Id) -> Result<AssignmentResponse> {
    let record = store::find_record(tx, id)?.ok_or(Error::NotFound)?;
    Ok(AssignmentResponse::from_record(
        record,
        &Fields::all(),
        context,
    ))
}

/// Notes a day that lies before another.
pub fn not_before(
    day: Option<crate::values::Date>,
    earliest: crate::values::Date,
    pointer: &str,
    errors: &mut FieldErrors,
) {
    if day.is_some_and(|day| day < earliest) {
        errors.push(
            pointer,
            Fault::with("out-of-range", &[&earliest, &"2099-12-31"]),
        );
    }
}

fn check_days(context: &Context, new: &CreateAssignment) -> FieldErrors {
    let mut errors = FieldErrors::default();
    draft::check_planned_end(new.planned_ends_on, new.starts_on, &mut errors);
    not_before(new.ends_on, new.starts_on, "/endsOn", &mut errors);
    if new.ends_on.is_some_and(|day| day > context.today) {
        errors.push("/endsOn", Fault::new("date-in-future"));
    }
    if new.ends_on.is_some() && new.activate {
        errors.push("/activate", Fault::new("unknown-member"));
    }
    if new.ends_on.is_some() && new.replaces_id.is_some() {
        errors.push("/replacesId", Fault::new("unknown-member"));
    }
    match (new.ends_on, new.end_reason) {
        (Some(_), None) => errors.push("/endReason", Fault::new("required")),
        (None, Some(_)) => errors.push("/endsOn", Fault::new("required")),
        (Some(_), Some(EndReason::EnteredInError)) => {
            errors.push("/endReason", Fault::with("code-unknown", &[&""]));
        }
        _ => {}
    }
    if new.ends_on.is_none() && new.end_note.is_some() {
        errors.push("/endNote", Fault::new("read-only"));
    }
    errors
}

fn require_manager(tx: &mut DbConn, context: &Context, cadre: &Cadre) -> Result<()> {
    let organization =
        organizations::store::find(tx, cadre.organization_id)?.ok_or(Error::NotFound)?;
    let reach = context.reach_of(Permission::AssignmentsActivate);
    if reach.covers(&organization.path) {
        Ok(())
    } else {
        Err(Error::Forbidden(None))
    }
}

fn repeated(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateAssignment,
    row: &Assignment,
) -> Result<Outcome<AssignmentResponse>> {
    let mut errors = FieldErrors::default();
    let cadre = cadres::lock_named(tx, &context.reach, new.cadre(), &mut errors)?;
    let cadre = cadre.map(|(cadre, _)| cadre);
    let mentor_id = mentors::resolve_visible(tx, context, new.mentor(), &mut errors)?;
    let mut again = row.clone();
    new.apply_plain(&mut again);
    let same = again == *row
        && cadre.is_some_and(|cadre| cadre.id == row.cadre_id)
        && mentor_id == Some(row.mentor_id)
        && !(new.activate && row.status == AssignmentStatus::Proposed);
    let current = visible(tx, context, row.id)?;
    match current {
        Some(current) if same && journal::created_by_caller(context, row.created_by) => {
            Ok(Outcome::Unchanged(current))
        }
        current => Err(Error::Duplicate(
            DuplicateKey::ID,
            current.and_then(|current| current.current()),
        )),
    }
}
