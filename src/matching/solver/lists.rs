//! Short candidate lists with a proven bound on everything left out.

/// How many candidates a seat keeps.
const LENGTH: usize = 24;

/// The best candidates of one seat at the prices of the day.
#[derive(Debug, Default)]
pub(super) struct List {
    /// Mentors with their points.
    pub(super) items: Vec<(u32, i32)>,
    /// No mentor left out has `points - price` above this; `None` when no
    /// allowed mentor is left out. Stays true as long as prices only rise.
    pub(super) rest: Option<i64>,
}

/// Picks the best candidates of a row; keeps its scratch memory.
#[derive(Debug, Default)]
pub(super) struct Picker {
    found: Vec<(i64, u32)>,
}

impl Picker {
    /// Renews `list` from a full row.
    ///
    /// Ranks by `points - price`, then mentors with capacity left, then by
    /// index from a start that differs from seat to seat: where very many
    /// mentors tie, seats must not all keep the same few.
    pub(super) fn renew(
        &mut self,
        list: &mut List,
        seat: usize,
        row: &[i32],
        price: &[i64],
        left: &[u32],
    ) {
        let start = spread(seat, row.len());
        // The candidates so far are as good a list as any: nothing worse than
        // the worst of them can be among the best.
        let worst = list
            .items
            .iter()
            .map(|&(mentor, points)| rank(points, price[mentor as usize], left[mentor as usize]))
            .min();
        let mut floor = worst
            .filter(|_| list.items.len() == LENGTH)
            .map_or(i64::MIN, |worst| worst - 1);
        let mut dropped = i64::MIN;
        self.found.clear();
        for part in [start..row.len(), 0..start] {
            let offset = part.start;
            let columns = row[part.clone()]
                .iter()
                .zip(&price[part.clone()])
                .zip(&left[part]);
            for (at, ((&points, &price), &left)) in columns.enumerate() {
                let rank = rank(points, price, left);
                if rank <= floor {
                    dropped = dropped.max(rank);
                    continue;
                }
                self.found
                    .push((rank, u32::try_from(offset + at).unwrap_or(u32::MAX)));
                if self.found.len() == 2 * LENGTH {
                    (floor, dropped) = self.shorten(start, dropped);
                }
            }
        }
        if self.found.len() > LENGTH {
            (_, dropped) = self.shorten(start, dropped);
        }
        list.items.clear();
        list.items.extend(
            self.found
                .iter()
                .map(|&(_, mentor)| (mentor, row[mentor as usize])),
        );
        // Halving takes the bit for the capacity off again.
        list.rest = (dropped > i64::MIN).then_some(dropped >> 1);
    }

    /// Keeps the best `LENGTH` and returns the least rank kept and the
    /// greatest dropped.
    fn shorten(&mut self, start: usize, dropped: i64) -> (i64, i64) {
        self.found.sort_unstable_by_key(|&(rank, mentor)| {
            let mentor = mentor as usize;
            (std::cmp::Reverse(rank), mentor < start, mentor)
        });
        let dropped = self
            .found
            .get(LENGTH)
            .map_or(dropped, |next| dropped.max(next.0));
        self.found.truncate(LENGTH);
        (self.found.last().map_or(i64::MIN, |last| last.0), dropped)
    }
}

/// What a list is ranked by: the lowest bit prefers capacity left.
fn rank(points: i32, price: i64, left: u32) -> i64 {
    if points < 0 {
        i64::MIN
    } else {
        (i64::from(points) - price) * 2 + i64::from(left > 0)
    }
}

/// A start in `0..length` that scatters neighbouring seats (Fibonacci
/// hashing: the multiplier is 2^32 over the golden ratio).
fn spread(seat: usize, length: usize) -> usize {
    let low = (seat as u64).wrapping_mul(0x9E37_79B9) & 0xFFFF_FFFF;
    usize::try_from((low * length as u64) >> 32).unwrap_or(0)
}
