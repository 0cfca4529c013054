//! Whether two persons must keep out of each other's affairs (R17, R18).

use std::collections::{BTreeSet, HashMap};

use super::model::{Person, PersonType};
use super::records::Records;
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
    let records = person::records(conn, a)?;
    bars_records(conn, &records, b, classes, on)
}

/// As [`bars`], where the records of one person are known already. Few have declared kin, so it mostly takes one statement.
///
/// # Errors
/// When the database refuses.
pub fn bars_records(
    conn: &mut DbConn,
    records: &Records,
    other: Person,
    classes: Words,
    on: Date,
) -> Result<bool> {
    let mut kin = store::kin_of(conn, records)?;
    kin.retain(|(_, relation)| is_barring(relation, classes, on));
    if kin.is_empty() {
        return Ok(false);
    }
    let others = person::records(conn, other)?;
    Ok(kin.iter().any(|(person, _)| others.contains(*person)))
}

/// Whether a relation is of one of the avoidance classes that `classes` names on a day.
fn is_barring(relation: &KinshipCode, classes: Words, on: Date) -> bool {
    let barring = rules::table().words_in_force(classes, on);
    let class = avoidance_class(relation.as_str());
    class.is_some_and(|class| {
        barring.is_some_and(|classes| classes.iter().any(|word| word == class.as_str()))
    })
}

/// Every cadre and mentor who must not be of one pair by the rule of a day (R17), the cadre first: declared kin, and one person. The
/// same answer as [`blocks`] and [`same_person`] give for two, for a whole city at once.
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
    let linked = person::linked(conn, &users)?;
    let mut same: HashMap<Person, &Records> = HashMap::new();
    let mut barred = BTreeSet::new();
    for records in &linked {
        same.extend(records.iter().map(|record| (record, records)));
        bar(&mut barred, records, records);
    }
    let of = |record: Person| {
        same.get(&record)
            .copied()
            .cloned()
            .unwrap_or_default()
            .and(Some(record))
    };
    for kinship in declared {
        let [a, b] = kinship.persons().map(of);
        bar(&mut barred, &a, &b);
        bar(&mut barred, &b, &a);
    }
    Ok(barred)
}

/// Bars each cadre of one person from each mentor of another.
fn bar(barred: &mut BTreeSet<(Id, Id)>, one: &Records, other: &Records) {
    let ids = |records: &Records, kind| -> Vec<Id> {
        let of_kind = records.iter().filter(|record| record.kind == kind);
        of_kind.map(|record| record.id).collect()
    };
    for cadre in ids(one, PersonType::Cadre) {
        let mentors = ids(other, PersonType::Mentor);
        barred.extend(mentors.into_iter().map(|mentor| (cadre, mentor)));
    }
}

/// Whether two records are one person.
///
/// # Errors
/// When the database refuses.
pub fn same_person(conn: &mut DbConn, a: Person, b: Person) -> Result<bool> {
    Ok(person::records(conn, a)?.contains(b))
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
