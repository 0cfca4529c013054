//! Small cells: what an analyst may not see, and what would tell it.

use super::model::Cell;

/// The fewest persons that an analyst sees a count of.
const FEWEST: i64 = 5;

/// Hides a count of fewer than five.
pub fn hide(cell: &mut Cell) {
    *cell = cell.filter(|count| *count >= FEWEST);
}

/// Hides the small counts of parts that add up to a known sum. Where the hidden ones could be reckoned from that sum to fewer
/// than five persons, the smallest of the others is hidden with them.
pub fn hide_parts(parts: &mut [&mut Cell]) {
    let hidden: i64 = parts
        .iter()
        .filter_map(|part| **part)
        .filter(|count| *count < FEWEST)
        .sum();
    for part in parts.iter_mut() {
        hide(part);
    }
    if (1..FEWEST).contains(&hidden)
        && let Some(smallest) = parts
            .iter_mut()
            .filter(|part| part.is_some())
            .min_by_key(|part| part.unwrap_or_default())
    {
        **smallest = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts_after(counts: [i64; 4]) -> [Cell; 4] {
        let mut cells = counts.map(Some);
        let [a, b, c, d] = &mut cells;
        hide_parts(&mut [a, b, c, d]);
        cells
    }

    #[test]
    fn small_counts_are_hidden() {
        let mut cell = Some(4);
        hide(&mut cell);
        assert_eq!(cell, None);
        let mut cell = Some(5);
        hide(&mut cell);
        assert_eq!(cell, Some(5));
        assert_eq!(
            parts_after([356, 545, 238, 0]),
            [Some(356), Some(545), Some(238), None]
        );
        assert_eq!(
            parts_after([4, 3, 20, 30]),
            [None, None, Some(20), Some(30)]
        );
    }

    #[test]
    fn a_small_count_cannot_be_reckoned_from_the_sum() {
        assert_eq!(
            parts_after([3, 20, 30, 40]),
            [None, None, Some(30), Some(40)]
        );
        assert_eq!(parts_after([3, 0, 30, 40]), [None, None, None, Some(40)]);
        assert_eq!(parts_after([2, 2, 30, 40]), [None, None, None, Some(40)]);
    }
}
