//! Persons behind records: their names, the units they belong to, and which records are the same person.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{Person, PersonType};
use super::records::Records;
use crate::access::{Context, Reach};
use crate::db::schema::{cadres, mentors, organizations, user_grants, users};
use crate::db::{DbConn, Id, MultiBackend};
use crate::error::Result;

/// What is known of a person whose record exists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Name.
    pub name: String,
    /// Units the record belongs to, the first one for the journal, with their paths.
    pub units: Vec<(Id, String)>,
}

impl Known {
    /// Whether one of the units is reached.
    pub fn is_within(&self, reach: &Reach) -> bool {
        self.units.iter().any(|(_, path)| reach.covers(path))
    }
}

/// Whether a record is the caller's own.
pub fn is_caller(context: &Context, person: Person) -> bool {
    let actor = &context.actor;
    let own = match person.kind {
        PersonType::Cadre => actor.cadre_id,
        PersonType::Mentor => actor.mentor_id,
        PersonType::User => actor.id(),
    };
    own == Some(person.id)
}

/// Holds the records of persons, so that none is removed before the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn hold(tx: &mut DbConn, persons: &[Person]) -> Result<()> {
    let mut persons = persons.to_vec();
    // In one order, so that two who declare at once do not wait for each other.
    persons.sort_by_key(|person| (person.kind, person.id));
    for person in persons {
        match person.kind {
            PersonType::Cadre => drop(crate::cadres::store::lock(tx, person.id)?),
            PersonType::Mentor => drop(crate::mentors::store::lock(tx, person.id)?),
            PersonType::User => {}
        }
    }
    Ok(())
}

/// Finds the records of persons; those that do not exist are left out.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, persons: &[Person]) -> Result<HashMap<Person, Known>> {
    let mut found = HashMap::new();
    let ids_of = |kind| -> Vec<Id> {
        let of_kind = persons.iter().filter(|person| person.kind == kind);
        of_kind.map(|person| person.id).collect()
    };
    let ids = ids_of(PersonType::Cadre);
    if !ids.is_empty() {
        let rows: Vec<(Id, String, Id, String)> = cadres::table
            .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
            .filter(cadres::id.eq_any(ids))
            .select((
                cadres::id,
                cadres::name,
                organizations::id,
                organizations::path,
            ))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, name, unit, path)| {
            let units = vec![(unit, path)];
            (Person::cadre(id), Known { name, units })
        }));
    }
    let ids = ids_of(PersonType::Mentor);
    if !ids.is_empty() {
        let rows: Vec<(Id, String, Id, String)> = mentors::table
            .inner_join(organizations::table.on(organizations::id.eq(mentors::organization_id)))
            .filter(mentors::id.eq_any(ids))
            .select((
                mentors::id,
                mentors::name,
                organizations::id,
                organizations::path,
            ))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, name, unit, path)| {
            let units = vec![(unit, path)];
            (Person::mentor(id), Known { name, units })
        }));
    }
    let ids = ids_of(PersonType::User);
    if !ids.is_empty() {
        find_users(conn, ids, &mut found)?;
    }
    Ok(found)
}

/// A user belongs to the units of their grants.
fn find_users(conn: &mut DbConn, ids: Vec<Id>, found: &mut HashMap<Person, Known>) -> Result<()> {
    let rows: Vec<(Id, String)> = users::table
        .filter(users::id.eq_any(&ids))
        .select((users::id, users::display_name))
        .load(conn)?;
    found.extend(rows.into_iter().map(|(id, name)| {
        let units = Vec::new();
        (Person::user(id), Known { name, units })
    }));
    let grants: Vec<(Id, Id, String)> = user_grants::table
        .inner_join(
            organizations::table
                .on(organizations::id.eq(user_grants::organization_id.assume_not_null())),
        )
        .filter(user_grants::user_id.eq_any(&ids))
        .order((user_grants::user_id, user_grants::position))
        .select((user_grants::user_id, organizations::id, organizations::path))
        .load(conn)?;
    for (user, unit, path) in grants {
        if let Some(known) = found.get_mut(&Person::user(user)) {
            known.units.push((unit, path));
        }
    }
    Ok(())
}

/// The records of the person to whom a record belongs: the account that links them, its cadre and its mentor.
///
/// # Errors
/// When the database refuses.
pub fn records(conn: &mut DbConn, record: Person) -> Result<Records> {
    let accounts = users::table.into_boxed::<MultiBackend>();
    let accounts = match record.kind {
        PersonType::User => accounts.filter(users::id.eq(record.id)),
        PersonType::Mentor => accounts.filter(users::mentor_id.eq(record.id)),
        PersonType::Cadre => accounts.filter(users::cadre_id.eq(record.id)),
    };
    let links: Option<Links> = accounts
        .select((users::id, users::mentor_id, users::cadre_id))
        .first(conn)
        .optional()?;
    Ok(links
        .map_or_else(Records::default, linked_by)
        .and(Some(record)))
}

/// The records of every person who has a record of this id, of whatever kind.
///
/// # Errors
/// When the database refuses.
pub fn records_named(conn: &mut DbConn, id: Id) -> Result<Records> {
    let accounts: Vec<Links> = users::table
        .filter(
            users::id
                .eq(id)
                .or(users::mentor_id.eq(id))
                .or(users::cadre_id.eq(id)),
        )
        .select((users::id, users::mentor_id, users::cadre_id))
        .load(conn)?;
    let named = [Person::cadre(id), Person::mentor(id), Person::user(id)];
    let linked = accounts.into_iter().map(linked_by);
    let linked: Vec<Person> = linked
        .flat_map(|records| records.iter().collect::<Vec<_>>())
        .collect();
    Ok(Records::of(named.into_iter().chain(linked).map(Some)))
}

/// An account, and the mentor and the cadre that it links.
type Links = (Id, Option<Id>, Option<Id>);

fn linked_by((user, mentor, cadre): Links) -> Records {
    Records::of([
        Some(Person::user(user)),
        mentor.map(Person::mentor),
        cadre.map(Person::cadre),
    ])
}

/// The records of every account that links a mentor with a cadre, and of the accounts named.
///
/// # Errors
/// When the database refuses.
pub fn linked(conn: &mut DbConn, accounts: &[Id]) -> Result<Vec<Records>> {
    let links: Vec<Links> = users::table
        .filter(
            users::mentor_id
                .is_not_null()
                .and(users::cadre_id.is_not_null())
                .or(users::id.eq_any(accounts)),
        )
        .order(users::id)
        .select((users::id, users::mentor_id, users::cadre_id))
        .load(conn)?;
    Ok(links.into_iter().map(linked_by).collect())
}
