//! Putting a growth file together.

use std::collections::BTreeMap;

use super::completeness::{Completeness, Holdings};
use super::model::{
    FileMentor, FileMentors, FilePhase, GrowthFile, GrowthFileResponse, ScorePoint, ScoreSeries,
};
use super::request::{GrowthFileQuery, MOST, Section};
use super::store;
use crate::access::Permission;
use crate::cadres::{self, CadreResponse, CadreStatus, career_store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::evaluations::{self, EvaluationKind, EvaluationResponse};
use crate::growth_entries::{self, EntryStatus, GrowthEntryResponse};
use crate::http::Visible;
use crate::journal;
use crate::mentoring_sessions::{self, MentoringSessionResponse};
use crate::plans;
use crate::postings::{self, PostingResponse};
use crate::rules::{self, Number};
use crate::training::{self, EnrolmentResponse};
use crate::values::Date;

/// Opens the file of a cadre. Whoever reads a file, in whatever form, comes through here: it is the place where the reading of
/// personal data is known.
///
/// # Errors
/// `NotFound` out of reach.
pub fn open(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    query: &GrowthFileQuery,
) -> Result<GrowthFileResponse> {
    let person = cadres::read(conn, context, cadre_id)?;
    let programme = Programme::from_cadre(&person);
    let parts = Parts::read(conn, context, cadre_id, programme.as_ref(), query)?;
    let completeness = match &programme {
        Some(programme) if parts.whole => {
            Visible::Shown(parts.completeness(conn, context, cadre_id, programme)?)
        }
        _ => Visible::Hidden,
    };
    let parts = parts.cut(query);
    let later = |section| Visible::when(query.wants(section), Vec::new);
    let plan = match &programme {
        Some(programme)
            if query.wants(Section::Plan) && context.actor.may(Permission::PlansRead) =>
        {
            let phase = programme.phase.current;
            Visible::Shown(plans::of_phase(conn, context, cadre_id, phase)?)
        }
        _ => Visible::Hidden,
    };
    let trained = match &programme {
        Some(programme) if sees_training(context, query) => {
            let days = (programme.reported_on, context.today);
            Some(training::years_of(conn, context, cadre_id, days)?)
        }
        _ => None,
    };
    let (training_hours, induction) = trained
        .map(|trained| (trained.years, trained.induction))
        .unzip();
    let enrolments = match sees_training(context, query) {
        true => Some(enrolments(conn, context, cadre_id, query)?),
        false => None,
    };
    let postings = match sees_postings(context, query) {
        true => Some(postings_of(conn, context, cadre_id, query)?),
        false => None,
    };
    let sessions = match sees_sessions(context, query) {
        true => Some(sessions_of(conn, context, cadre_id, query)?),
        false => None,
    };
    let file = GrowthFile {
        cadre_id,
        phase: match &programme {
            Some(programme) if query.wants(Section::Phase) => {
                Visible::Shown(programme.phase.clone())
            }
            _ => Visible::Hidden,
        },
        plan,
        mentors: shown(parts.mentors.map(by_time)),
        series: shown(parts.evaluations.as_deref().map(series)),
        entries: shown(parts.entries),
        evaluations: shown(parts.evaluations),
        sessions: shown(sessions),
        training: shown(enrolments),
        training_hours: shown(training_hours),
        induction: shown(induction),
        postings: shown(postings),
        decisions: later(Section::Decisions),
        completeness,
        person: Visible::when(query.wants(Section::Person), || person),
    };
    Ok(GrowthFileResponse {
        file,
        generated_at: context.now,
        journal_position: journal::position(conn)?,
    })
}

fn sees_training(context: &Context, query: &GrowthFileQuery) -> bool {
    query.wants(Section::Training) && context.actor.may(Permission::TrainingRead)
}

/// The training of a cadre that the caller reads, from the day and as much as was asked for.
fn enrolments(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    query: &GrowthFileQuery,
) -> Result<Vec<EnrolmentResponse>> {
    let mut found = training::of_cadre(conn, context, cadre_id, query.limit())?;
    found.retain(|one| query.since.is_none_or(|since| one.ends_on >= since));
    Ok(found)
}

fn sees_postings(context: &Context, query: &GrowthFileQuery) -> bool {
    query.wants(Section::Postings) && context.actor.may(Permission::PostingsRead)
}

/// The postings of a cadre that the caller reads, from the day and as much as was asked for.
fn postings_of(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    query: &GrowthFileQuery,
) -> Result<Vec<PostingResponse>> {
    let mut found = postings::of_cadre(conn, context, cadre_id, query.limit())?;
    let last_day = |one: &PostingResponse| one.ends_on.unwrap_or(one.planned_ends_on);
    found.retain(|one| query.since.is_none_or(|since| last_day(one) >= since));
    Ok(found)
}

fn sees_sessions(context: &Context, query: &GrowthFileQuery) -> bool {
    query.wants(Section::Sessions) && context.actor.may(Permission::SessionsRead)
}

/// The talks of a cadre that the caller knows of, from the day and as much as was asked for.
fn sessions_of(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    query: &GrowthFileQuery,
) -> Result<Vec<MentoringSessionResponse>> {
    let mut found = mentoring_sessions::of_cadre(conn, context, cadre_id, query.limit())?;
    found.retain(|one| query.since.is_none_or(|since| one.occurred_on >= since));
    Ok(found)
}

/// What the programme counts from; a unit that the person has left does not see it.
struct Programme {
    phase: FilePhase,
    reported_on: Date,
    status: CadreStatus,
}

impl Programme {
    fn from_cadre(person: &CadreResponse) -> Option<Self> {
        match (&person.phase, &person.phase_ends_on, &person.reported_on) {
            (Visible::Shown(current), Visible::Shown(ends_on), Visible::Shown(reported_on)) => {
                Some(Self {
                    phase: FilePhase {
                        current: *current,
                        ends_on: *ends_on,
                    },
                    reported_on: *reported_on,
                    status: person.status,
                })
            }
            _ => None,
        }
    }

    /// The first day on which nothing more is expected: today, the end of the three years, or the day after leaving.
    fn until(&self, conn: &mut DbConn, context: &Context, cadre_id: Id) -> Result<Date> {
        let table = rules::table();
        let months = table.number(Number::PhaseMonths, context.today)
            * table.number(Number::PhaseCount, context.today);
        let end = self
            .reported_on
            .plus_months(i32::try_from(months).unwrap_or(36));
        let gone = match self.status {
            CadreStatus::Active | CadreStatus::Suspended => None,
            CadreStatus::Left | CadreStatus::Graduated => career_store::last_day(conn, cadre_id)?,
        };
        let until = context.today.min(end);
        Ok(gone.map_or(until, |day| until.min(day.plus_days(1))))
    }
}

/// The records of a file; `None` for those that were not asked for or that the caller may not see.
struct Parts {
    mentors: Option<Vec<FileMentor>>,
    evaluations: Option<Vec<EvaluationResponse>>,
    entries: Option<Vec<GrowthEntryResponse>>,
    /// Whether all of it was read, from the first day on.
    whole: bool,
}

impl Parts {
    /// Reads what is asked for: all that the caller sees of it where the completeness is to be told, else no more than is sent.
    fn read(
        conn: &mut DbConn,
        context: &Context,
        cadre_id: Id,
        programme: Option<&Programme>,
        query: &GrowthFileQuery,
    ) -> Result<Self> {
        let parts = [
            (Section::Mentors, Permission::AssignmentsRead),
            (Section::Evaluations, Permission::EvaluationsRead),
            (Section::Entries, Permission::GrowthRead),
        ];
        let whole = programme.is_some()
            && query.wants(Section::Completeness)
            && parts
                .iter()
                .all(|(_, permission)| context.actor.may(*permission));
        let (since, limit) = if whole {
            (None, MOST)
        } else {
            (query.since, query.limit())
        };
        let [mentors, evaluations, entries] = parts.map(|(section, permission)| {
            (whole || query.wants(section)) && context.actor.may(permission)
        });
        let mut found = Self {
            mentors: None,
            evaluations: None,
            entries: None,
            whole,
        };
        // A unit that the person has left keeps the records of its own time; evaluations see to that by themselves.
        let keeps = |permission, path: &str| {
            programme.is_some() || context.reach_of(permission).covers(path)
        };
        if mentors {
            let rows = store::mentors_of(conn, cadre_id, since)?.into_iter();
            let kept = rows.filter(|(_, path)| keeps(Permission::AssignmentsRead, path));
            found.mentors = Some(kept.map(|(mentor, _)| mentor).collect());
        }
        if evaluations {
            let rows =
                evaluations::store::reading::confirmed_of(conn, context, cadre_id, since, limit)?;
            let see = |row| EvaluationResponse::from_record(row, context);
            found.evaluations = Some(rows.into_iter().map(see).collect::<Result<_>>()?);
        }
        if entries {
            let limit = if programme.is_some() { limit } else { MOST };
            let rows = growth_entries::store::current_of(conn, cadre_id, since, limit)?.into_iter();
            let kept = rows.filter(|row| keeps(Permission::GrowthRead, &row.organization_path));
            let see = |row| GrowthEntryResponse::from_record(row, context);
            found.entries = Some(kept.map(see).collect::<Result<_>>()?);
        }
        Ok(found)
    }

    /// How complete the file is, of what the caller sees of it.
    fn completeness(
        &self,
        conn: &mut DbConn,
        context: &Context,
        cadre_id: Id,
        programme: &Programme,
    ) -> Result<Completeness> {
        let mut holdings = Holdings::default();
        let guides = |mentor: &&FileMentor| mentor.status == "ACTIVE" && !mentor.needs_replacement;
        holdings.mentor_roles = self.mentors.iter().flatten().filter(guides).count();
        for evaluation in self.evaluations.iter().flatten() {
            match evaluation.kind {
                EvaluationKind::Annual => holdings.annual.push(evaluation.period_to),
                _ => holdings.evaluations.push(evaluation.period_to),
            }
        }
        let entries = self.entries.iter().flatten();
        let entries = entries.filter(|entry| entry.status != EntryStatus::Draft);
        holdings.entries = entries.map(|entry| entry.occurred_on).collect();
        let until = programme.until(conn, context, cadre_id)?;
        Ok(Completeness::new(programme.reported_on, until, &holdings))
    }

    /// The parts that were asked for, from the day and as many as were asked for.
    fn cut(mut self, query: &GrowthFileQuery) -> Self {
        let limit = usize::try_from(query.limit()).unwrap_or(usize::MAX);
        let since = |day: Date| query.since.is_none_or(|since| day >= since);
        self.mentors = self.mentors.filter(|_| query.wants(Section::Mentors));
        self.evaluations = self
            .evaluations
            .filter(|_| query.wants(Section::Evaluations));
        self.entries = self.entries.filter(|_| query.wants(Section::Entries));
        if let Some(mentors) = &mut self.mentors {
            mentors.retain(|mentor| mentor.ends_on.is_none_or(since));
        }
        if let Some(evaluations) = &mut self.evaluations {
            evaluations.retain(|evaluation| since(evaluation.period_to));
            evaluations.truncate(limit);
        }
        if let Some(entries) = &mut self.entries {
            entries.retain(|entry| since(entry.occurred_on));
            entries.truncate(limit);
        }
        self
    }
}

fn shown<T>(part: Option<T>) -> Visible<T> {
    part.map_or(Visible::Hidden, Visible::Shown)
}

fn by_time(mentors: Vec<FileMentor>) -> FileMentors {
    let (mut now, before): (Vec<_>, Vec<_>) = mentors
        .into_iter()
        .partition(|mentor| mentor.status == "ACTIVE");
    now.sort_by_key(|mentor| mentor.role);
    FileMentors { now, before }
}

/// The scores of evaluations by dimension, the earliest first.
fn series(evaluations: &[EvaluationResponse]) -> Vec<ScoreSeries> {
    let mut by_dimension: BTreeMap<_, Vec<ScorePoint>> = BTreeMap::new();
    for evaluation in evaluations.iter().rev() {
        for score in &evaluation.scores {
            by_dimension
                .entry(score.dimension)
                .or_default()
                .push(ScorePoint {
                    period_to: evaluation.period_to,
                    score: score.score,
                    kind: evaluation.kind,
                    evaluator_relation: evaluation.evaluator_relation,
                    evaluation_id: evaluation.id,
                });
        }
    }
    let series = by_dimension.into_iter();
    series
        .map(|(dimension, points)| ScoreSeries { dimension, points })
        .collect()
}
