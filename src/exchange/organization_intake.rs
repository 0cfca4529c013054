//! What a row about a unit means for the tree of units.
//!
//! A row is of the unit that has its external id, which is its code where none is given, else of the unit with its code.

use std::collections::{HashMap, HashSet};

use super::cells::CellFinding;
use super::intake::{Effect, Intake, Memory};
use super::organization_rows::{self, FIELDS, OrganizationRow};
use super::report::{DecidedRow, RowStatus};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, Result};
use crate::external_ids::{self, ExternalId, ExternalIdChanges, ExternalIds, Kind, Source};
use crate::http::Patch;
use crate::organizations::{
    self, DraftedOrganizations, ListedTree, Organization, OrganizationChange, OrganizationCode,
    OrganizationInput,
};
use crate::tabular::{Columns, Sheet};

/// A list of units.
pub struct OrganizationIntake {
    columns: Columns,
    source: Option<Source>,
}

impl Intake for OrganizationIntake {
    type Row = OrganizationRow;

    type Memory = OrganizationMemory;

    fn read(
        _: &mut DbConn,
        _: &Context,
        sheet: &Sheet,
        source: Option<Source>,
    ) -> Result<(Self, Vec<Self::Row>)> {
        let columns = Columns::resolve(&sheet.headings, FIELDS);
        let rows = organization_rows::read(&sheet.rows, &columns);
        Ok((Self { columns, source }, rows))
    }

    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn decide(
        &self,
        tx: &mut DbConn,
        context: &Context,
        rows: &[Self::Row],
        effect: Effect,
        before: &OrganizationMemory,
    ) -> Result<(Vec<DecidedRow>, OrganizationMemory)> {
        let looks = effect == Effect::Look;
        if !looks {
            organizations::store::lock_tree(tx)?;
        }
        let ids: Vec<ExternalId> = rows.iter().filter_map(external_id).collect();
        let ids: Vec<&ExternalId> = ids.iter().collect();
        let source = self.source.as_ref();
        let by_external_id = external_ids::find_many(tx, Kind::Organization, source, &ids)?;
        let units: Vec<Id> = by_external_id.values().copied().collect();
        let codes = rows.iter().flat_map(|row| [&row.code, &row.parent_code]);
        let codes: HashSet<&str> = codes.flatten().map(OrganizationCode::as_str).collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        let drafted = looks.then_some(&before.drafted);
        let mut decider = Decider {
            intake: self,
            context,
            by_external_id,
            tree: ListedTree::load(tx, drafted, &units, &codes)?,
            before,
            looks,
            left: OrganizationMemory::default(),
            changes: Vec::new(),
        };
        let decided: Result<Vec<DecidedRow>> =
            rows.iter().map(|row| decider.decide(tx, row)).collect();
        let decided = decided?;
        let mut left = decider.left;
        if looks {
            left.drafted = decider.tree.into_drafted();
        }
        if effect.writes(decided.iter().map(|row| row.status)) {
            organizations::write_listed(tx, context, decider.changes)?;
        }
        Ok((decided, left))
    }
}

/// A unit's id in the sending system; its code where none is given.
fn external_id(row: &OrganizationRow) -> Option<ExternalId> {
    let code = row.code.as_ref().map(OrganizationCode::as_str);
    row.external_id
        .clone()
        .or_else(|| ExternalId::parse(code?).ok())
}

struct Decider<'a> {
    intake: &'a OrganizationIntake,
    context: &'a Context,
    by_external_id: HashMap<ExternalId, Id>,
    tree: ListedTree<'a>,
    before: &'a OrganizationMemory,
    looks: bool,
    left: OrganizationMemory,
    changes: Vec<OrganizationChange>,
}

/// What rows of a list must know of those before them.
#[derive(Default)]
pub struct OrganizationMemory {
    /// Units that rows were about.
    met: HashSet<Id>,
    /// External ids of rows.
    external_ids: HashSet<ExternalId>,
    /// External ids of units to which rows gave others.
    former_ids: HashMap<ExternalId, Id>,
    /// Units as rows would leave them, as none of that is stored.
    drafted: DraftedOrganizations,
}

impl Memory for OrganizationMemory {
    fn extend(&mut self, later: Self) {
        self.met.extend(later.met);
        self.external_ids.extend(later.external_ids);
        self.former_ids.extend(later.former_ids);
        self.drafted.extend(later.drafted);
    }
}

impl Decider<'_> {
    fn decide(&mut self, tx: &mut DbConn, row: &OrganizationRow) -> Result<DecidedRow> {
        let mut decided = DecidedRow {
            number: row.number,
            status: RowStatus::Failed,
            id: None,
            findings: row.findings.clone(),
            guess: None,
        };
        decided.id = self.known(row);
        let unit = decided.id.and_then(|id| self.tree.stored(id)).cloned();
        if let Some(unit) = &unit
            && self.is_merged(row, unit)?
        {
            let fault = Fault::new("organization-merged");
            let finding = CellFinding::warning(&self.intake.columns, "code", fault);
            decided.findings.push(finding);
            if !decided.findings.iter().any(CellFinding::is_error) {
                decided.status = RowStatus::Unchanged;
            }
            // A row about the successor may come before or after it.
            return Ok(decided);
        }
        if self.is_repeated(row, decided.id) {
            self.find_repetition(row, &mut decided);
            return Ok(decided);
        }
        match unit {
            Some(unit) => self.amend(tx, row, &unit, &mut decided)?,
            None => self.establish(tx, row, &mut decided)?,
        }
        if decided.status != RowStatus::Failed {
            self.remember(row, decided.id);
        }
        Ok(decided)
    }

    /// Notes that a row before was about the same, unless that was found when the file was read.
    fn find_repetition(&self, row: &OrganizationRow, decided: &mut DecidedRow) {
        let is_told = |finding: &CellFinding| finding.fault.code == "not-unique";
        if decided.findings.iter().any(is_told) {
            return;
        }
        let column = match row.external_id {
            Some(_) => "externalId",
            None => "code",
        };
        let fault = Fault::new("not-unique");
        let finding = CellFinding::error(&self.intake.columns, column, fault);
        decided.findings.push(finding);
    }

    /// The unit that a row is about.
    fn known(&self, row: &OrganizationRow) -> Option<Id> {
        let given = external_id(row).and_then(|id| self.holder(&id));
        let coded = |code: &OrganizationCode| self.tree.id_of_code(code.as_str());
        given.or_else(|| row.code.as_ref().and_then(coded))
    }

    /// The unit that had an external id before the file.
    fn holder(&self, id: &ExternalId) -> Option<Id> {
        let former = [&self.left.former_ids, &self.before.former_ids];
        self.by_external_id
            .get(id)
            .or_else(|| former.iter().find_map(|former| former.get(id)))
            .copied()
    }

    /// Whether a row before was about the same unit, or gave its external id to one.
    fn is_repeated(&self, row: &OrganizationRow, unit: Option<Id>) -> bool {
        let memories = [self.before, &self.left];
        let id = external_id(row).filter(|_| self.intake.source.is_some());
        memories.iter().any(|memory| {
            unit.is_some_and(|unit| memory.met.contains(&unit))
                || id
                    .as_ref()
                    .is_some_and(|id| memory.external_ids.contains(id))
        })
    }

    fn remember(&mut self, row: &OrganizationRow, unit: Option<Id>) {
        self.left.met.extend(unit);
        if self.intake.source.is_some() {
            self.left.external_ids.extend(external_id(row));
        }
    }

    /// Whether the row is of a unit that is no more: dissolved, or one whose id leads to its successor.
    fn is_merged(&self, row: &OrganizationRow, unit: &Organization) -> Result<bool> {
        let (Some(source), Some(id)) = (&self.intake.source, external_id(row)) else {
            return Ok(!unit.is_active());
        };
        let shown = ExternalIds::from_json(&unit.external_ids)?;
        let was_taken_over = self.holder(&id) == Some(unit.id)
            && shown.0.get(source).is_some_and(|shown| *shown != id);
        Ok(!unit.is_active() || was_taken_over)
    }

    fn establish(
        &mut self,
        tx: &mut DbConn,
        row: &OrganizationRow,
        decided: &mut DecidedRow,
    ) -> Result<()> {
        let columns = &self.intake.columns;
        let missing = ["code", "name", "kind"].into_iter().filter(|field| {
            let has_finding = decided
                .findings
                .iter()
                .any(|finding| *finding.column == *columns.heading(field));
            let is_read = match *field {
                "code" => row.code.is_some(),
                "name" => row.name.is_some(),
                _ => row.kind.is_some(),
            };
            !is_read && !has_finding
        });
        let missing: Vec<CellFinding> = missing
            .map(|field| CellFinding::error(columns, field, Fault::new("required")))
            .collect();
        decided.findings.extend(missing);
        let mut input = input(row);
        input.parent_code.clone_from(&row.parent_code);
        input.external_ids = self.ids(row);
        if decided.findings.iter().any(CellFinding::is_error) {
            return Ok(());
        }
        let outcome = self.prepare(tx, None, &input);
        self.note(outcome, decided)
    }

    fn amend(
        &mut self,
        tx: &mut DbConn,
        row: &OrganizationRow,
        unit: &Organization,
        decided: &mut DecidedRow,
    ) -> Result<()> {
        let mut input = input(row);
        let named = |code: &OrganizationCode| self.tree.id_of_code(code.as_str());
        let is_elsewhere = |code: &&OrganizationCode| {
            named(code).is_none_or(|parent| Some(parent) != unit.parent_id)
        };
        input.parent_code = row.parent_code.as_ref().filter(is_elsewhere).cloned();
        let shown = ExternalIds::from_json(&unit.external_ids)?;
        let source = self.intake.source.as_ref();
        let borne = source.and_then(|source| shown.0.get(source));
        if borne != external_id(row).as_ref() {
            input.external_ids = self.ids(row);
        }
        if decided.findings.iter().any(CellFinding::is_error) {
            return Ok(());
        }
        if !organizations::is_news(self.context, unit, &input) {
            decided.status = RowStatus::Unchanged;
            return Ok(());
        }
        let outcome = self.prepare(tx, Some(unit.id), &input);
        self.note(outcome, decided)?;
        if decided.status == RowStatus::Updated && input.external_ids.is_present() {
            let former = borne.map(|id| (id.clone(), unit.id));
            self.left.former_ids.extend(former);
        }
        Ok(())
    }

    fn prepare(
        &self,
        conn: &mut DbConn,
        id: Option<Id>,
        input: &OrganizationInput,
    ) -> Result<Option<OrganizationChange>> {
        OrganizationChange::prepare(conn, self.context, &self.tree, id, input)
    }

    /// Notes what a row comes to.
    fn note(
        &mut self,
        outcome: Result<Option<OrganizationChange>>,
        decided: &mut DecidedRow,
    ) -> Result<()> {
        let columns = &self.intake.columns;
        let (column, fault) = match outcome {
            Ok(change) => {
                decided.status = match (&change, decided.id) {
                    (Some(_), None) => RowStatus::Created,
                    (Some(_), Some(_)) => RowStatus::Updated,
                    (None, _) => RowStatus::Unchanged,
                };
                if let Some(change) = change {
                    decided.id = Some(change.unit().id);
                    self.tree.note(change.unit());
                    if !self.looks {
                        self.changes.push(change);
                    }
                }
                return Ok(());
            }
            Err(Error::Invalid(errors)) => {
                let mut found = CellFinding::of_members(columns, errors);
                for finding in &mut found {
                    if finding.fault.code == "reference-unknown" {
                        finding.fault = Fault::new("organization-unknown");
                    }
                }
                decided.findings.extend(found);
                return Ok(());
            }
            Err(Error::Forbidden(_) | Error::NotFound) => ("code", Fault::new("out-of-reach")),
            Err(Error::WidensGrants) => ("parentCode", Fault::new("grants-widened")),
            Err(Error::Merged(_)) => ("code", Fault::new("organization-merged")),
            Err(Error::Duplicate(key, _)) if key.is(organizations::CODE_KEY) => {
                ("code", Fault::new("not-unique"))
            }
            Err(error) => return Err(error),
        };
        decided
            .findings
            .push(CellFinding::error(columns, column, fault));
        Ok(())
    }

    fn ids(&self, row: &OrganizationRow) -> Patch<ExternalIdChanges> {
        match (&self.intake.source, external_id(row)) {
            (Some(source), Some(id)) => {
                Patch::Value(ExternalIdChanges::default().with(source.clone(), id))
            }
            _ => Patch::Absent,
        }
    }
}

/// What a row says of a unit; what it leaves empty says nothing.
fn input(row: &OrganizationRow) -> OrganizationInput {
    OrganizationInput {
        code: Patch::given(row.code.clone()),
        name: Patch::given(row.name.clone()),
        short_name: Patch::given(row.short_name.clone()),
        kind: Patch::given(row.kind),
        division_code: Patch::given(row.division_code.clone()),
        remote: Patch::given(row.remote),
        valid_from: Patch::given(row.valid_from),
        ..OrganizationInput::default()
    }
}
