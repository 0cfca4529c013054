//! The tree of units as rows of a list would leave it, while nothing of them is stored.

use std::collections::HashMap;

use super::lookup::UnitLookup;
use super::model::{Organization, OrganizationKind};
use super::reference::Naming;
use super::store;
use crate::access::Context;
use crate::db::{DbConn, Id};
use crate::error::{Fault, FieldErrors, Result};

/// Units that rows would make or change.
#[derive(Default)]
pub struct DraftedUnits {
    units: HashMap<Id, Drafted>,
    /// Who has a code; nobody any more where a unit would give it up.
    codes: HashMap<String, Option<Id>>,
    /// By the unit above: those that came under it.
    below: HashMap<Id, Vec<Id>>,
    /// By the stored path: those that would lie elsewhere.
    moved: HashMap<String, Id>,
}

struct Drafted {
    unit: Organization,
    is_stored: bool,
}

impl DraftedUnits {
    /// Adds what later rows drafted.
    pub fn extend(&mut self, later: Self) {
        self.units.extend(later.units);
        self.codes.extend(later.codes);
        self.moved.extend(later.moved);
        for (id, below) in later.below {
            self.below.entry(id).or_default().extend(below);
        }
    }
}

/// The stored tree, and over it what rows would make of it. It is the same whether rows are looked at in one go or in parts.
pub struct ListedTree<'a> {
    /// What rows of the parts before drafted.
    before: Option<&'a DraftedUnits>,
    /// What rows of this part drafted.
    drafted: DraftedUnits,
    /// Units that are stored.
    stored: HashMap<Id, Organization>,
    stored_codes: HashMap<String, Option<Id>>,
}

impl<'a> ListedTree<'a> {
    /// The tree for some rows, with the units that they are about or name, looked up at once.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn load(
        conn: &mut DbConn,
        before: Option<&'a DraftedUnits>,
        ids: &[Id],
        codes: &[&str],
    ) -> Result<Self> {
        let mut units = store::find_many(conn, ids)?;
        units.extend(store::find_many_by_code(conn, codes)?);
        let parents: Vec<Id> = units.iter().filter_map(|unit| unit.parent_id).collect();
        units.extend(store::find_many(conn, &parents)?);
        let mut stored_codes: HashMap<String, Option<Id>> = codes
            .iter()
            .map(|code| ((*code).to_owned(), None))
            .collect();
        for unit in &units {
            stored_codes.insert(unit.code.clone(), Some(unit.id));
        }
        Ok(Self {
            before,
            drafted: DraftedUnits::default(),
            stored: units.into_iter().map(|unit| (unit.id, unit)).collect(),
            stored_codes,
        })
    }

    /// Notes a unit as a row would leave it.
    pub fn note(&mut self, mut unit: Organization) {
        let former = self.raw(unit.id).map(|(former, _)| former.clone());
        if let Some(former) = &former {
            if former.code != unit.code {
                self.drafted.codes.insert(former.code.clone(), None);
            }
            if former.parent_id != unit.parent_id {
                self.drafted.moved.insert(former.path.clone(), unit.id);
            }
            // Its place is reckoned from the unit above it, which may move in its turn.
            unit.path.clone_from(&former.path);
        }
        self.drafted.codes.insert(unit.code.clone(), Some(unit.id));
        if let Some(parent) = unit.parent_id {
            self.drafted.below.entry(parent).or_default().push(unit.id);
        }
        let is_stored = former.is_some();
        let drafted = Drafted { unit, is_stored };
        self.drafted.units.insert(drafted.unit.id, drafted);
    }

    /// What the rows drafted.
    pub fn into_drafted(self) -> DraftedUnits {
        self.drafted
    }

    /// The id of the unit that has a code, among those that were looked up or drafted.
    pub fn id_of_code(&self, code: &str) -> Option<Id> {
        self.layers()
            .find_map(|layer| layer.codes.get(code))
            .or_else(|| self.stored_codes.get(code))
            .copied()
            .flatten()
    }

    /// A unit among those that were looked up or drafted, with the path that is stored.
    pub fn get(&self, id: Id) -> Option<&Organization> {
        self.raw(id).map(|(unit, _)| unit)
    }

    /// What was drafted, the latest first.
    fn layers(&self) -> impl Iterator<Item = &DraftedUnits> {
        std::iter::once(&self.drafted).chain(self.before)
    }

    fn drafted(&self, id: Id) -> Option<&Drafted> {
        self.layers().find_map(|layer| layer.units.get(&id))
    }

    /// A unit, and whether it is drafted.
    fn raw(&self, id: Id) -> Option<(&Organization, bool)> {
        match self.drafted(id) {
            Some(drafted) => Some((&drafted.unit, true)),
            None => Some((self.stored.get(&id)?, false)),
        }
    }

    /// Where a unit would lie: below its parent where it is drafted, else where it is stored, below the nearest unit that
    /// would move.
    fn place(&self, conn: &mut DbConn, unit: &Organization, is_drafted: bool) -> Result<String> {
        if is_drafted {
            let parent = match unit.parent_id {
                Some(id) => self.find(conn, id)?,
                None => None,
            };
            return Ok(Organization::path_under(parent.as_ref(), unit.id));
        }
        let ends: Vec<usize> = unit
            .path
            .match_indices('/')
            .map(|(end, _)| end + 1)
            .collect();
        for end in ends.into_iter().rev() {
            let (above, rest) = unit.path.split_at(end);
            let Some(id) = self.layers().find_map(|layer| layer.moved.get(above)) else {
                continue;
            };
            if let Some(moved) = self.find(conn, *id)? {
                return Ok(format!("{}{rest}", moved.path));
            }
        }
        Ok(unit.path.clone())
    }
}

impl UnitLookup for ListedTree<'_> {
    fn parent(
        &self,
        conn: &mut DbConn,
        context: &Context,
        naming: Naming<'_>,
        errors: &mut FieldErrors,
    ) -> Result<Option<Organization>> {
        let found = match naming.code {
            Some(code) => self.find_by_code(conn, code)?,
            None => None,
        };
        let usable = found.filter(|unit| unit.is_active() && context.reach.covers(&unit.path));
        if usable.is_none() {
            errors.push(naming.pointer("parent"), Fault::new("reference-unknown"));
        }
        Ok(usable)
    }

    fn find(&self, conn: &mut DbConn, id: Id) -> Result<Option<Organization>> {
        let (mut unit, is_drafted) = match self.raw(id) {
            Some((unit, is_drafted)) => (unit.clone(), is_drafted),
            None => match store::find(conn, id)? {
                Some(unit) => (unit, false),
                None => return Ok(None),
            },
        };
        unit.path = self.place(conn, &unit, is_drafted)?;
        Ok(Some(unit))
    }

    fn find_by_code(&self, conn: &mut DbConn, code: &str) -> Result<Option<Organization>> {
        match self.id_of_code(code) {
            Some(id) => self.find(conn, id),
            None => Ok(None),
        }
    }

    fn kinds_under(&self, conn: &mut DbConn, id: Id) -> Result<Vec<OrganizationKind>> {
        let mut kinds = Vec::new();
        if self.drafted(id).is_none_or(|drafted| drafted.is_stored) {
            for (child, kind) in store::children_with_kinds(conn, id)? {
                if self.drafted(child).is_none() {
                    kinds.push(kind);
                }
            }
        }
        let below = self.layers().filter_map(|layer| layer.below.get(&id));
        for child in below.flatten().filter_map(|child| self.drafted(*child)) {
            if child.unit.parent_id == Some(id) {
                kinds.push(child.unit.kind);
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        Ok(kinds)
    }

    fn above(&self, conn: &mut DbConn, unit: &Organization) -> Result<Vec<Organization>> {
        let mut line = Vec::new();
        let mut next = unit.parent_id;
        while let Some(id) = next {
            let Some(above) = self.find(conn, id)? else {
                break;
            };
            next = above.parent_id;
            line.push(above);
        }
        Ok(line)
    }
}
