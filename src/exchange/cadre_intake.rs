//! What a row about a person means for the register of cadres.
//!
//! A row is of the person who has its external id, else of the one who has or had its identity number; otherwise of someone
//! new, unless someone of that name, date of birth and unit is there. Empty cells and coarser dates never overwrite.

use std::collections::{HashMap, HashSet};

use super::cadre_decider::{Decided, Decider, RosterMemory, Step};
use super::intake::{Effect, Intake};
use super::report::DecidedRow;
use super::roster::{RosterReader, RosterRow};
use super::units::Units;
use crate::access::Permission;
use crate::cadres::{self, Cadre, Enrolment, enrolment_store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::external_ids::{self, ExternalId, Kind, Source};
use crate::tabular::{Columns, Sheet};
use crate::values::PartialDate;
use crate::values::pinyin::search_text;

/// A roster of cadres.
pub struct CadreIntake {
    pub(super) columns: Columns,
    pub(super) units: Units,
    pub(super) source: Option<Source>,
}

impl Intake for CadreIntake {
    type Row = RosterRow<Id>;

    type Memory = RosterMemory;

    fn read(
        conn: &mut DbConn,
        context: &Context,
        sheet: &Sheet,
        source: Option<Source>,
    ) -> Result<(Self, Vec<Self::Row>)> {
        let units = Units::load(conn)?;
        let names = units.names(&context.reach);
        let mut reader = RosterReader::new(&sheet.headings, &names, context.today);
        let rows = sheet.rows.iter().map(|row| reader.read(row)).collect();
        let columns = reader.into_columns();
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
        before: &RosterMemory,
    ) -> Result<(Vec<DecidedRow>, RosterMemory)> {
        let known = Known::look_up(self, tx, context, rows)?;
        let named = rows.iter().filter_map(|row| row.organization);
        let units = self.units.now(tx, context, named, effect)?;
        let mut decider = Decider {
            intake: self,
            context,
            known,
            units,
            before,
            // People whom parts before wrote are among those known.
            looks: effect == Effect::Look,
            left: RosterMemory::default(),
        };
        let decided = rows
            .iter()
            .map(|row| decider.decide(tx, row))
            .collect::<Result<Vec<_>>>()?;
        if effect.writes(decided.iter().map(|row| row.step.status())) {
            write(tx, context, &decided)?;
        }
        let left = decider.left;
        let reveals = context.actor.may(Permission::CadresReveal);
        let decided = decided
            .into_iter()
            .map(|row| row.decided(&context.deps.vault, reveals))
            .collect();
        Ok((decided, left))
    }
}

/// Writes what was decided.
fn write(tx: &mut DbConn, context: &Context, decided: &[Decided]) -> Result<()> {
    let new: Vec<&Enrolment> = decided
        .iter()
        .filter_map(|row| row.step.enrolment())
        .collect();
    cadres::enrol(tx, context, &new)?;
    for row in decided {
        if let Step::Amend(amendment) = &row.step {
            cadres::amend(tx, context, &amendment.row, &amendment.input)?;
        }
    }
    if decided.iter().any(|row| row.has_collided) {
        cadres::note_collision(tx, context)?;
    }
    Ok(())
}

/// What is stored that rows may be about.
pub(super) struct Known {
    pub by_external_id: HashMap<ExternalId, Id>,
    pub by_digest: HashMap<Vec<u8>, (Id, bool)>,
    pub cadres: HashMap<Id, Cadre>,
    /// By folded name and unit: the dates of birth of the people there.
    pub namesakes: HashMap<(String, Id), Vec<Option<PartialDate>>>,
}

impl Known {
    fn look_up(
        intake: &CadreIntake,
        conn: &mut DbConn,
        context: &Context,
        rows: &[RosterRow<Id>],
    ) -> Result<Self> {
        let ids = rows.iter().filter_map(|row| row.external_id.as_ref());
        let ids: Vec<&ExternalId> = ids.collect();
        let source = intake.source.as_ref();
        let by_external_id = external_ids::find_many(conn, Kind::Cadre, source, &ids)?;
        let digests: Vec<Vec<u8>> = rows.iter().filter_map(|r| digest(context, r)).collect();
        let by_digest =
            enrolment_store::identity_holders(conn, &digests.iter().collect::<Vec<_>>())?;
        let mut ids: Vec<Id> = by_external_id.values().copied().collect();
        ids.extend(by_digest.values().map(|(id, _)| *id));
        ids.sort_unstable();
        ids.dedup();
        let names: HashSet<&str> = rows
            .iter()
            .filter_map(|row| Some(row.name.as_ref()?.as_str()))
            .collect();
        let names: Vec<&str> = names.into_iter().collect();
        let mut namesakes = HashMap::<_, Vec<_>>::new();
        for (name, unit, birth) in enrolment_store::namesakes(conn, &names)? {
            namesakes
                .entry((search_text(&name), unit))
                .or_default()
                .push(birth);
        }
        Ok(Self {
            by_external_id,
            by_digest,
            cadres: enrolment_store::find_many(conn, &ids)?,
            namesakes,
        })
    }
}

/// The digest under which the number of a row is found.
pub(super) fn digest(context: &Context, row: &RosterRow<Id>) -> Option<Vec<u8>> {
    let number = row.identity_number.as_ref()?;
    Some(context.deps.vault.identity_digest(number.as_str()))
}
