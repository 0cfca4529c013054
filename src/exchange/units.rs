//! The units that a file may name.

use std::collections::HashMap;

use super::intake::Effect;
use crate::access::Reach;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::organizations::{self, Organization};
use crate::tabular::{OrganizationEntry, OrganizationNames};

/// How deep a tree of units may be; a guard against a circle in what was loaded.
const DEPTH: usize = 64;

/// All units, as they were when a file was read.
pub struct Units {
    by_id: HashMap<Id, Organization>,
    former: Vec<(Id, String, String)>,
}

impl Units {
    /// Loads them.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn load(conn: &mut DbConn) -> Result<Self> {
        let all = organizations::store::all(conn)?;
        let former = organizations::store::all_former_names(conn)?;
        Ok(Self {
            by_id: all.into_iter().map(|unit| (unit.id, unit)).collect(),
            former: former
                .into_iter()
                .map(|name| (name.organization_id, name.code, name.name))
                .collect(),
        })
    }

    /// A unit.
    pub fn get(&self, id: Id) -> Option<&Organization> {
        self.by_id.get(&id)
    }

    /// What a caller may call the units of their reach.
    pub fn names(&self, reach: &Reach) -> OrganizationNames<Id> {
        let units: Vec<&Organization> = self.by_id.values().collect();
        unit_names(&units, self.former.iter().cloned(), |unit| {
            reach.covers(&unit.path)
        })
    }

    /// Those of the units that still may be named; when rows are to be written, nobody can move, merge or remove them before
    /// the transaction ends.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn now(
        &self,
        tx: &mut DbConn,
        context: &Context,
        ids: impl Iterator<Item = Id>,
        effect: Effect,
    ) -> Result<HashMap<Id, Organization>> {
        let mut units = HashMap::new();
        for id in ids {
            if units.contains_key(&id) {
                continue;
            }
            let unit = if effect == Effect::Look {
                self.get(id).cloned()
            } else {
                organizations::store::find_shared(tx, id)?
            };
            units.insert(id, unit);
        }
        let usable = |unit: &Organization| unit.is_active() && context.reach.covers(&unit.path);
        Ok(units
            .into_iter()
            .filter_map(|(id, unit)| Some((id, unit.filter(usable)?)))
            .collect())
    }
}

/// The active units among `units` that may be named, by all they are and were called. A merged unit's name and code lead to
/// its successor. `units` are all units, as names of those above are left out in files; `former` are id, code and name that a
/// unit had.
pub fn unit_names(
    units: &[&Organization],
    former: impl IntoIterator<Item = (Id, String, String)>,
    may_be_named: impl Fn(&Organization) -> bool,
) -> OrganizationNames<Id> {
    let by_id: HashMap<Id, &Organization> = units.iter().map(|unit| (unit.id, *unit)).collect();
    let mut entries: HashMap<Id, OrganizationEntry<Id>> = units
        .iter()
        .filter(|unit| unit.is_active() && may_be_named(unit))
        .map(|unit| (unit.id, entry(unit, &by_id)))
        .collect();
    let merged = units.iter().filter(|unit| !unit.is_active());
    let of_merged = merged.map(|unit| (unit.id, unit.code.clone(), unit.name.clone()));
    for (id, code, name) in former.into_iter().chain(of_merged) {
        if let Some(entry) = entries.get_mut(&present(id, &by_id)) {
            entry.former_codes.push(code);
            entry.former_names.push(name);
        }
    }
    OrganizationNames::new(entries.into_values())
}

fn entry(unit: &Organization, by_id: &HashMap<Id, &Organization>) -> OrganizationEntry<Id> {
    let above = |unit: &&Organization| unit.parent_id.and_then(|id| by_id.get(&id).copied());
    let mut ancestors: Vec<String> = std::iter::successors(above(&unit), above)
        .take(DEPTH)
        .map(|unit| unit.name.clone())
        .collect();
    ancestors.reverse();
    OrganizationEntry {
        id: unit.id,
        code: unit.code.clone(),
        former_codes: Vec::new(),
        name: unit.name.clone(),
        short_name: unit.short_name.clone(),
        former_names: Vec::new(),
        ancestors,
    }
}

/// The unit that a unit was merged into, and so on; itself where it was not.
fn present(id: Id, by_id: &HashMap<Id, &Organization>) -> Id {
    let next = |id: &Id| by_id.get(id).and_then(|unit| unit.successor_id);
    std::iter::successors(Some(id), next)
        .take(DEPTH)
        .last()
        .unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::NameMatch::{None as Nothing, One};
    use crate::db::UtcTimestamp;
    use crate::organizations::{OrganizationKind, OrganizationStatus};

    fn id(n: u128) -> Id {
        Id(uuid::Uuid::from_u128(n))
    }

    fn unit(n: u128, name: &str, parent: Option<u128>) -> Organization {
        Organization {
            id: id(n),
            version: 1,
            created_at: UtcTimestamp(0),
            updated_at: UtcTimestamp(0),
            created_by: None,
            code: format!("U-{n}"),
            name: name.to_owned(),
            short_name: None,
            kind: OrganizationKind::Township,
            parent_id: parent.map(id),
            path: String::new(),
            division_code: None,
            remote: false,
            status: OrganizationStatus::Active,
            valid_from: None,
            valid_to: None,
            successor_id: None,
            external_ids: "{}".to_owned(),
        }
    }

    fn city() -> Vec<Organization> {
        vec![
            unit(1, "巴中市", None),
            unit(2, "恩阳区", Some(1)),
            unit(3, "恩阳区渔溪镇", Some(2)),
            Organization {
                status: OrganizationStatus::Dissolved,
                successor_id: Some(id(3)),
                ..unit(4, "恩阳区三星乡", Some(2))
            },
        ]
    }

    #[test]
    fn a_unit_is_found_by_all_it_is_and_was_called() {
        let former = [
            (id(3), "OLD-3".to_owned(), "渔溪区公所".to_owned()),
            (id(4), "OLD-4".to_owned(), "三星公社".to_owned()),
        ];
        let city = city();
        let names = unit_names(&city.iter().collect::<Vec<_>>(), former, |_| true);
        for name in [
            "恩阳区渔溪镇",
            "巴中市恩阳区渔溪镇",
            "渔溪镇",
            "渔溪区公所",
            "恩阳区三星乡",
            "三星公社",
        ] {
            assert_eq!(names.find(name), One(id(3)), "{name}");
        }
        for code in ["U-3", "OLD-3", "U-4", "OLD-4"] {
            assert_eq!(names.find_code(code), One(id(3)), "{code}");
        }
    }

    #[test]
    fn a_unit_out_of_reach_is_not_found_but_its_name_is_left_out() {
        let city = city();
        let names = unit_names(&city.iter().collect::<Vec<_>>(), [], |unit| {
            unit.id == id(3)
        });
        assert_eq!(names.find("恩阳区"), Nothing);
        assert_eq!(names.find("渔溪镇"), One(id(3)));
    }

    #[test]
    fn a_circle_ends() {
        let mut units = city();
        units[0].parent_id = Some(id(2));
        units[3].successor_id = Some(id(4));
        unit_names(&units.iter().collect::<Vec<_>>(), [], |_| true);
    }
}
