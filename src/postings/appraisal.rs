//! Who appraises a cadre on a secondment: from half a year on the host, in every period of which it covers half or more (R13).

use std::collections::HashMap;

use super::appraisal_store;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::rules::{Number, table};
use crate::values::Date;

/// The path of the unit that appraises a cadre as a host, if one does. A host outside the tree has nobody here who could: then the
/// cadre's own unit hands in what it is told.
///
/// # Errors
/// When the database refuses.
pub fn appraising_host(
    conn: &mut DbConn,
    cadre_id: Id,
    period: (Date, Date),
) -> Result<Option<String>> {
    let spent = appraisal_store::secondments(conn, &[cadre_id])?;
    let host = spent
        .into_iter()
        .find(|(.., days)| appraises(*days, period));
    Ok(host.map(|(_, _, path, _)| path))
}

/// The units of the tree that appraise some cadres as their hosts, by cadre; as [`appraising_host`].
///
/// # Errors
/// When the database refuses.
pub fn appraising_hosts(
    conn: &mut DbConn,
    cadre_ids: &[Id],
    period: (Date, Date),
) -> Result<HashMap<Id, Id>> {
    let mut hosts = HashMap::new();
    for (cadre_id, host, _, days) in appraisal_store::secondments(conn, cadre_ids)? {
        if appraises(days, period) {
            hosts.entry(cadre_id).or_insert(host);
        }
    }
    Ok(hosts)
}

/// Whether a secondment from a first to a last day is so long that its host appraises at all.
pub fn is_long((first, last): (Date, Date), on: Date) -> bool {
    last.days_since(first) + 1 >= table().number(Number::SecondmentDays, on)
}

/// Whether a secondment from a first to a last day is long enough, and covers enough of a period.
pub fn appraises((first, last): (Date, Date), (from, to): (Date, Date)) -> bool {
    let number = |key| table().number(key, to);
    let days = |from: Date, to: Date| to.days_since(from) + 1;
    let covered = days(first.max(from), last.min(to));
    is_long((first, last), to)
        && covered * 100 >= days(from, to) * number(Number::SecondmentCoveredPercent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::with;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn host_appraises(first: &str, last: &str, from: &str, to: &str) -> bool {
        appraises((day(first), day(last)), (day(from), day(to)))
    }

    #[test]
    fn r13_begins_with_183_days_and_half_of_the_period() {
        let quarter = ("2023-04-01", "2023-06-30");
        // 182 and 183 days.
        assert!(!host_appraises(
            "2023-01-01",
            "2023-07-01",
            quarter.0,
            quarter.1
        ));
        assert!(host_appraises(
            "2023-01-01",
            "2023-07-02",
            quarter.0,
            quarter.1
        ));
        // Of the 91 days of the quarter 45 and 46; of a June of 30 days 14 and 15.
        assert!(!host_appraises(
            "2022-10-01",
            "2023-05-15",
            quarter.0,
            quarter.1
        ));
        assert!(host_appraises(
            "2022-10-01",
            "2023-05-16",
            quarter.0,
            quarter.1
        ));
        assert!(!host_appraises(
            "2022-10-01",
            "2023-06-14",
            "2023-06-01",
            "2023-06-30"
        ));
        assert!(host_appraises(
            "2022-10-01",
            "2023-06-15",
            "2023-06-01",
            "2023-06-30"
        ));
        // A period that is over before it begins, or begins after it ended.
        assert!(!host_appraises(
            "2023-07-01",
            "2024-06-30",
            quarter.0,
            quarter.1
        ));
        assert!(!host_appraises(
            "2022-01-01",
            "2022-12-31",
            quarter.0,
            quarter.1
        ));
    }

    #[test]
    fn r13_is_that_of_the_rule_table() {
        let hundred_days =
            || host_appraises("2023-04-01", "2023-07-09", "2023-04-01", "2023-06-30");
        assert!(!hundred_days());
        assert!(with(("R13", "secondment_days"), "100", hundred_days));
        let half = || host_appraises("2022-10-01", "2023-05-16", "2023-04-01", "2023-06-30");
        assert!(half());
        assert!(!with(("R13", "covered_percent"), "60", half));
    }
}
