//! Whether two persons must keep out of each other's affairs (R17, R18).

use super::model::Person;
use super::{person, store};
use crate::codes::{KinshipCode, avoidance_class};
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::rules::{self, Words};
use crate::values::Date;

/// Whether a declared kinship bars two persons from being mentor and cadre of one pair, by the rule of a day (R17).
///
/// # Errors
/// When the database refuses.
pub fn blocks(conn: &mut DbConn, a: Person, b: Person, on: Date) -> Result<bool> {
    bars(conn, a, b, Words::PairAvoidanceClasses, on)
}

/// Whether a declared kinship of one of the avoidance classes that `classes` names on a day stands between two persons,
/// in either direction.
///
/// # Errors
/// When the database refuses.
pub fn bars(conn: &mut DbConn, a: Person, b: Person, classes: Words, on: Date) -> Result<bool> {
    let records = person::records(conn, a.id)?;
    bars_records(conn, &records, b, classes, on)
}

/// As [`bars`], where the records of one person are known already. Few have declared kin, so it mostly takes one statement.
///
/// # Errors
/// When the database refuses.
pub fn bars_records(
    conn: &mut DbConn,
    records: &[Id],
    other: Person,
    classes: Words,
    on: Date,
) -> Result<bool> {
    let barring = rules::table().words_in_force(classes, on);
    let is_barring = |relation: &KinshipCode| {
        let class = avoidance_class(relation.as_str());
        class.is_some_and(|class| {
            barring.is_some_and(|classes| classes.iter().any(|word| word == class.as_str()))
        })
    };
    let mut kin = store::kin_of(conn, records)?;
    kin.retain(|(_, relation)| is_barring(relation));
    if kin.is_empty() {
        return Ok(false);
    }
    let others = person::records(conn, other.id)?;
    Ok(kin.iter().any(|(id, _)| others.contains(id)))
}

/// Whether two records are one person.
///
/// # Errors
/// When the database refuses.
pub fn same_person(conn: &mut DbConn, a: Person, b: Person) -> Result<bool> {
    Ok(person::records(conn, a.id)?.contains(&b.id))
}
