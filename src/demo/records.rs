//! Organizations, people and the programme so far.

use std::collections::HashMap;

use super::Progress;
use super::files::{self, EvaluationRow, GrowthRow, PairingRow};
use super::{plans, postings, rounds, sessions, training};
use crate::assignments::{self, Pairing};
use crate::cadres::{self, Cadre};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, Result};
use crate::evaluations::{self, Dimension, EvaluatorRelation, Imported, Score};
use crate::exchange::mentor_rows::{self, MentorRow};
use crate::exchange::units::Units;
use crate::exchange::{self, CadreIntake, OrganizationIntake};
use crate::external_ids::{self, ExternalId, ExternalIds, Kind, Source};
use crate::growth_entries::{self, PastEntry};
use crate::mentors::{self, Mentor, MentorRole, MentorStatus};
use crate::tabular::{Columns, Sheet};
use crate::values::{Date, Text};

/// The source of the demo's ids.
pub const SOURCE: &str = "demo";
/// Since when mentors without a pair are appointed.
const APPOINTED: &str = "2020-08-01";
/// Days from the end of a period to the evaluation's last step.
const SETTLED_AFTER: i64 = 10;
/// Growth entries written at once.
const ENTRIES: usize = 1000;

/// Loads everything but the accounts.
pub fn load(tx: &mut DbConn, context: &Context, progress: &Progress) -> Result<()> {
    let counts = [
        files::ORGANIZATIONS,
        files::CADRES,
        files::MENTORS,
        files::PAIRINGS,
        files::EVALUATIONS,
        files::GROWTH_ENTRIES,
    ]
    .map(files::count);
    let total = counts.iter().sum();
    let mut done = 0;
    let mut step = |count: u64| {
        done += count;
        progress(done, total);
    };
    step(0);
    let source = source()?;
    exchange::take_flawless::<OrganizationIntake>(tx, context, files::ORGANIZATIONS, &source)?;
    step(counts[0]);
    exchange::take_flawless::<CadreIntake>(tx, context, files::CADRES, &source)?;
    step(counts[1]);
    let pairings: Vec<PairingRow> = files::rows(files::PAIRINGS)?;
    load_mentors(tx, context, &pairings)?;
    step(counts[2]);
    let people = People::find(tx)?;
    load_pairings(tx, context, &people, &pairings)?;
    step(counts[3]);
    load_evaluations(tx, context, &people, &pairings)?;
    step(counts[4]);
    load_growth(tx, context, &people, step)?;
    plans::load(tx, context, &people)?;
    training::load(tx, context, &people)?;
    postings::load(tx, context, &people)?;
    sessions::load(tx, context, &people)?;
    rounds::load(tx, context)
}

/// The source of the demo's ids.
pub fn source() -> Result<Source> {
    Source::parse(SOURCE).map_err(unreadable)
}

fn unreadable(fault: Fault) -> Error {
    Error::internal(format!(
        "a value of the demo cannot be read: {}",
        fault.code
    ))
}

fn load_mentors(tx: &mut DbConn, context: &Context, pairings: &[PairingRow]) -> Result<()> {
    let sheet = Sheet::read(files::MENTORS, usize::MAX).map_err(Error::internal)?;
    let columns = Columns::resolve(&sheet.headings, mentor_rows::FIELDS);
    let names = Units::load(tx)?.names(&context.reach);
    let mut first = HashMap::<&str, Date>::new();
    for pairing in pairings {
        let day = first
            .entry(pairing.mentor_external_id.as_str())
            .or_insert(pairing.starts_on);
        *day = (*day).min(pairing.starts_on);
    }
    let appointed = Date::parse(APPOINTED).map_err(unreadable)?;
    let source = source()?;
    let mentors = mentor_rows::read(&sheet.rows, &columns, &names, context.today)
        .into_iter()
        .map(|row| {
            let id = row.external_id.as_ref().map(ExternalId::as_str);
            let since = id.and_then(|id| first.get(id)).copied();
            mentor(context, row, &source, since.unwrap_or(appointed))
        })
        .collect::<Result<Vec<_>>>()?;
    mentors::load(tx, context, &mentors)
}

fn mentor(context: &Context, row: MentorRow, source: &Source, since: Date) -> Result<Mentor> {
    let incomplete = || Error::internal("a mentor of the demo is incomplete");
    let vault = &context.deps.vault;
    let phone = row.phone.as_ref();
    let id = context.new_id();
    let place = mentors::sealed_store::phone(&id);
    let phone = phone.map(|phone| vault.seal(place, phone.as_str().as_bytes()));
    let roles = row.roles.ok_or_else(incomplete)?;
    let ids = ExternalIds::one(source.clone(), row.external_id.ok_or_else(incomplete)?);
    Ok(Mentor {
        name: row.name.ok_or_else(incomplete)?.into_string(),
        sex: row.sex,
        political_status: row.political_status,
        phone_encrypted: phone.transpose()?,
        post_title: row.post_title.map(Text::into_string),
        position_level: row.position_level,
        political: roles.has(MentorRole::Political),
        professional: roles.has(MentorRole::Professional),
        expertise: row
            .expertise
            .map_or_else(|| "[]".to_owned(), |expertise| expertise.to_json()),
        max_mentees: row.max_mentees.ok_or_else(incomplete)?,
        status: MentorStatus::Appointed,
        appointed_on: Some(since),
        external_ids: ids.to_json(),
        ..Mentor::blank(context, id, row.organization.ok_or_else(incomplete)?)
    })
}

/// The people of the demo by their ids in its files.
pub struct People {
    cadres: HashMap<String, Cadre>,
    mentors: HashMap<String, Id>,
}

impl People {
    fn find(tx: &mut DbConn) -> Result<Self> {
        let cadre_ids = ids_of(tx, Kind::Cadre, files::CADRES)?;
        let ids: Vec<Id> = cadre_ids.values().copied().collect();
        let mut rows = cadres::enrolment_store::find_many(tx, &ids)?;
        let cadres = cadre_ids
            .into_iter()
            .filter_map(|(external_id, id)| Some((external_id, rows.remove(&id)?)))
            .collect();
        Ok(Self {
            cadres,
            mentors: ids_of(tx, Kind::Mentor, files::MENTORS)?,
        })
    }

    /// Every cadre, with the id in the files.
    pub fn external_ids(&self) -> impl Iterator<Item = (Id, &str)> {
        let cadres = self.cadres.iter();
        cadres.map(|(external_id, cadre)| (cadre.id, external_id.as_str()))
    }

    /// Every cadre as stored, with the id in the files.
    pub fn cadres(&self) -> impl Iterator<Item = (&str, &Cadre)> {
        let cadres = self.cadres.iter();
        cadres.map(|(external_id, cadre)| (external_id.as_str(), cadre))
    }

    /// The cadre with an id in the files.
    pub fn cadre(&self, external_id: &str) -> Result<&Cadre> {
        let found = self.cadres.get(external_id);
        found.ok_or_else(|| Error::internal("a record of the demo names no cadre"))
    }

    /// The mentor with an id in the files.
    pub fn mentor(&self, external_id: &str) -> Result<Id> {
        let found = self.mentors.get(external_id).copied();
        found.ok_or_else(|| Error::internal("a record of the demo names no mentor"))
    }
}

/// The ids of those whom a file's first column names.
fn ids_of(tx: &mut DbConn, kind: Kind, file: &[u8]) -> Result<HashMap<String, Id>> {
    let sheet = Sheet::read(file, usize::MAX).map_err(Error::internal)?;
    let ids = sheet
        .rows
        .iter()
        .map(|row| ExternalId::parse(row.cell(0)).map_err(unreadable))
        .collect::<Result<Vec<_>>>()?;
    let ids: Vec<&ExternalId> = ids.iter().collect();
    let found = external_ids::find_many(tx, kind, Some(&source()?), &ids)?;
    let owned = |(external_id, id): (ExternalId, Id)| (external_id.as_str().to_owned(), id);
    Ok(found.into_iter().map(owned).collect())
}

fn load_pairings(
    tx: &mut DbConn,
    context: &Context,
    people: &People,
    rows: &[PairingRow],
) -> Result<()> {
    let pairing = |row: &PairingRow| {
        Ok(Pairing {
            cadre_id: people.cadre(&row.cadre_external_id)?.id,
            mentor_id: people.mentor(&row.mentor_external_id)?,
            role: row.role,
            pairing_style: row.pairing_style,
            starts_on: row.starts_on,
            ended: row.ends_on.zip(row.end_reason),
        })
    };
    let pairings = rows.iter().map(pairing).collect::<Result<Vec<_>>>()?;
    assignments::load(tx, context, &pairings)
}

fn load_evaluations(
    tx: &mut DbConn,
    context: &Context,
    people: &People,
    pairings: &[PairingRow],
) -> Result<()> {
    let mut paired = HashMap::<(&str, MentorRole), Vec<&PairingRow>>::new();
    for row in pairings {
        let key = (row.cadre_external_id.as_str(), row.role);
        paired.entry(key).or_default().push(row);
    }
    let mentor_of = |row: &EvaluationRow| -> Result<Option<Id>> {
        let role = match row.evaluator_relation {
            EvaluatorRelation::PoliticalMentor => MentorRole::Political,
            EvaluatorRelation::ProfessionalMentor => MentorRole::Professional,
            EvaluatorRelation::Unit | EvaluatorRelation::HostUnit | EvaluatorRelation::Self_ => {
                return Ok(None);
            }
        };
        let day = row.period_to;
        let on_that_day = |pairing: &&&PairingRow| {
            pairing.starts_on <= day && pairing.ends_on.is_none_or(|last| day <= last)
        };
        let of_role = paired.get(&(row.cadre_external_id.as_str(), role));
        let pairing = of_role.and_then(|all| all.iter().find(on_that_day));
        let pairing = pairing
            .ok_or_else(|| Error::internal("an evaluation of the demo has no mentor on its day"))?;
        people.mentor(&pairing.mentor_external_id).map(Some)
    };
    let rows: Vec<EvaluationRow> = files::rows(files::EVALUATIONS)?;
    let mut evaluations = Vec::with_capacity(rows.len());
    for row in rows {
        let mentor_id = mentor_of(&row)?;
        let cadre = people.cadre(&row.cadre_external_id)?;
        let settled_on = row.period_to.plus_days(SETTLED_AFTER);
        evaluations.push(Imported {
            cadre_id: cadre.id,
            reported_on: cadre.reported_on,
            organization_id: cadre.organization_id,
            present_organization_id: cadre.organization_id,
            kind: row.kind,
            period_from: row.period_from,
            period_to: row.period_to,
            evaluator_relation: row.evaluator_relation,
            mentor_id,
            scores: scores(&row),
            grade: row.grade,
            summary: row.summary,
            settled_at: context.deps.clock.start_of(settled_on),
        });
    }
    evaluations::take_over(tx, context, evaluations)
}

fn scores(row: &EvaluationRow) -> Vec<Score> {
    let score = |(dimension, score)| Score {
        dimension,
        score,
        comment: None,
    };
    [
        (Dimension::StateOfMind, row.state_of_mind),
        (Dimension::WorkPerformance, row.work_performance),
        (Dimension::PostFit, row.post_fit),
        (Dimension::Competence, row.competence),
    ]
    .map(score)
    .into()
}

fn load_growth(
    tx: &mut DbConn,
    context: &Context,
    people: &People,
    mut step: impl FnMut(u64),
) -> Result<()> {
    let rows: Vec<GrowthRow> = files::rows(files::GROWTH_ENTRIES)?;
    let text = |text: &Option<String>| {
        let parsed = text.as_deref().map(Text::parse).transpose();
        parsed.map_err(unreadable)
    };
    for rows in rows.chunks(ENTRIES) {
        let entry = |row: &GrowthRow| {
            Ok(PastEntry {
                cadre: people.cadre(&row.cadre_external_id)?,
                occurred_on: row.occurred_on,
                kind: row.kind,
                title: Text::parse(&row.title).map_err(unreadable)?,
                participation: text(&row.participation)?,
                support: text(&row.support)?,
                outcome: text(&row.outcome)?,
            })
        };
        let entries = rows.iter().map(entry).collect::<Result<Vec<_>>>()?;
        growth_entries::load(tx, context, &entries)?;
        step(u64::try_from(rows.len()).unwrap_or_default());
    }
    Ok(())
}
