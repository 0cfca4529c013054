//! Use cases of kinships.

use std::collections::HashMap;

use super::model::{
    CreateKinship, Kinship, KinshipFilters, KinshipResponse, Person, PersonResponse, PersonType,
};
use super::person::{self, Known};
use super::store;
use super::store::KinshipSort;
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Current, Error, Fault, FieldErrors, Result};
use crate::http::Outcome;
use crate::http::Visible;
use crate::journal::{self, Change};
use crate::listing::{List, Page};
use crate::mentors;

/// Declares a kinship: staff for persons of their units, everyone else for themselves.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn declare(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateKinship,
) -> Result<Outcome<KinshipResponse>> {
    let id = new.id.unwrap_or_else(|| context.new_id());
    if let Some(row) = store::find(tx, id)? {
        return repeated(tx, context, new, &row);
    }
    let persons = [new.person_a, new.person_b];
    person::hold(tx, &persons)?;
    let known = person::find(tx, &persons)?;
    check(tx, context, persons, &known)?;
    let row = Kinship {
        id,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: context.actor.id(),
        person_a_type: new.person_a.kind,
        person_a_id: new.person_a.id,
        person_b_type: new.person_b.kind,
        person_b_id: new.person_b.id,
        relation: new.relation,
    };
    store::insert(tx, &row)?;
    record(tx, context, "kinship.declared", &row, &known)?;
    Ok(Outcome::Created(see(context, &row, &known)))
}

/// A declaration as the caller may see it.
///
/// # Errors
/// `NotFound` for those who may not read it.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<KinshipResponse> {
    let (row, known) = readable(conn, context, id)?;
    Ok(see(context, &row, &known))
}

/// A page of declarations.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &KinshipFilters,
    list: &List<KinshipSort>,
) -> Result<Page<KinshipResponse>> {
    let rows = store::page(conn, context, filters, list)?;
    let persons: Vec<Person> = rows.iter().flat_map(Kinship::persons).collect();
    let known = person::find(conn, &persons)?;
    let total = || store::total(conn, context, filters);
    list.page(rows, total, |row| Ok(see(context, &row, &known)))
}

/// Takes a declaration back.
///
/// # Errors
/// `NotFound`, `PreconditionRequired`, `StaleVersion`.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let (row, known) = readable(tx, context, id)?;
    context.require_match(row.version, || Ok(current(&see(context, &row, &known))))?;
    store::delete(tx, &row)?;
    let gone = Kinship {
        version: row.version + 1,
        ..row
    };
    record(tx, context, "kinship.deleted", &gone, &known)
}

fn repeated(
    conn: &mut DbConn,
    context: &Context,
    new: &CreateKinship,
    row: &Kinship,
) -> Result<Outcome<KinshipResponse>> {
    let known = person::find(conn, &row.persons())?;
    let same = row.persons() == [new.person_a, new.person_b] && row.relation == new.relation;
    if same && journal::created_by_caller(context, row.created_by) {
        return Ok(Outcome::Unchanged(see(context, row, &known)));
    }
    let shown = may_read(context, row, &known).then(|| see(context, row, &known));
    Err(Error::Duplicate(
        DuplicateKey::ID,
        shown.as_ref().and_then(current),
    ))
}

/// Both persons exist and differ, and the caller is one of them or staff who reach both.
fn check(
    conn: &mut DbConn,
    context: &Context,
    persons: [Person; 2],
    known: &HashMap<Person, Known>,
) -> Result<()> {
    let own = persons
        .iter()
        .any(|person| person::is_caller(context, *person));
    let within = |person: &Person| {
        let known = known.get(person);
        known.is_some_and(|known| known.is_within(&context.reach))
    };
    let reached = persons.iter().any(within);
    let mut errors = FieldErrors::default();
    for (person, pointer) in persons.iter().zip(["/personA/id", "/personB/id"]) {
        // Who speaks of themselves may name kin of any unit; staff speak of someone they reach, and name as kin someone they
        // reach or see as a mentor around them.
        let usable = (own && known.contains_key(person))
            || within(person)
            || is_own_account(context, *person);
        let is_known = usable || (reached && is_neighbour(conn, context, *person)?);
        if !is_known {
            errors.push(pointer, Fault::new("reference-unknown"));
        }
    }
    let [a, b] = persons;
    if errors.is_empty() && super::same_person(conn, a, b)? {
        errors.push("/personB/id", Fault::new("same-person"));
    }
    errors.into_result()
}

/// Whether a person is a mentor whom staff of another unit see, so that a pair with them could be proposed.
fn is_neighbour(conn: &mut DbConn, context: &Context, person: Person) -> Result<bool> {
    let is_staff = !context.reach.subtrees.is_empty();
    Ok(is_staff
        && person.kind == PersonType::Mentor
        && mentors::visible(conn, context, person.id)?.is_some())
}

/// Whether a person is named by the caller's own account, whose existence the token proves.
fn is_own_account(context: &Context, person: Person) -> bool {
    person.kind == PersonType::User && person::is_caller(context, person)
}

fn readable(
    conn: &mut DbConn,
    context: &Context,
    id: Id,
) -> Result<(Kinship, HashMap<Person, Known>)> {
    let row = store::find(conn, id)?.ok_or(Error::NotFound)?;
    let known = person::find(conn, &row.persons())?;
    if may_read(context, &row, &known) {
        Ok((row, known))
    } else {
        Err(Error::NotFound)
    }
}

fn may_read(context: &Context, row: &Kinship, known: &HashMap<Person, Known>) -> bool {
    let within = |person: &Person| {
        known
            .get(person)
            .is_some_and(|known| known.is_within(&context.reach))
    };
    context.reach.everything
        || journal::created_by_caller(context, row.created_by)
        || row.persons().iter().any(within)
}

fn see(context: &Context, row: &Kinship, known: &HashMap<Person, Known>) -> KinshipResponse {
    let person = |person: Person| {
        let known = known.get(&person);
        let visible = person::is_caller(context, person)
            || known.is_some_and(|known| known.is_within(&context.reach));
        let name = known.map(|known| known.name.clone()).unwrap_or_default();
        PersonResponse {
            kind: person.kind,
            id: person.id,
            name: Visible::when(visible, || name),
        }
    };
    let [a, b] = row.persons();
    KinshipResponse {
        id: row.id,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        person_a: person(a),
        person_b: person(b),
        relation: row.relation,
    }
}

fn current(kinship: &KinshipResponse) -> Current {
    serde_json::to_value(kinship).ok().map(Box::new)
}

/// The journal's row belongs to the cadre's unit where one of the persons is a cadre.
fn record(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    row: &Kinship,
    known: &HashMap<Person, Known>,
) -> Result<()> {
    let mut persons = row.persons();
    persons.sort_by_key(|person| person.kind);
    let unit = persons.iter().find_map(|person| {
        let known = known.get(person)?;
        known.units.first().map(|(id, _)| *id)
    });
    let cadre = persons
        .iter()
        .find(|person| person.kind == PersonType::Cadre);
    let change = Change {
        changed_fields: &["personA", "personB", "relation"],
        organization_id: unit,
        cadre_id: cadre.map(|person| person.id),
        ..Change::new(action, "kinship", row.id, row.version)
    };
    journal::record(tx, context, &change)
}
