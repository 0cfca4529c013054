//! Pairs that are loaded in bulk, as they stand: for data that was checked where it was made.

use std::collections::BTreeMap;

use super::model::{Assignment, AssignmentStatus, EndReason, PairingStyle};
use super::store;
use crate::cadres::{self, Cadre, Mentoring};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::mentors::{self, MentorRole};
use crate::transitions::record;
use crate::values::Date;

/// A pair so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairing {
    /// The cadre.
    pub cadre_id: Id,
    /// The mentor.
    pub mentor_id: Id,
    /// As what the mentor guides.
    pub role: MentorRole,
    /// How the mentor leads.
    pub pairing_style: Option<PairingStyle>,
    /// The first day.
    pub starts_on: Date,
    /// The last day and the reason, when it is over.
    pub ended: Option<(Date, EndReason)>,
}

/// Writes pairs so far: open ones are active, ended ones replaced, and the one that begins on the day after names its
/// predecessor. Seats taken and the cadres' columns are written once for all of them.
///
/// # Errors
/// `Duplicate`, `CapacityExceeded`, `RuleViolation` when the data break what the database holds.
pub fn load(tx: &mut DbConn, context: &Context, pairings: &[Pairing]) -> Result<()> {
    let mut cadres = BTreeMap::new();
    let mut rows = Vec::with_capacity(pairings.len());
    let mut ordered: Vec<&Pairing> = pairings.iter().collect();
    ordered.sort_by_key(|pairing| pairing.starts_on);
    // The last day of a pair of a cadre in a role, and which pair it was.
    let mut former: BTreeMap<(Id, MentorRole), (Date, Id)> = BTreeMap::new();
    for pairing in ordered {
        let cadre = match cadres.entry(pairing.cadre_id) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => place.insert(
                cadres::store::find(tx, pairing.cadre_id)?
                    .ok_or_else(|| Error::internal("a pair names a cadre who is not there"))?,
            ),
        };
        let mut row = row(tx, context, pairing, cadre)?;
        let key = (pairing.cadre_id, pairing.role);
        let predecessor = former.get(&key);
        row.replaces_id = predecessor
            .filter(|(last, _)| last.plus_days(1) == pairing.starts_on)
            .map(|(_, id)| *id);
        if let Some((last, _)) = pairing.ended {
            former.insert(key, (last, row.id));
        }
        rows.push(row);
    }
    store::insert_many(tx, &rows)?;
    count_seats(tx, &rows)?;
    recompute_cadres(tx, cadres.keys(), &rows)?;
    let changed = ["cadreId", "mentorId", "role", "status", "startsOn"];
    for row in &rows {
        record(tx, context, "assignment.created", row, &changed, None)?;
    }
    Ok(())
}

fn row(tx: &mut DbConn, context: &Context, pairing: &Pairing, cadre: &Cadre) -> Result<Assignment> {
    let organization = cadres::career_store::organization_on(tx, cadre.id, pairing.starts_on)?;
    let pair = Assignment::blank(
        context,
        context.new_id(),
        cadre,
        pairing.mentor_id,
        pairing.role,
        pairing.starts_on,
    );
    Ok(Assignment {
        pairing_style: pairing.pairing_style.or(pair.pairing_style),
        status: if pairing.ended.is_some() {
            AssignmentStatus::Replaced
        } else {
            AssignmentStatus::Active
        },
        ends_on: pairing.ended.map(|(last, _)| last),
        end_reason: pairing.ended.map(|(_, reason)| reason),
        organization_id: organization.map_or(cadre.organization_id, |organization| organization.id),
        ..pair
    })
}

fn count_seats(tx: &mut DbConn, rows: &[Assignment]) -> Result<()> {
    let mut taken: BTreeMap<Id, i32> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.is_active()) {
        *taken.entry(row.mentor_id).or_default() += 1;
    }
    for (mentor_id, taken) in taken {
        mentors::store::set_active_mentees(tx, mentor_id, taken)?;
    }
    Ok(())
}

fn recompute_cadres<'a>(
    tx: &mut DbConn,
    cadre_ids: impl Iterator<Item = &'a Id>,
    rows: &[Assignment],
) -> Result<()> {
    let mut columns: BTreeMap<Id, [Option<Id>; 2]> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.is_active()) {
        let mentors = columns.entry(row.cadre_id).or_default();
        match row.role {
            MentorRole::Political => mentors[0] = Some(row.mentor_id),
            MentorRole::Professional => mentors[1] = Some(row.mentor_id),
        }
    }
    for id in cadre_ids {
        let [political, professional] = columns.get(id).copied().unwrap_or_default();
        let mentoring = match (political, professional) {
            (Some(_), Some(_)) => Mentoring::Full,
            (None, None) => Mentoring::None,
            _ => Mentoring::Partial,
        };
        cadres::store::set_mentors(tx, *id, political, professional, mentoring)?;
    }
    Ok(())
}
