//! What a row about a mentor means for the register of mentors.
//!
//! A row is of the mentor who has its external id, else of the one with its name in its unit; otherwise of someone new.

use std::collections::{HashMap, HashSet};

use super::cells::CellFinding;
use super::intake::{Effect, Intake, Memory};
use super::mentor_rows::{self, FIELDS, MentorRow};
use super::report::{DecidedRow, RowStatus};
use super::units::Units;
use crate::access::Permission;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, Result};
use crate::external_ids::{self, ExternalId, ExternalIdChanges, Kind, Source};
use crate::http::Patch;
use crate::mentors::{self, ListedMentor, MentorChange, MentorInput};
use crate::organizations::{self, Organization};
use crate::tabular::{Columns, Sheet};
use crate::values::PersonName;
use crate::values::pinyin::search_text;

/// A list of mentors.
pub struct MentorIntake {
    columns: Columns,
    units: Units,
    source: Option<Source>,
}

impl Intake for MentorIntake {
    type Row = MentorRow;

    type Memory = MentorMemory;

    fn read(
        conn: &mut DbConn,
        context: &Context,
        sheet: &Sheet,
        source: Option<Source>,
    ) -> Result<(Self, Vec<Self::Row>)> {
        let columns = Columns::resolve(&sheet.headings, FIELDS);
        let units = Units::load(conn)?;
        let names = units.names(&context.reach);
        let rows = mentor_rows::read(&sheet.rows, &columns, &names, context.today);
        let intake = Self {
            columns,
            units,
            source,
        };
        Ok((intake, rows))
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
        before: &MentorMemory,
    ) -> Result<(Vec<DecidedRow>, MentorMemory)> {
        let ids = rows.iter().filter_map(|row| row.external_id.as_ref());
        let ids: Vec<&ExternalId> = ids.collect();
        let source = self.source.as_ref();
        let by_external_id = external_ids::find_many(tx, Kind::Mentor, source, &ids)?;
        let names: HashSet<&str> = rows
            .iter()
            .filter_map(|row| Some(row.name.as_ref()?.as_str()))
            .collect();
        let names: Vec<&str> = names.into_iter().collect();
        let mut namesakes = HashMap::<_, Vec<_>>::new();
        for (name, unit, id) in mentors::store::namesakes(tx, &names)? {
            namesakes
                .entry((search_text(&name), unit))
                .or_default()
                .push(id);
        }
        let named = rows.iter().filter_map(|row| row.organization);
        let mut decider = Decider {
            intake: self,
            context,
            by_external_id,
            namesakes,
            units: self.units.now(tx, context, named, effect)?,
            before,
            looks: effect == Effect::Look,
            left: MentorMemory::default(),
            changes: Vec::new(),
        };
        let decided: Result<Vec<DecidedRow>> =
            rows.iter().map(|row| decider.decide(tx, row)).collect();
        let decided = decided?;
        let Decider { left, changes, .. } = decider;
        if effect.writes(decided.iter().map(|row| row.status)) {
            mentors::write_listed(tx, context, changes)?;
        }
        Ok((decided, left))
    }
}

struct Decider<'a> {
    intake: &'a MentorIntake,
    context: &'a Context,
    by_external_id: HashMap<ExternalId, Id>,
    /// By name and unit.
    namesakes: HashMap<(String, Id), Vec<Id>>,
    /// The units that rows name and may name.
    units: HashMap<Id, Organization>,
    before: &'a MentorMemory,
    looks: bool,
    left: MentorMemory,
    changes: Vec<MentorChange>,
}

/// What rows of a list must know of those before them.
#[derive(Default)]
pub struct MentorMemory {
    /// Mentors whom rows were about.
    met: HashSet<Id>,
    /// By name and unit: mentors whom rows bring in.
    new: HashSet<(String, Id)>,
    /// External ids of rows.
    external_ids: HashSet<ExternalId>,
}

impl Memory for MentorMemory {
    fn extend(&mut self, later: Self) {
        self.met.extend(later.met);
        self.new.extend(later.new);
        self.external_ids.extend(later.external_ids);
    }
}

impl Decider<'_> {
    fn decide(&mut self, tx: &mut DbConn, row: &MentorRow) -> Result<DecidedRow> {
        let mut decided = DecidedRow {
            number: row.number,
            status: RowStatus::Failed,
            id: None,
            findings: row.findings.clone(),
            guess: None,
        };
        let (id, doubt) = self.known(row);
        decided.id = id;
        if self.repeats_external_id(row) {
            self.find(&mut decided, "externalId", "not-unique");
        } else if doubt || id.is_some_and(|id| !self.meets(id)) {
            self.find(&mut decided, "name", "possible-duplicate");
        }
        if id.is_none() {
            for field in &row.missing {
                self.find(&mut decided, field, "required");
            }
        }
        if decided.findings.iter().any(CellFinding::is_error) {
            return Ok(decided);
        }
        let mut input = input(row);
        if let (Some(source), Some(id)) = (&self.intake.source, &row.external_id) {
            let ids = ExternalIdChanges::default().with(source.clone(), id.clone());
            input.external_ids = Patch::Value(ids);
        }
        let said = ListedMentor {
            id,
            input: &input,
            appointed_on: row.appointed_on,
        };
        let outcome = self.prepare(tx, said);
        self.note(outcome, row, &mut decided)?;
        if row.phone.is_some() && !self.context.actor.may(Permission::CadresReveal) {
            decided.veil();
        }
        Ok(decided)
    }

    /// What a row makes of a mentor. What is to be written is read locked, and units as they are now.
    fn prepare(&self, tx: &mut DbConn, said: ListedMentor<'_>) -> Result<Option<MentorChange>> {
        let find = if self.looks {
            mentors::store::find
        } else {
            mentors::store::lock
        };
        let unit_of = |conn: &mut DbConn, id: Id| {
            if said.input.organization_id == Some(id) {
                Ok(self.units.get(&id).cloned())
            } else if self.looks {
                Ok(self.intake.units.get(id).cloned())
            } else {
                organizations::store::find(conn, id)
            }
        };
        MentorChange::prepare(tx, self.context, said, find, unit_of)
    }

    /// Whether no row before was about a mentor.
    fn meets(&mut self, id: Id) -> bool {
        !self.before.met.contains(&id) && self.left.met.insert(id)
    }

    fn repeats_external_id(&self, row: &MentorRow) -> bool {
        let before = [&self.before.external_ids, &self.left.external_ids];
        let id = row.external_id.as_ref();
        id.is_some_and(|id| before.iter().any(|known| known.contains(id)))
    }

    /// Whose row it is, and whether that is in doubt.
    fn known(&self, row: &MentorRow) -> (Option<Id>, bool) {
        let by_external_id = row.external_id.as_ref();
        if let Some(id) = by_external_id.and_then(|id| self.by_external_id.get(id)) {
            return (Some(*id), false);
        }
        let (Some(name), Some(unit)) = (&row.name, row.organization) else {
            return (None, false);
        };
        let key = (search_text(name.as_str()), unit);
        if self.before.new.contains(&key) || self.left.new.contains(&key) {
            return (None, true);
        }
        let same = self.namesakes.get(&key);
        match same.map(Vec::as_slice).unwrap_or_default() {
            [] => (None, false),
            [id] => (Some(*id), false),
            _ => (None, true),
        }
    }

    fn find(&self, decided: &mut DecidedRow, field: &'static str, code: &'static str) {
        let finding = CellFinding::error(&self.intake.columns, field, Fault::new(code));
        decided.findings.push(finding);
    }

    /// Notes what a row comes to.
    fn note(
        &mut self,
        outcome: Result<Option<MentorChange>>,
        row: &MentorRow,
        decided: &mut DecidedRow,
    ) -> Result<()> {
        let change = match outcome {
            Ok(change) => change,
            Err(Error::Invalid(errors)) => {
                let found = CellFinding::of_members(&self.intake.columns, errors);
                decided.findings.extend(found);
                return Ok(());
            }
            Err(Error::NotFound) => {
                decided.id = None;
                self.find(decided, "externalId", "not-unique");
                return Ok(());
            }
            Err(Error::CapacityExceeded) => {
                self.find(decided, "maxMentees", "capacity-below-active");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        decided.status = match (&change, decided.id) {
            (Some(_), None) => RowStatus::Created,
            (Some(_), Some(_)) => RowStatus::Updated,
            (None, _) => RowStatus::Unchanged,
        };
        if decided.status == RowStatus::Created {
            let key = |name: &PersonName| Some((search_text(name.as_str()), row.organization?));
            self.left.new.extend(row.name.as_ref().and_then(key));
            self.left.external_ids.extend(row.external_id.clone());
        }
        decided.id = decided.id.or(change.as_ref().map(MentorChange::id));
        self.left.met.extend(decided.id);
        if !self.looks {
            self.changes.extend(change);
        }
        Ok(())
    }
}

/// What a row says of a mentor; what it leaves empty says nothing.
fn input(row: &MentorRow) -> MentorInput {
    MentorInput {
        name: Patch::given(row.name.clone()),
        sex: Patch::given(row.sex),
        political_status: Patch::given(row.political_status),
        phone: Patch::given(row.phone.clone()),
        organization_id: row.organization,
        post_title: Patch::given(row.post_title.clone()),
        position_level: Patch::given(row.position_level),
        roles: Patch::given(row.roles.clone()),
        expertise: Patch::given(row.expertise.clone()),
        max_mentees: Patch::given(row.max_mentees),
        ..MentorInput::default()
    }
}
