//! Rows of points, kept while they fit.

use super::{MAX_POINTS, Problem, Scores, Stopped};

/// The greatest number of entries kept: 32 Mi of four bytes, 128 MiB.
///
/// A city fits many times over; a component beyond it asks for rows again,
/// so that memory stays bounded.
const KEEP: usize = 32 << 20;

/// Rows on demand, each asked for once while the table fits.
pub(super) struct Rows<'a, S: Scores + ?Sized> {
    scores: &'a S,
    mentors: usize,
    keep: bool,
    known: Vec<bool>,
    table: Vec<i32>,
}

impl<'a, S: Scores + ?Sized> Rows<'a, S> {
    /// An empty store of rows.
    pub(super) fn new(problem: &Problem<'a, S>) -> Self {
        Self::with_room(problem, KEEP)
    }

    /// An empty store of at most `room` entries, or of one row.
    pub(super) fn with_room(problem: &Problem<'a, S>, room: usize) -> Self {
        let (seats, mentors) = (problem.seats.len(), problem.capacities.len());
        let keep = seats.saturating_mul(mentors) <= room;
        let entries = if keep { seats * mentors } else { mentors };
        let known = vec![false; if keep { seats } else { 0 }];
        Self {
            scores: problem.scores,
            mentors,
            keep,
            known,
            table: vec![super::NOT_ALLOWED; entries],
        }
    }

    /// The row of a seat. Refuses points beyond [`MAX_POINTS`], on which the
    /// proof of no overflow rests.
    pub(super) fn get(&mut self, seat: usize) -> Result<&[i32], Stopped> {
        let start = if self.keep { seat * self.mentors } else { 0 };
        let row = &mut self.table[start..start + self.mentors];
        if self.known.get(seat) != Some(&true) {
            self.scores.row(seat, row);
            if row.iter().fold(0, |most, &points| most.max(points)) > MAX_POINTS {
                return Err(Stopped::Invalid("points beyond the greatest allowed"));
            }
            if let Some(known) = self.known.get_mut(seat) {
                *known = true;
            }
        }
        Ok(row)
    }
}
