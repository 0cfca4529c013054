//! The tables of a summary: which counts add up which kinds of persons or seats.

use super::model::SummaryResponse;
use super::suppression::{self, Count, Kinds};

/// Leaves out of a summary what stands for, or would tell of, fewer than five.
pub fn suppress(summary: &mut SummaryResponse) {
    suppression::suppress(&mut cadres(summary));
    suppression::suppress(&mut mentors(summary));
    suppression::suppress(&mut seats(summary));
}

/// Cadres by phase, and for each phase by mentors: with both, with one, with neither, not in the programme.
fn cadres(summary: &mut SummaryResponse) -> [Count<'_>; 8] {
    const PHASE: Kinds = 0b1111;
    const MENTORING: Kinds = 0b0001_0001_0001_0001;
    let (phases, coverage) = (&mut summary.phases, &mut summary.coverage);
    [
        Count::new(&mut summary.cadres, Kinds::MAX),
        Count::new(&mut phases.seedling, PHASE),
        Count::new(&mut phases.nurturing, PHASE << 4),
        Count::new(&mut phases.strengthening, PHASE << 8),
        Count::new(&mut phases.graduated, PHASE << 12),
        Count::new(&mut coverage.full, MENTORING),
        Count::new(&mut coverage.partial, MENTORING << 1),
        Count::new(&mut coverage.none, MENTORING << 2),
    ]
}

/// Of either half, with or without a mentee, taken or free: who may be a political mentor alone, a professional one alone, both.
const POLITICAL: Kinds = 0b101_101;
const PROFESSIONAL: Kinds = 0b110_110;
const APPOINTED: Kinds = POLITICAL | PROFESSIONAL;
const FIRST_HALF: Kinds = 0b111;
const NOT_APPOINTED: Kinds = 0b1_000_000;

/// Mentors who are appointed by roles and by whether they guide anyone, and those who are not appointed.
fn mentors(summary: &mut SummaryResponse) -> [Count<'_>; 5] {
    let mentors = &mut summary.mentors;
    [
        Count::new(&mut mentors.total, APPOINTED | NOT_APPOINTED),
        Count::new(&mut mentors.appointed, APPOINTED),
        Count::new(&mut mentors.political, POLITICAL),
        Count::new(&mut mentors.professional, PROFESSIONAL),
        Count::new(&mut mentors.without_mentee, FIRST_HALF),
    ]
}

/// Seats by the roles of their mentors, taken or free.
fn seats(summary: &mut SummaryResponse) -> [Count<'_>; 5] {
    let seats = &mut summary.seats;
    [
        Count::new(&mut seats.total, APPOINTED),
        Count::new(&mut seats.taken, FIRST_HALF),
        Count::new(&mut seats.available, FIRST_HALF << 3),
        Count::new(&mut seats.political, POLITICAL),
        Count::new(&mut seats.professional, PROFESSIONAL),
    ]
}

#[cfg(test)]
mod tests;
