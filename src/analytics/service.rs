//! Adding up.

use super::model::{Cell, CoverageCounts, MentorCounts, PhaseCounts, SeatCounts, SummaryResponse};
use super::store::{self, CadreGroup, MentorGroup};
use super::tables;
use crate::access::visibility::STAFF;
use crate::cadres::{CadreStatus, Mentoring, Phase, phase_on};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::mentors::MentorStatus;
use crate::organizations;

/// The figures of a unit and all below it.
///
/// # Errors
/// `NotFound` out of reach.
pub fn summary(conn: &mut DbConn, context: &Context, id: Id) -> Result<SummaryResponse> {
    let unit = organizations::store::find(conn, id)?
        .filter(|unit| context.reach.covers(&unit.path))
        .ok_or(Error::NotFound)?;
    let subtree = unit.subtree();
    let cadres = store::cadres_of(conn, &subtree)?;
    let mentors = store::mentors_of(conn, &subtree)?;
    let phases = phases(&cadres, context);
    let mut summary = SummaryResponse {
        organization_id: id,
        as_of: context.today,
        cadres: Some(count(&cadres, |group| group.1 != CadreStatus::Left)),
        phases,
        coverage: coverage(&cadres),
        mentors: mentor_counts(&mentors),
        seats: seats(&mentors),
        organization_name: unit.name,
    };
    let is_staff = STAFF
        .iter()
        .any(|role| context.actor.holds(*role, &unit.path));
    if !is_staff && !context.reach.everything {
        tables::suppress(&mut summary);
    }
    Ok(summary)
}

fn count(groups: &[CadreGroup], counts: impl Fn(&CadreGroup) -> bool) -> i64 {
    groups
        .iter()
        .filter(|group| counts(group))
        .map(|group| group.3)
        .sum()
}

fn phases(cadres: &[CadreGroup], context: &Context) -> PhaseCounts {
    let of = |phase: Phase| {
        let is_in = |group: &CadreGroup| {
            group.1 != CadreStatus::Left && phase_on(group.0, context.today).0 == phase
        };
        Some(count(cadres, is_in))
    };
    PhaseCounts {
        seedling: of(Phase::Seedling),
        nurturing: of(Phase::Nurturing),
        strengthening: of(Phase::Strengthening),
        graduated: of(Phase::Graduated),
    }
}

fn coverage(cadres: &[CadreGroup]) -> CoverageCounts {
    let with = |mentoring: Mentoring| {
        let has = |group: &CadreGroup| {
            matches!(group.1, CadreStatus::Active | CadreStatus::Suspended) && group.2 == mentoring
        };
        Some(count(cadres, has))
    };
    CoverageCounts {
        full: with(Mentoring::Full),
        partial: with(Mentoring::Partial),
        none: with(Mentoring::None),
    }
}

fn sum(mentors: &[MentorGroup], of_one: impl Fn(&MentorGroup) -> i32) -> Cell {
    Some(
        mentors
            .iter()
            .map(|group| i64::from(of_one(group)) * group.count)
            .sum(),
    )
}

fn is_appointed(group: &MentorGroup) -> bool {
    group.status == MentorStatus::Appointed
}

fn mentor_counts(mentors: &[MentorGroup]) -> MentorCounts {
    let number = |counts: fn(&MentorGroup) -> bool| sum(mentors, |group| i32::from(counts(group)));
    MentorCounts {
        total: number(|group| group.status != MentorStatus::Retired),
        appointed: number(is_appointed),
        political: number(|group| is_appointed(group) && group.political),
        professional: number(|group| is_appointed(group) && group.professional),
        without_mentee: number(|group| is_appointed(group) && group.active_mentees == 0),
    }
}

fn seats(mentors: &[MentorGroup]) -> SeatCounts {
    let of = |counts: fn(&MentorGroup) -> bool, seats: fn(&MentorGroup) -> i32| {
        sum(mentors, |group| {
            if is_appointed(group) && counts(group) {
                seats(group)
            } else {
                0
            }
        })
    };
    SeatCounts {
        total: of(|_| true, |group| group.max_mentees),
        taken: of(|_| true, |group| group.active_mentees),
        available: of(
            |_| true,
            |group| (group.max_mentees - group.active_mentees).max(0),
        ),
        political: of(|group| group.political, |group| group.max_mentees),
        professional: of(|group| group.professional, |group| group.max_mentees),
    }
}
