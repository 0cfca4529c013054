//! One figure through the years.

use super::RuleRow;
use crate::values::Date;

/// The values of one key in order of their days; there is always a first.
pub struct Series<V> {
    first: Dated<V>,
    later: Vec<Dated<V>>,
}

struct Dated<V> {
    from: Date,
    to: Option<Date>,
    value: V,
}

impl<V> Series<V> {
    /// Reads the rows of one key.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn read<'a>(
        rows: impl Iterator<Item = &'a RuleRow>,
        parse: impl Fn(&str) -> Option<V>,
    ) -> Result<Self, String> {
        let mut values = Vec::new();
        for row in rows {
            let value =
                parse(&row.value).ok_or_else(|| format!("{:?} cannot be read", row.value))?;
            if row.effective_to.is_some_and(|to| to < row.effective_from) {
                return Err(format!(
                    "the row of {} ends before it begins",
                    row.effective_from
                ));
            }
            values.push(Dated {
                from: row.effective_from,
                to: row.effective_to,
                value,
            });
        }
        values.sort_by_key(|dated| dated.from);
        if let Some(pair) = values
            .windows(2)
            .find(|pair| pair[0].to.is_none_or(|to| to >= pair[1].from))
        {
            return Err(format!(
                "the rows of {} and {} overlap",
                pair[0].from, pair[1].from
            ));
        }
        let mut values = values.into_iter();
        let first = values.next().ok_or("no row")?;
        Ok(Self {
            first,
            later: values.collect(),
        })
    }

    fn latest(&self, on: Date) -> &Dated<V> {
        self.later
            .iter()
            .rev()
            .find(|dated| dated.from <= on)
            .unwrap_or(&self.first)
    }

    /// The value of the last row that begins by a day, or the first row's.
    pub fn nearest(&self, on: Date) -> &V {
        &self.latest(on).value
    }

    /// The value that holds on a day; before the first row, the first row's, so that no date lies before the rules.
    pub fn in_force(&self, on: Date) -> Option<&V> {
        let dated = self.latest(on);
        dated.to.is_none_or(|to| on <= to).then_some(&dated.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_gap_between_rows_is_a_time_without_the_rule() {
        let dated = |from, to: Option<&str>, value| Dated {
            from: day(from),
            to: to.map(day),
            value,
        };
        let series = Series {
            first: dated("2010-01-01", Some("2010-12-31"), 1),
            later: vec![dated("2012-01-01", None, 2)],
        };
        let at = |on| (series.in_force(day(on)).copied(), *series.nearest(day(on)));
        assert_eq!(at("2009-12-31"), (Some(1), 1));
        assert_eq!(at("2010-12-31"), (Some(1), 1));
        assert_eq!(at("2011-06-01"), (None, 1));
        assert_eq!(at("2012-01-01"), (Some(2), 2));
    }
}
