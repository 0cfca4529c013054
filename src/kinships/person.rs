//! Persons behind records: their names, the units they belong to, and which records are the same person.

use std::collections::HashMap;

use super::model::{Person, PersonType};
use super::records::Records;
use crate::access::Reach;
use crate::accounts::links_store::{self, Link, LinkedBy};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::{cadres, mentors};

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

/// Whether the caller is the person behind an account: it is theirs, or another of theirs links the same mentor or cadre.
///
/// # Errors
/// When the database refuses.
pub fn is_behind(conn: &mut DbConn, context: &Context, account: Id) -> Result<bool> {
    let person = records(conn, Person::user(account))?;
    Ok(context.actor.id() == Some(account) || Records::calling(&context.actor).is(&person))
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
            PersonType::Cadre => drop(cadres::store::lock(tx, person.id)?),
            PersonType::Mentor => drop(mentors::store::lock(tx, person.id)?),
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
    let in_one_unit = |(id, name, unit, path): (Id, String, Id, String)| {
        let units = vec![(unit, path)];
        (id, Known { name, units })
    };
    let ids = ids_of(PersonType::Cadre);
    if !ids.is_empty() {
        let rows = cadres::store::names_and_units(conn, &ids)?.into_iter();
        found.extend(rows.map(|row| {
            let (id, known) = in_one_unit(row);
            (Person::cadre(id), known)
        }));
    }
    let ids = ids_of(PersonType::Mentor);
    if !ids.is_empty() {
        let rows = mentors::store::names_and_units(conn, &ids)?.into_iter();
        found.extend(rows.map(|row| {
            let (id, known) = in_one_unit(row);
            (Person::mentor(id), known)
        }));
    }
    let ids = ids_of(PersonType::User);
    if !ids.is_empty() {
        find_users(conn, &ids, &mut found)?;
    }
    Ok(found)
}

/// A user belongs to the units of their grants.
fn find_users(conn: &mut DbConn, ids: &[Id], found: &mut HashMap<Person, Known>) -> Result<()> {
    let named = links_store::names(conn, ids)?.into_iter();
    found.extend(named.map(|(id, name)| {
        let units = Vec::new();
        (Person::user(id), Known { name, units })
    }));
    for (user, unit, path) in links_store::units_of(conn, ids)? {
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
    let by = match record.kind {
        PersonType::User => LinkedBy::User(record.id),
        PersonType::Mentor => LinkedBy::Mentor(record.id),
        PersonType::Cadre => LinkedBy::Cadre(record.id),
    };
    let link = links_store::find_link(conn, by)?;
    Ok(link
        .map_or_else(Records::default, linked_by)
        .and(Some(record)))
}

/// The records of every person who has a record of this id, of whatever kind.
///
/// # Errors
/// When the database refuses.
pub fn records_named(conn: &mut DbConn, id: Id) -> Result<Records> {
    let named = [Person::cadre(id), Person::mentor(id), Person::user(id)];
    let linked = links_store::links_naming(conn, id)?.into_iter();
    let linked: Vec<Person> = linked
        .flat_map(|link| linked_by(link).iter().collect::<Vec<_>>())
        .collect();
    Ok(Records::new(named.into_iter().chain(linked).map(Some)))
}

/// The records of every account that links a mentor with a cadre, and of the accounts named.
///
/// # Errors
/// When the database refuses.
pub fn linked(conn: &mut DbConn, accounts: &[Id]) -> Result<Vec<Records>> {
    let links = links_store::links_of_both(conn, accounts)?;
    Ok(links.into_iter().map(linked_by).collect())
}

fn linked_by(link: Link) -> Records {
    Records::new([
        Some(Person::user(link.user_id)),
        link.mentor_id.map(Person::mentor),
        link.cadre_id.map(Person::cadre),
    ])
}
