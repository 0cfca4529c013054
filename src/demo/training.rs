//! The demo's training: forty events over three years, and who took part.
//!
//! A city is uneven, and the same every time: whether someone took part in an event, and what came of it, follows from both ids in the
//! files.

use std::collections::{HashMap, HashSet};

use super::accounts::RECRUIT;
use super::files::{self, GrowthRow, TrainingEventRow};
use super::plans::drawn;
use super::records::People;
use crate::cadres::{self, Cadre};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::organizations;
use crate::training::{
    self, EnrolmentResult, EnrolmentStatus, PastEnrolment, PastEvent, TrainingEvent,
    TrainingEventStatus, TrainingKind,
};

/// What growth entries call the induction.
const INDUCTION: &str = "新录用公务员初任培训";

/// Holds every event, and enrols those who take part.
pub fn load(tx: &mut DbConn, context: &Context, people: &People) -> Result<()> {
    let units: HashMap<String, (Id, String)> = organizations::store::placed_by_code(tx)?;
    let paths: HashMap<Id, &str> = units
        .values()
        .map(|(id, path)| (*id, path.as_str()))
        .collect();
    let mut cadres: Vec<(&str, &Cadre)> = people.cadres().collect();
    cadres.sort_unstable_by_key(|(external_id, _)| *external_id);
    let entries: Vec<GrowthRow> = files::rows(files::GROWTH_ENTRIES)?;
    let told = entries.iter().filter(|entry| entry.title == INDUCTION);
    let mut waiting: HashSet<&str> = told.map(|entry| entry.cadre_external_id.as_str()).collect();
    for row in files::rows::<TrainingEventRow>(files::TRAINING_EVENTS)? {
        let Some((host, path)) = units.get(&row.organization_code) else {
            return Err(Error::internal("an event of the demo names no unit"));
        };
        let mut event = training::hold(tx, context, &past_event(&row, *host))?;
        let (phases, mut past) = (row.phases(), Vec::new());
        for (external_id, cadre) in &cadres {
            let is_within = paths
                .get(&cadre.organization_id)
                .is_some_and(|unit| unit.starts_with(path));
            let has_reported = cadre.reported_on <= row.starts_on;
            let day = row.starts_on.min(context.today);
            let phase = cadres::phase_on(cadre.reported_on, day).0;
            let is_of_phase = phases.is_empty() || phases.contains(&phase);
            if !(is_within && has_reported && is_of_phase && row.share_percent > 0) {
                continue;
            }
            // The recruit who is an account comes to none that is still to begin, for a look around.
            if *external_id == RECRUIT && row.starts_on > context.today {
                continue;
            }
            // Whose file tells of induction was at the first one that they could be at.
            let comes = match row.kind {
                TrainingKind::Induction => waiting.remove(external_id),
                _ => drawn(&[external_id, &row.external_id, "comes"]) % 100 < row.share_percent,
            };
            if comes {
                let seated = past.len();
                past.push(past_enrolment(&row, &event, external_id, cadre, seated));
            }
        }
        training::take_over(tx, context, &mut event, &past)?;
    }
    Ok(())
}

fn past_event(row: &TrainingEventRow, host: Id) -> PastEvent {
    PastEvent {
        organization_id: host,
        title: row.title.clone(),
        theme: row.theme.clone(),
        kind: row.kind,
        days: (row.starts_on, row.ends_on),
        hours: row.hours,
        seats: row.seats,
        place: row.place.clone(),
        phases: row.phases(),
        status: row.status,
        cancel_reason: row.cancel_reason.clone(),
    }
}

/// What became of someone's seat: of an event that is over, attendance; of one to come, a seat or a place among those who wait.
fn past_enrolment(
    row: &TrainingEventRow,
    event: &TrainingEvent,
    external_id: &str,
    cadre: &Cadre,
    before: usize,
) -> PastEnrolment {
    let draw = |of: &str| drawn(&[external_id, &row.external_id, of]);
    let is_over = row.status == TrainingEventStatus::Finished;
    let has_seat = row
        .seats
        .is_none_or(|seats| usize::try_from(seats).is_ok_and(|seats| before < seats));
    let status = match draw("status") % 100 {
        _ if !is_over && has_seat => EnrolmentStatus::Enrolled,
        _ if !is_over => EnrolmentStatus::Waitlisted,
        _ if row.kind == TrainingKind::Induction => EnrolmentStatus::Attended,
        0..=87 => EnrolmentStatus::Attended,
        88..=93 => EnrolmentStatus::Partly,
        94..=96 => EnrolmentStatus::Absent,
        _ => EnrolmentStatus::Excused,
    };
    let hours = match status {
        EnrolmentStatus::Attended => event.hours,
        EnrolmentStatus::Partly => {
            event.hours * i32::try_from(draw("part") % 6 + 3).unwrap_or(5) / 10
        }
        _ => 0,
    };
    let is_graded = row.kind == TrainingKind::Induction && status == EnrolmentStatus::Attended;
    let score = i32::try_from(draw("score") % 38 + 61).unwrap_or(80);
    PastEnrolment {
        cadre_id: cadre.id,
        organization_id: cadre.organization_id,
        status,
        hours,
        result: if is_graded {
            EnrolmentResult::Passed
        } else {
            EnrolmentResult::None
        },
        score: is_graded.then_some(score),
    }
}
