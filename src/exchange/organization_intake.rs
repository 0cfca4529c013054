//! What a row about a unit means for the tree of units.
//!
//! A row is of the unit that has its external id, which is its code where none is given, else of the unit with its code.

use std::collections::{HashMap, HashSet};

use super::cells::CellFinding;
use super::intake::{Effect, Intake};
use super::organization_rows::{self, FIELDS, OrganizationRow};
use super::report::{RowStatus, Settled};
use crate::access::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, Result};
use crate::external_ids::{self, ExternalId, ExternalIdChanges, ExternalIds, Kind, Source};
use crate::http::Patch;
use crate::organizations::{self, Organization, OrganizationCode, UpdateOrganization};
use crate::tabular::{Columns, Sheet};

/// A list of units.
pub struct OrganizationIntake {
    columns: Columns,
    source: Option<Source>,
}

impl Intake for OrganizationIntake {
    type Row = OrganizationRow;

    type Memory = ();

    const WRITES_ROW_BY_ROW: bool = true;

    const IS_CUMULATIVE: bool = true;

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

    fn settle(
        &self,
        tx: &mut DbConn,
        context: &Context,
        rows: &[Self::Row],
        _: Effect,
        (): &(),
    ) -> Result<(Vec<Settled>, ())> {
        organizations::store::lock_tree(tx)?;
        let ids: Vec<ExternalId> = rows.iter().filter_map(external_id).collect();
        let by_external_id = match &self.source {
            Some(source) => external_ids::find_many(
                tx,
                Kind::Organization,
                source,
                &ids.iter().collect::<Vec<_>>(),
            )?,
            None => HashMap::new(),
        };
        let mut units = HashMap::new();
        let mut codes = HashMap::new();
        for unit in organizations::store::all(tx)? {
            codes.insert(unit.code.clone(), unit.id);
            units.insert(unit.id, unit);
        }
        let mut writer = Writer {
            intake: self,
            context,
            by_external_id,
            units,
            codes,
            met: HashSet::new(),
        };
        let settled: Result<Vec<Settled>> = rows.iter().map(|row| writer.settle(tx, row)).collect();
        Ok((settled?, ()))
    }
}

/// A unit's id in the sending system; its code where none is given.
fn external_id(row: &OrganizationRow) -> Option<ExternalId> {
    let code = row.code.as_ref().map(OrganizationCode::as_str);
    row.external_id
        .clone()
        .or_else(|| ExternalId::parse(code?).ok())
}

struct Writer<'a> {
    intake: &'a OrganizationIntake,
    context: &'a Context,
    by_external_id: HashMap<ExternalId, Id>,
    units: HashMap<Id, Organization>,
    codes: HashMap<String, Id>,
    /// Units that rows before were about.
    met: HashSet<Id>,
}

impl Writer<'_> {
    fn settle(&mut self, tx: &mut DbConn, row: &OrganizationRow) -> Result<Settled> {
        let mut settled = Settled {
            number: row.number,
            status: RowStatus::Failed,
            id: None,
            findings: row.findings.clone(),
            guess: None,
        };
        let known = self.known(row);
        settled.id = known.as_ref().map(|unit| unit.id);
        match known {
            Some(unit) if self.is_merged(row, &unit)? => {
                let fault = Fault::new("organization-merged");
                let finding = CellFinding::warning(&self.intake.columns, "code", fault);
                settled.findings.push(finding);
                if !settled.findings.iter().any(CellFinding::is_error) {
                    settled.status = RowStatus::Unchanged;
                }
            }
            Some(unit) => self.amend(tx, row, &unit, &mut settled)?,
            None => self.establish(tx, row, &mut settled)?,
        }
        Ok(settled)
    }

    fn known(&self, row: &OrganizationRow) -> Option<Organization> {
        let by_external_id = external_id(row).and_then(|id| self.by_external_id.get(&id));
        let code = row.code.as_ref().map(OrganizationCode::as_str);
        let id = by_external_id.or_else(|| self.codes.get(code?))?;
        self.units.get(id).cloned()
    }

    /// Whether the row is of a unit that is no more: dissolved, or one whose id leads to its successor.
    fn is_merged(&self, row: &OrganizationRow, unit: &Organization) -> Result<bool> {
        let (Some(source), Some(id)) = (&self.intake.source, external_id(row)) else {
            return Ok(!unit.is_active());
        };
        let shown = ExternalIds::from_json(&unit.external_ids)?;
        let was_taken_over = self.by_external_id.get(&id) == Some(&unit.id)
            && shown.0.get(source).is_some_and(|shown| *shown != id);
        Ok(!unit.is_active() || was_taken_over)
    }

    fn establish(
        &mut self,
        tx: &mut DbConn,
        row: &OrganizationRow,
        settled: &mut Settled,
    ) -> Result<()> {
        let columns = &self.intake.columns;
        let missing = ["code", "name", "kind"].into_iter().filter(|field| {
            let has_finding = settled
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
        settled.findings.extend(missing);
        let mut input = input(row);
        input.parent_code.clone_from(&row.parent_code);
        input.external_ids = self.ids(row);
        if settled.findings.iter().any(CellFinding::is_error) {
            return Ok(());
        }
        let outcome = organizations::establish(tx, self.context, &input);
        self.note(tx, outcome, RowStatus::Created, settled)
    }

    fn amend(
        &mut self,
        tx: &mut DbConn,
        row: &OrganizationRow,
        unit: &Organization,
        settled: &mut Settled,
    ) -> Result<()> {
        if !self.met.insert(unit.id) {
            let fault = Fault::new("not-unique");
            let finding = CellFinding::error(&self.intake.columns, "externalId", fault);
            settled.findings.push(finding);
        }
        let mut input = input(row);
        let parent = unit.parent_id.and_then(|id| self.units.get(&id));
        let said = row.parent_code.as_ref();
        if said.map(OrganizationCode::as_str) != parent.map(|parent| parent.code.as_str()) {
            input.parent_code = said.cloned();
        }
        let shown = ExternalIds::from_json(&unit.external_ids)?;
        let is_borne = self
            .intake
            .source
            .as_ref()
            .is_some_and(|source| shown.0.get(source) == external_id(row).as_ref());
        if !is_borne {
            input.external_ids = self.ids(row);
        }
        if settled.findings.iter().any(CellFinding::is_error) {
            return Ok(());
        }
        if !organizations::is_news(self.context, unit, &input) {
            settled.status = RowStatus::Unchanged;
            return Ok(());
        }
        let outcome = organizations::amend(tx, self.context, unit.id, &input);
        self.note(tx, outcome, RowStatus::Updated, settled)
    }

    /// Notes what the room made of a row; what is wrong with the row was found before anything of it was written.
    fn note(
        &mut self,
        tx: &mut DbConn,
        outcome: Result<organizations::Outcome>,
        status: RowStatus,
        settled: &mut Settled,
    ) -> Result<()> {
        let columns = &self.intake.columns;
        let (column, fault) = match outcome {
            Ok(outcome) => {
                let id = outcome.into_response().id;
                if let Some(unit) = organizations::store::find(tx, id)? {
                    self.codes.insert(unit.code.clone(), id);
                    self.units.insert(id, unit);
                }
                self.met.insert(id);
                (settled.status, settled.id) = (status, Some(id));
                return Ok(());
            }
            Err(Error::Invalid(errors)) => {
                let mut found = CellFinding::of_members(columns, errors);
                for finding in &mut found {
                    if finding.fault.code == "reference-unknown" {
                        finding.fault = Fault::new("organization-unknown");
                    }
                }
                settled.findings.extend(found);
                return Ok(());
            }
            Err(Error::Forbidden(_) | Error::NotFound) => ("code", Fault::new("out-of-reach")),
            Err(Error::WidensGrants) => ("parentCode", Fault::new("grants-widened")),
            Err(Error::Merged(_)) => ("code", Fault::new("organization-merged")),
            Err(Error::Duplicate("organizations_code_key", Some(_))) => {
                ("code", Fault::new("not-unique"))
            }
            Err(error) => return Err(error),
        };
        settled
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
fn input(row: &OrganizationRow) -> UpdateOrganization {
    UpdateOrganization {
        code: set(row.code.clone()),
        name: set(row.name.clone()),
        short_name: set(row.short_name.clone()),
        kind: set(row.kind),
        division_code: set(row.division_code.clone()),
        remote: set(row.remote),
        valid_from: set(row.valid_from),
        ..UpdateOrganization::default()
    }
}

fn set<T>(value: Option<T>) -> Patch<T> {
    value.map_or(Patch::Absent, Patch::Value)
}
