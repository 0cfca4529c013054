//! What is to be done with the row of a roster: someone new, a change, nothing, or a fault.

use std::collections::{HashMap, HashSet};

use super::cadre_intake::{CadreIntake, Known, digest};
use super::cells::CellFinding;
use super::intake::Memory;
use super::report::{DecidedRow, RowStatus};
use super::roster::{IDENTITY_NUMBER, ORGANIZATION, RosterRow};
use crate::cadres::guesses::{Guess, GuessOutcome};
use crate::cadres::{self, Cadre, CadreInput, CadreStatus, Enrolment};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, Result};
use crate::external_ids::{ExternalIdChanges, ExternalIds};
use crate::http::Patch;
use crate::organizations::Organization;
use crate::values::pinyin::search_text;
use crate::values::{IdentityNumber, PartialDate};
use crate::vault::Vault;

/// What is to be done with a row.
pub(super) struct Decided {
    number: usize,
    pub step: Step,
    findings: Vec<CellFinding>,
    /// The number, where it is not known to be that of the person whom the external id names.
    guess: Option<IdentityNumber>,
    pub has_collided: bool,
    is_by_number: bool,
    has_personal_values: bool,
}

pub(super) enum Step {
    Enrol(Box<Enrolment>),
    Amend(Box<Amendment>),
    Keep(Id),
    Fail(Option<Id>),
}

pub(super) struct Amendment {
    pub row: Cadre,
    pub input: CadreInput,
}

impl Step {
    pub fn status(&self) -> RowStatus {
        match self {
            Self::Enrol(_) => RowStatus::Created,
            Self::Amend(_) => RowStatus::Updated,
            Self::Keep(_) => RowStatus::Unchanged,
            Self::Fail(_) => RowStatus::Failed,
        }
    }

    fn id(&self) -> Option<Id> {
        match self {
            Self::Enrol(person) => Some(person.id()),
            Self::Amend(amendment) => Some(amendment.row.id),
            Self::Keep(id) => Some(*id),
            Self::Fail(id) => *id,
        }
    }

    pub fn enrolment(&self) -> Option<&Enrolment> {
        match self {
            Self::Enrol(person) => Some(person),
            _ => None,
        }
    }
}

impl Decided {
    /// What the report tells of it.
    pub fn decided(self, vault: &Vault, reveals: bool) -> DecidedRow {
        let outcome = match &self.step {
            _ if self.has_collided => GuessOutcome::Collided,
            Step::Enrol(_) | Step::Amend(_) => GuessOutcome::Changed,
            Step::Keep(_) | Step::Fail(_) => GuessOutcome::Unchanged,
        };
        let id = self.step.id().filter(|_| reveals || !self.is_by_number);
        let mut decided = DecidedRow {
            number: self.number,
            status: self.step.status(),
            id,
            findings: self.findings,
            guess: self.guess.map(|number| Guess::new(vault, &number, outcome)),
        };
        if !reveals && self.has_personal_values {
            decided.veil();
        }
        decided
    }
}

/// Whose row it is.
enum Person {
    New,
    Known(Id),
    /// Someone whom the caller does not reach; the field that led there.
    OutOfReach(&'static str),
}

/// Decides upon the rows of a part, one after the other.
pub(super) struct Decider<'a> {
    pub intake: &'a CadreIntake,
    pub context: &'a Context,
    pub known: Known,
    pub units: HashMap<Id, Organization>,
    pub before: &'a RosterMemory,
    pub looks: bool,
    pub left: RosterMemory,
}

/// What rows of a roster must know of those before them.
#[derive(Default)]
pub struct RosterMemory {
    /// People whom rows were about.
    met: HashSet<Id>,
    /// By folded name and unit: the dates of birth of the people whom rows would bring in.
    new: HashMap<(String, Id), Vec<Option<PartialDate>>>,
}

impl Memory for RosterMemory {
    fn extend(&mut self, later: Self) {
        self.met.extend(later.met);
        for (key, births) in later.new {
            self.new.entry(key).or_default().extend(births);
        }
    }
}

impl Decider<'_> {
    /// Decides upon a row.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn decide(&mut self, conn: &mut DbConn, row: &RosterRow<Id>) -> Result<Decided> {
        let mut decided = Decided {
            number: row.number,
            step: Step::Fail(None),
            findings: row.findings.clone(),
            guess: row.identity_number.clone(),
            has_collided: false,
            is_by_number: false,
            has_personal_values: row.identity_number.is_some() || row.phone.is_some(),
        };
        if row.organization.is_some() && self.unit(row).is_none() {
            self.find(&mut decided, ORGANIZATION, "organization-unknown");
        }
        match self.person(row) {
            Person::OutOfReach(IDENTITY_NUMBER) if has_errors(&decided) => {}
            Person::OutOfReach(field) => {
                let code = if field == IDENTITY_NUMBER {
                    decided.has_collided = true;
                    "identity-number-duplicate"
                } else {
                    "not-unique"
                };
                self.find(&mut decided, field, code);
            }
            Person::Known(id) => {
                decided.is_by_number = self.named(row).is_none();
                self.amend(conn, row, id, &mut decided)?;
            }
            Person::New => self.enrol(row, &mut decided)?,
        }
        Ok(decided)
    }

    fn unit(&self, row: &RosterRow<Id>) -> Option<&Organization> {
        self.units.get(&row.organization?)
    }

    fn find(&self, decided: &mut Decided, field: &'static str, code: &'static str) {
        let finding = CellFinding::error(&self.intake.columns, field, Fault::new(code));
        decided.findings.push(finding);
    }

    fn person(&self, row: &RosterRow<Id>) -> Person {
        let named = self.named(row);
        let held = digest(self.context, row).and_then(|digest| self.known.by_digest.get(&digest));
        let (id, field) = match (named, held) {
            (Some(id), _) => (*id, "externalId"),
            (None, Some((id, _))) => (*id, IDENTITY_NUMBER),
            (None, None) => return Person::New,
        };
        if self.reaches(id) {
            Person::Known(id)
        } else {
            Person::OutOfReach(field)
        }
    }

    /// Whom the row's external id names.
    fn named(&self, row: &RosterRow<Id>) -> Option<&Id> {
        self.known.by_external_id.get(row.external_id.as_ref()?)
    }

    fn reaches(&self, id: Id) -> bool {
        let cadre = self.known.cadres.get(&id);
        let unit = cadre.and_then(|cadre| self.intake.units.get(cadre.organization_id));
        unit.is_some_and(|unit| self.context.reach.covers(&unit.path))
    }

    fn enrol(&mut self, row: &RosterRow<Id>, decided: &mut Decided) -> Result<()> {
        decided.findings.extend(row.missing());
        let is_good = !has_errors(decided);
        if let (true, Some(name), Some(unit)) = (is_good, &row.name, row.organization) {
            let birth = row
                .birth_date
                .or_else(|| Some(row.identity_number.as_ref()?.birth_date().into()));
            let key = (search_text(name.as_str()), unit);
            let stored = self.known.namesakes.get(&key).into_iter().flatten();
            let before = self.before.new.get(&key).filter(|_| self.looks);
            let namesakes = stored
                .chain(before.into_iter().flatten())
                .chain(self.left.new.get(&key).into_iter().flatten());
            let has_number = row.identity_number.is_some();
            if namesakes
                .into_iter()
                .any(|other| may_be_same(birth, *other, has_number))
            {
                let field = if has_number { IDENTITY_NUMBER } else { "name" };
                self.find(decided, field, "possible-duplicate");
            } else {
                self.left.new.entry(key).or_default().push(birth);
            }
        }
        if has_errors(decided) {
            return Ok(());
        }
        let Some(unit) = self.unit(row) else {
            return Ok(());
        };
        let mut input = self.input(row, None);
        if let (Some(source), Some(id)) = (&self.intake.source, &row.external_id) {
            let ids = ExternalIdChanges::default().with(source.clone(), id.clone());
            input.external_ids = Patch::Value(ids);
        }
        input.identity_number = Patch::given(row.identity_number.clone());
        match Enrolment::prepare(self.context, &input, unit) {
            Ok(person) => decided.step = Step::Enrol(Box::new(person)),
            Err(Error::Invalid(errors)) => decided
                .findings
                .extend(CellFinding::of_members(&self.intake.columns, errors)),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn amend(
        &mut self,
        conn: &mut DbConn,
        row: &RosterRow<Id>,
        id: Id,
        decided: &mut Decided,
    ) -> Result<()> {
        decided.step = Step::Fail(Some(id));
        let Some(cadre) = self.known.cadres.get(&id).cloned() else {
            return Ok(());
        };
        if self.before.met.contains(&id) || !self.left.met.insert(id) {
            self.find(decided, "name", "possible-duplicate");
        }
        let mut input = self.input(row, Some(&cadre));
        self.amend_identity(row, &cadre, &mut input, decided);
        self.amend_unit(row, &cadre, &mut input, decided);
        if let (Some(source), Some(id)) = (&self.intake.source, &row.external_id) {
            let shown = ExternalIds::from_json(&cadre.external_ids)?;
            if shown.0.get(source) != Some(id) {
                let ids = ExternalIdChanges::default().with(source.clone(), id.clone());
                input.external_ids = Patch::Value(ids);
            }
        }
        if has_errors(decided) {
            return Ok(());
        }
        if !cadres::is_news(self.context, &cadre, &input)? {
            decided.step = Step::Keep(id);
            return Ok(());
        }
        // The unit was looked at already, and looking again would lock it, which a dry run may not.
        let elsewhere = CadreInput {
            organization_id: None,
            ..input.clone()
        };
        match cadres::check_amendment(conn, self.context, &cadre, &elsewhere) {
            Ok(()) => {
                decided.step = Step::Amend(Box::new(Amendment { row: cadre, input }));
            }
            Err(Error::Invalid(errors)) => decided
                .findings
                .extend(CellFinding::of_members(&self.intake.columns, errors)),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// A person without a known number gets the row's; another number than the known one is for a person to decide.
    fn amend_identity(
        &self,
        row: &RosterRow<Id>,
        cadre: &Cadre,
        input: &mut CadreInput,
        decided: &mut Decided,
    ) {
        let Some(digest) = digest(self.context, row) else {
            return;
        };
        match self.known.by_digest.get(&digest) {
            Some((holder, _)) if *holder == cadre.id => {
                if !decided.is_by_number {
                    decided.guess = None;
                }
            }
            // Other faults come first: whoever tries numbers learns nothing of them from a row that has any.
            _ if has_errors(decided) => {}
            Some((holder, _)) => {
                decided.has_collided |= !self.reaches(*holder);
                self.find(decided, IDENTITY_NUMBER, "identity-number-duplicate");
            }
            None if cadre.identity_masked.is_some() => {
                self.find(decided, IDENTITY_NUMBER, "identity-number-changed");
            }
            None => input.identity_number = Patch::given(row.identity_number.clone()),
        }
    }

    fn amend_unit(
        &self,
        row: &RosterRow<Id>,
        cadre: &Cadre,
        input: &mut CadreInput,
        decided: &mut Decided,
    ) {
        let elsewhere = row
            .organization
            .filter(|unit| *unit != cadre.organization_id);
        if elsewhere.is_some() && !is_in_programme(cadre) {
            self.find(decided, ORGANIZATION, "not-in-programme");
        }
        input.organization_id = elsewhere;
        let (Some(said), Some(stored)) = (row.birth_date, cadre.birth_date) else {
            return;
        };
        if said.is_coarser_than(&stored) && !said.agrees_with(&stored) {
            let fault = Fault::new("date-coarser");
            let finding = CellFinding::warning(&self.intake.columns, "birthDate", fault);
            decided.findings.push(finding);
        }
    }

    /// What a row says of a person; what it leaves empty, and a coarser date of birth, says nothing.
    fn input(&self, row: &RosterRow<Id>, cadre: Option<&Cadre>) -> CadreInput {
        let stored = cadre.and_then(|cadre| cadre.birth_date);
        let birth_date = row
            .birth_date
            .filter(|said| stored.is_none_or(|stored| !said.is_coarser_than(&stored)));
        CadreInput {
            name: Patch::given(row.name.clone()),
            sex: Patch::given(row.sex),
            birth_date: Patch::given(birth_date),
            ethnicity: Patch::given(row.ethnicity),
            political_status: Patch::given(row.political_status),
            phone: Patch::given(row.phone.clone()),
            native_place: Patch::given(row.native_place),
            household_registration: Patch::given(row.household_registration),
            education_level: Patch::given(row.education_level),
            degree: Patch::given(row.degree),
            school: Patch::given(row.school.clone()),
            major: Patch::given(row.major.clone()),
            post_title: Patch::given(row.post_title.clone()),
            post_category: Patch::given(row.post_category),
            rank: Patch::given(row.rank),
            recruitment_channel: Patch::given(row.recruitment_channel),
            reported_on: Patch::given(row.reported_on),
            ..CadreInput::default()
        }
    }
}

fn has_errors(decided: &Decided) -> bool {
    decided.findings.iter().any(CellFinding::is_error)
}

fn is_in_programme(cadre: &Cadre) -> bool {
    matches!(cadre.status, CadreStatus::Active | CadreStatus::Suspended)
}

/// Whether two people of one name and unit may be the same. Two numbers and an unknown date of birth do not say so; without a
/// number in the row, nothing says that they are not.
fn may_be_same(birth: Option<PartialDate>, other: Option<PartialDate>, has_number: bool) -> bool {
    match (birth, other) {
        (Some(birth), Some(other)) => birth.agrees_with(&other),
        _ => !has_number,
    }
}
