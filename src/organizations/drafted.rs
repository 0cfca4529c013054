//! The tree of units as rows of a list would leave it, while nothing of them is stored.

use std::collections::HashMap;

use super::lookup::UnitLookup;
use super::model::{Located, Organization, OrganizationKind};
use super::reference::Naming;
use super::store;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};

/// Units that rows would make or change: as little of them as later rows ask for, since there may be as many as rows.
#[derive(Default)]
pub struct DraftedOrganizations {
    units: HashMap<Id, Drafted>,
    /// Who has a code; nobody any more where a unit would give it up.
    codes: HashMap<Box<str>, Option<Id>>,
    /// By the unit above: those that came under it.
    below: HashMap<Id, Vec<Id>>,
    /// By the stored path: those that would lie elsewhere.
    moved: HashMap<Box<str>, Id>,
}

struct Drafted {
    kind: OrganizationKind,
    parent_id: Option<Id>,
    is_stored: bool,
}

impl DraftedOrganizations {
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
    before: Option<&'a DraftedOrganizations>,
    /// What rows of this part drafted.
    drafted: DraftedOrganizations,
    /// Units that are stored.
    stored: HashMap<Id, Organization>,
    stored_codes: HashMap<String, Id>,
}

impl<'a> ListedTree<'a> {
    /// The tree for some rows, with the units that they are about or name, looked up at once.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn load(
        conn: &mut DbConn,
        before: Option<&'a DraftedOrganizations>,
        ids: &[Id],
        codes: &[&str],
    ) -> Result<Self> {
        let mut units = store::find_many(conn, ids)?;
        units.extend(store::find_many_by_code(conn, codes)?);
        let codes = units.iter().map(|unit| (unit.code.clone(), unit.id));
        Ok(Self {
            before,
            drafted: DraftedOrganizations::default(),
            stored_codes: codes.collect(),
            stored: units.into_iter().map(|unit| (unit.id, unit)).collect(),
        })
    }

    /// Notes a unit as a row would leave it; of each unit, one row.
    pub fn note(&mut self, unit: &Organization) {
        let former = self.stored.get(&unit.id);
        if let Some(former) = former {
            if former.code != unit.code {
                self.drafted.codes.insert(former.code.as_str().into(), None);
            }
            if former.parent_id != unit.parent_id {
                self.drafted
                    .moved
                    .insert(former.path.as_str().into(), unit.id);
            }
        }
        self.drafted
            .codes
            .insert(unit.code.as_str().into(), Some(unit.id));
        if let Some(parent) = unit.parent_id {
            self.drafted.below.entry(parent).or_default().push(unit.id);
        }
        let drafted = Drafted {
            kind: unit.kind,
            parent_id: unit.parent_id,
            is_stored: former.is_some(),
        };
        self.drafted.units.insert(unit.id, drafted);
    }

    /// What the rows drafted.
    pub fn into_drafted(self) -> DraftedOrganizations {
        self.drafted
    }

    /// The id of the unit that has a code, among those that were looked up or drafted.
    pub fn id_of_code(&self, code: &str) -> Option<Id> {
        match self.layers().find_map(|layer| layer.codes.get(code)) {
            Some(holder) => *holder,
            None => self.stored_codes.get(code).copied(),
        }
    }

    /// A unit among those that were looked up, as it is stored.
    pub fn stored(&self, id: Id) -> Option<&Organization> {
        self.stored.get(&id)
    }

    /// A unit that no row was about yet, where it would lie.
    ///
    /// # Errors
    /// `NotFound`, or when the database refuses.
    pub fn find(&self, conn: &mut DbConn, id: Id) -> Result<Organization> {
        let mut unit = self.stored.get(&id).cloned().ok_or(Error::NotFound)?;
        unit.path = self.place(conn, unit.path)?;
        Ok(unit)
    }

    /// What was drafted, the latest first.
    fn layers(&self) -> impl Iterator<Item = &DraftedOrganizations> {
        std::iter::once(&self.drafted).chain(self.before)
    }

    fn drafted(&self, id: Id) -> Option<&Drafted> {
        self.layers().find_map(|layer| layer.units.get(&id))
    }

    /// Where a unit would lie that no row is about: where it is stored, or with the nearest unit above that would move.
    fn place(&self, conn: &mut DbConn, stored: String) -> Result<String> {
        let ends: Vec<usize> = stored.match_indices('/').map(|(end, _)| end + 1).collect();
        for end in ends.into_iter().rev() {
            let (above, rest) = stored.split_at(end);
            let Some(id) = self.layers().find_map(|layer| layer.moved.get(above)) else {
                continue;
            };
            if let Some(moved) = self.locate(conn, *id)? {
                return Ok(format!("{}{rest}", moved.path));
            }
        }
        Ok(stored)
    }
}

impl UnitLookup for ListedTree<'_> {
    fn parent(
        &self,
        conn: &mut DbConn,
        context: &Context,
        naming: Naming<'_>,
        errors: &mut FieldErrors,
    ) -> Result<Option<Located>> {
        let id = naming.code.and_then(|code| self.id_of_code(code));
        let is_active = |id: &Id| {
            self.drafted(*id).is_some() || self.stored.get(id).is_some_and(Organization::is_active)
        };
        let found = match id.filter(is_active) {
            Some(id) => self.locate(conn, id)?,
            None => None,
        };
        let usable = found.filter(|unit| context.reach.covers(&unit.path));
        if usable.is_none() {
            errors.push(naming.pointer("parent"), Fault::new("reference-unknown"));
        }
        Ok(usable)
    }

    fn locate(&self, conn: &mut DbConn, id: Id) -> Result<Option<Located>> {
        if let Some(drafted) = self.drafted(id) {
            let parent = match drafted.parent_id {
                Some(parent) => self.locate(conn, parent)?,
                None => None,
            };
            return Ok(Some(Located {
                id,
                kind: drafted.kind,
                parent_id: drafted.parent_id,
                path: Located::path_under(parent.as_ref(), id),
            }));
        }
        let stored = match self.stored.get(&id) {
            Some(unit) => Some(unit.clone()),
            None => store::find(conn, id)?,
        };
        let Some(mut located) = stored.map(Located::from) else {
            return Ok(None);
        };
        located.path = self.place(conn, located.path)?;
        Ok(Some(located))
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
            if child.parent_id == Some(id) {
                kinds.push(child.kind);
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        Ok(kinds)
    }

    fn above(&self, conn: &mut DbConn, unit: &Organization) -> Result<Vec<Located>> {
        let mut line = Vec::new();
        let mut next = unit.parent_id;
        while let Some(id) = next {
            let Some(above) = self.locate(conn, id)? else {
                break;
            };
            next = above.parent_id;
            line.push(above);
        }
        Ok(line)
    }
}
