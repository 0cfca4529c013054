//! Use cases of hours.

use std::collections::HashMap;

use super::duty::{Days, Duty, duty};
use super::model::YearSum;
use super::request::TrainingHoursFilters;
use super::response::{HoursOfYear, Induction, TrainingHoursResponse};
use super::store::{self, TrainingCadre, TrainingHoursSort};
use crate::absences;
use crate::access::Reach;
use crate::cadres::{self, CadreStatus, Phase, career_store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::listing::{List, Page};
use crate::organizations::ListedOrganizations;
use crate::values::Date;

/// The training of a cadre in a year.
///
/// # Errors
/// `NotFound` out of reach.
pub fn of_cadre(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    year: Option<i32>,
) -> Result<TrainingHoursResponse> {
    let cadre = store::find(conn, cadre_id)?;
    let cadre = cadre.filter(|cadre| sees(cadre, &context.reach));
    let cadre = cadre.ok_or(Error::NotFound)?;
    let known = Known::of_one(conn, context.today, &cadre)?;
    let year = year.unwrap_or_else(|| context.today.year());
    Ok(known.of(cadre, year))
}

/// A page of the training of those in the programme in a year.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    filters: &TrainingHoursFilters,
    list: &List<TrainingHoursSort>,
) -> Result<Page<TrainingHoursResponse>> {
    let subtree = filters.subtree.is_none_or(|flag| flag.0);
    let organizations =
        ListedOrganizations::new(conn, &context.reach, filters.organization_id, subtree)?;
    let rows = store::page(conn, context, filters, &organizations, list)?;
    let total = list.total(|| store::total(conn, context, filters, &organizations))?;
    let year = filters.year.map_or(context.today.year(), |year| year.0);
    list.page_of(rows, total, |rows| {
        let ids: Vec<Id> = rows.iter().map(|cadre| cadre.id).collect();
        let known = Known::find(conn, context.today, &ids)?;
        Ok(rows
            .into_iter()
            .map(|cadre| known.of(cadre, year))
            .collect())
    })
}

/// Years of training, and the induction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainingYears {
    /// The years, the first one first.
    pub years: Vec<HoursOfYear>,
    /// Days of induction within probation.
    pub induction: Induction,
}

/// The training of a cadre in the calendar years between two days, whoever may see it.
///
/// # Errors
/// `NotFound` without such a cadre.
pub fn years_of(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    (from, to): Days,
) -> Result<TrainingYears> {
    let cadre = store::find(conn, cadre_id)?.ok_or(Error::NotFound)?;
    let known = Known::of_one(conn, context.today, &cadre)?;
    let sums = known.sums_of(cadre.id);
    let years = from.year()..=to.year();
    Ok(TrainingYears {
        years: years
            .map(|year| HoursOfYear::new(year, sums, &known.duty_of(&cadre, year)))
            .collect(),
        induction: Induction::new(sums, cadre.reported_on, cadre.probation_extended_until),
    })
}

/// Whether the caller sees the hours of a cadre: their unit, a present mentor, the cadre.
fn sees(cadre: &TrainingCadre, reach: &Reach) -> bool {
    let (political, professional) = cadre.mentor_ids;
    reach.cadre_id == Some(cadre.id)
        || reach.guides([political, professional])
        || reach.covers(&cadre.path)
}

/// What is known of some cadres, read in a fixed number of statements.
struct Known {
    sums: HashMap<Id, Vec<YearSum>>,
    leave: HashMap<Id, Vec<Days>>,
    last_days: HashMap<Id, Date>,
}

impl Known {
    /// Of those who are in the programme.
    fn find(conn: &mut DbConn, today: Date, ids: &[Id]) -> Result<Self> {
        Ok(Self {
            sums: store::sums_of(conn, ids)?,
            leave: leave_of(conn, today, ids)?,
            last_days: HashMap::new(),
        })
    }

    /// Of one, who may have left it.
    fn of_one(conn: &mut DbConn, today: Date, cadre: &TrainingCadre) -> Result<Self> {
        let mut known = Self::find(conn, today, &[cadre.id])?;
        if matches!(cadre.status, CadreStatus::Left | CadreStatus::Graduated) {
            let last = career_store::last_day(conn, cadre.id)?;
            known.last_days.extend(last.map(|day| (cadre.id, day)));
        }
        Ok(known)
    }

    fn of(&self, cadre: TrainingCadre, year: i32) -> TrainingHoursResponse {
        let duty = self.duty_of(&cadre, year);
        let sums = self.sums_of(cadre.id);
        TrainingHoursResponse::new(cadre, year, &duty, sums)
    }

    fn sums_of(&self, cadre_id: Id) -> &[YearSum] {
        self.sums.get(&cadre_id).map_or(&[], Vec::as_slice)
    }

    fn duty_of(&self, cadre: &TrainingCadre, year: i32) -> Duty {
        let planned = cadres::days_of(Phase::Strengthening, cadre.reported_on);
        let left = self.last_days.get(&cadre.id).copied();
        let last = left.or(planned.map(|days| days.1));
        let leave = self.leave.get(&cadre.id).map_or(&[][..], Vec::as_slice);
        match (Date::days_of_year(year), last) {
            (Some(days), Some(last)) => duty(days, (cadre.reported_on, last), leave),
            _ => Duty::NONE,
        }
    }
}

/// The times away of some cadres; those that last are as long as they have lasted.
fn leave_of(conn: &mut DbConn, today: Date, ids: &[Id]) -> Result<HashMap<Id, Vec<Days>>> {
    let mut leave: HashMap<Id, Vec<Days>> = HashMap::new();
    for spell in absences::spells_of(conn, ids)? {
        let days = (spell.starts_on, spell.ends_on.unwrap_or(today));
        leave.entry(spell.cadre_id).or_default().push(days);
    }
    for (cadre_id, suspensions) in career_store::suspensions_of(conn, ids)? {
        let days = suspensions.iter().map(|suspension| {
            let last = suspension.resumed_on.map(|on| on.plus_days(-1));
            (suspension.from, last.unwrap_or(today))
        });
        leave.entry(cadre_id).or_default().extend(days);
    }
    Ok(leave)
}
