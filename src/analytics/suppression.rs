//! Small counts: what an analyst may not see, and what would tell it.
//!
//! The counts of a reply overlap: one less another is a third. So a table is suppressed as a whole: first every count of fewer
//! than five, then, while a difference of those still shown would tell one of the hidden ones or a group of fewer than five, the
//! smallest count of that difference. Differences between units, and between days, are not looked at.

use super::model::Cell;

/// The fewest that an analyst sees a count of.
const FEWEST: i64 = 5;

/// Kinds that a count adds up, a bit each. The kinds of a table are disjoint: whoever is counted at all is of exactly one.
pub type Kinds = u16;

/// One count of a table.
pub struct Count<'a> {
    kinds: Kinds,
    value: i64,
    cell: &'a mut Cell,
}

impl<'a> Count<'a> {
    /// A cell, and the kinds it adds up.
    pub fn new(cell: &'a mut Cell, kinds: Kinds) -> Self {
        Self {
            kinds,
            value: cell.unwrap_or_default(),
            cell,
        }
    }

    /// Whether the analyst sees it.
    pub fn is_shown(&self) -> bool {
        self.cell.is_some()
    }
}

#[cfg(test)]
impl Count<'_> {
    pub fn kinds(&self) -> Kinds {
        self.kinds
    }

    pub fn fill(&mut self, value: i64) {
        *self.cell = Some(value);
    }
}

/// Hides what stands for fewer than five, and what would tell such a count. Where two would do, the smaller one is hidden; of
/// equal ones the later: name wholes before their parts.
pub fn suppress(table: &mut [Count<'_>]) {
    for count in table.iter_mut() {
        if count.value < FEWEST {
            *count.cell = None;
        }
    }
    while let Some(smallest) = telling(table).and_then(|difference| {
        (0..difference.len())
            .filter(|place| difference[*place] != 0)
            .min_by_key(|place| (table[*place].value, usize::MAX - place))
    }) {
        *table[smallest].cell = None;
    }
}

/// The shortest difference of shown counts that tells what is hidden: by place, what each count is taken times.
fn telling(table: &[Count<'_>]) -> Option<Vec<i8>> {
    differences(table)
        .filter(|difference| tells(table, difference))
        .min_by_key(|difference| difference.iter().filter(|times| **times != 0).count())
}

/// All sums and differences of the shown counts, each taken once at most.
fn differences(table: &[Count<'_>]) -> impl Iterator<Item = Vec<i8>> {
    let shown: Vec<bool> = table.iter().map(Count::is_shown).collect();
    let last = shown
        .iter()
        .filter(|shown| **shown)
        .fold(1_u32, |n, _| n * 3);
    (1..last).map(move |number| {
        let mut rest = number;
        let mut next = |shown: &bool| {
            if !*shown {
                return 0;
            }
            let digit = rest % 3;
            rest /= 3;
            [0, 1, -1][digit as usize]
        };
        shown.iter().map(&mut next).collect()
    })
}

fn tells(table: &[Count<'_>], difference: &[i8]) -> bool {
    let Some(group) = group(table, difference) else {
        return false;
    };
    let value: i64 = table
        .iter()
        .zip(difference)
        .map(|(count, times)| count.value * i64::from(*times))
        .sum();
    let mut hidden = table.iter().filter(|count| !count.is_shown());
    match value {
        // Nobody is in the group: nor in any part of it.
        0 => hidden.any(|count| count.kinds & !group == 0),
        1..FEWEST => true,
        _ => hidden.any(|count| count.kinds == group),
    }
}

/// The kinds that a difference leaves, if it leaves each of them once.
fn group(table: &[Count<'_>], difference: &[i8]) -> Option<Kinds> {
    let mut group = 0;
    for bit in 0..Kinds::BITS {
        let times: i8 = table
            .iter()
            .zip(difference)
            .filter(|(count, _)| count.kinds >> bit & 1 == 1)
            .map(|(_, times)| times)
            .sum();
        match times {
            0 => {}
            1 => group |= 1 << bit,
            _ => return None,
        }
    }
    (group != 0).then_some(group)
}
