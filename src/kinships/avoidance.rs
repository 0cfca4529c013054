//! Whether two persons must keep out of each other's affairs (R17, R18).

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Person, PersonType};
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
    let mut kin = store::kin_of(conn, records)?;
    kin.retain(|(_, relation)| is_barring(relation, classes, on));
    if kin.is_empty() {
        return Ok(false);
    }
    let others = person::records(conn, other.id)?;
    Ok(kin.iter().any(|(id, _)| others.contains(id)))
}

/// Whether a relation is of one of the avoidance classes that `classes` names on a day.
fn is_barring(relation: &KinshipCode, classes: Words, on: Date) -> bool {
    let barring = rules::table().words_in_force(classes, on);
    let class = avoidance_class(relation.as_str());
    class.is_some_and(|class| {
        barring.is_some_and(|classes| classes.iter().any(|word| word == class.as_str()))
    })
}

/// Every two records that must not be mentor and cadre of one pair by the rule of a day (R17), in both directions: of declared
/// kin, and of one person. The same answer as [`blocks`] and [`same_person`] give for two, for a whole city at once.
///
/// # Errors
/// When the database refuses.
pub fn barred_pairs(conn: &mut DbConn, on: Date) -> Result<BTreeSet<(Id, Id)>> {
    let mut declared = store::all(conn)?;
    declared.retain(|kinship| is_barring(&kinship.relation, Words::PairAvoidanceClasses, on));
    let users: Vec<Id> = declared
        .iter()
        .flat_map(super::model::Kinship::persons)
        .filter(|person| person.kind == PersonType::User)
        .map(|person| person.id)
        .collect();
    let mut same: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    let mut barred = BTreeSet::new();
    for records in person::linked(conn, &users)? {
        for record in &records {
            same.insert(*record, records.clone());
            let others = records.iter().filter(|other| *other != record);
            barred.extend(others.map(|other| (*record, *other)));
        }
    }
    let of = |id: Id| same.get(&id).cloned().unwrap_or_else(|| vec![id]);
    for kinship in declared {
        for a in of(kinship.person_a_id) {
            for b in of(kinship.person_b_id) {
                barred.extend([(a, b), (b, a)]);
            }
        }
    }
    Ok(barred)
}

/// Whether two records are one person.
///
/// # Errors
/// When the database refuses.
pub fn same_person(conn: &mut DbConn, a: Person, b: Person) -> Result<bool> {
    Ok(person::records(conn, a.id)?.contains(&b.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::with;

    #[test]
    fn every_key_of_the_rule_table_that_is_used_here_changes_what_happens() {
        let on = Date::parse("2023-07-24").unwrap();
        let codes = &crate::codes::table(KinshipCode::TABLE).unwrap().items;
        let is_spouse =
            |code: &str| avoidance_class(code).is_some_and(|class| class.as_str() == "SPOUSE");
        let spouse = codes.iter().find(|item| is_spouse(&item.code)).unwrap();
        let spouse = KinshipCode::parse(&spouse.code).unwrap();
        let pair = || is_barring(&spouse, Words::PairAvoidanceClasses, on);
        let evaluation = || is_barring(&spouse, Words::EvaluationAvoidanceClasses, on);
        assert!(pair() && evaluation());
        assert!(!with(("R17", "avoidance_classes"), "LINEAL", pair));
        assert!(with(("R17", "avoidance_classes"), "LINEAL", evaluation));
        assert!(!with(("R18", "avoidance_classes"), "LINEAL", evaluation));
    }
}
