//! Cadres as guests of their host: while a posting runs, and until what the host is to write of it is confirmed.
//!
//! The host is a unit of the tree, seen through whoever reads postings there, and the mentor who leads. They see the posting from when
//! it is planned; the person, in the few members of `CadreViewer::Guest`, from when it runs. After the end both go on for some days of the
//! rule table. A secondment that the host appraises goes on for longer, and ends as soon as what the host wrote is confirmed.

use super::appraisal::{appraises, is_long};
use super::guest_store;
use super::model::{Posting, PostingArrangement};
use super::rules::{is_of_host, leads};
use crate::access::Permission::PostingsRead;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::rules::{Number, table};
use crate::values::Date;

/// Whether a cadre is a guest of the caller: with their unit, or led by them.
///
/// # Errors
/// When the database refuses.
pub fn is_guest(conn: &mut DbConn, context: &Context, cadre_id: Id) -> Result<bool> {
    let Some(reach) = context.actor.reach(PostingsRead) else {
        return Ok(false);
    };
    if reach.subtrees.is_empty() && reach.mentees_of.is_none() {
        return Ok(false);
    }
    let hosts = guest_store::hosts_of(conn, cadre_id, context.today)?;
    let receives = |(lead, path): &(Option<Id>, Option<String>)| {
        leads(*lead, &reach) || is_of_host(path.as_deref(), &reach)
    };
    Ok(hosts.iter().any(receives))
}

/// The last day on which the host's side sees a posting whose end is recorded on a day.
pub fn until(row: &Posting, recorded_on: Date) -> Option<Date> {
    let ended_on = row.ends_on?;
    let is_appraised = row.host_organization_id.is_some()
        && row.arrangement == PostingArrangement::Secondment
        && is_long((row.first_day(), ended_on), ended_on);
    Some(last_day(is_appraised, ended_on, recorded_on))
}

/// Whoever tells what came of a posting long afterwards still sees what they told.
fn last_day(is_appraised: bool, ended_on: Date, recorded_on: Date) -> Date {
    let after = |day: Date, key| day.plus_days(table().number(key, ended_on));
    let told = after(recorded_on, Number::PostingGuestDays);
    if is_appraised {
        told.max(after(ended_on, Number::PostingAppraisedGuestDays))
    } else {
        told
    }
}

/// What a host wrote of a cadre and a period was confirmed, and no more of it is open: those secondments that are over and on which it
/// is based are shown to the host's side no longer.
///
/// # Errors
/// When the database refuses.
pub fn appraisal_confirmed(
    tx: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    period: (Date, Date),
) -> Result<()> {
    let ended = guest_store::ended_secondments(tx, cadre_id, context.today)?;
    let of_period = |(_, days): &(Id, (Date, Date))| appraises(*days, period);
    let ids: Vec<Id> = ended
        .into_iter()
        .filter(of_period)
        .map(|(id, _)| id)
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    guest_store::show_until(tx, &ids, context.today.plus_days(-1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::with;

    #[test]
    fn the_host_sees_a_guest_for_days_of_the_rule_table() {
        let day = |text| Date::parse(text).unwrap();
        let end = day("2023-07-02");
        let told = || last_day(false, end, end);
        let appraised = || last_day(true, end, end);
        assert_eq!(
            (told(), appraised()),
            (day("2023-08-01"), day("2024-01-31"))
        );
        // Told late: from the day on which it was.
        let late = day("2024-01-15");
        assert_eq!(last_day(false, end, late), day("2024-02-14"));
        assert_eq!(last_day(true, end, late), day("2024-02-14"));
        let changed = with(("POSTING", "guest_days"), "1", told);
        assert_eq!(changed, day("2023-07-03"));
        let changed = with(("POSTING", "appraised_guest_days"), "40", appraised);
        assert_eq!(changed, day("2023-08-11"));
    }
}
