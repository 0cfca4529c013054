//! Use cases of hours.

use std::collections::HashMap;

use super::duty::{Days, Duty, duty};
use super::model::YearSum;
use super::request::TrainingHoursFilters;
use super::response::{HoursOfYear, Induction, TrainingHoursResponse};
use super::store::{self, TrainingCadre, TrainingHoursSort};
use crate::absences::{self, Spell};
use crate::access::Reach;
use crate::cadres::career_store::{self, Suspension};
use crate::cadres::{self, CadreStatus, Phase};
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
    let known = Known::find(conn, context.today, &[&cadre])?;
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
        let known = Known::find(conn, context.today, &rows.iter().collect::<Vec<_>>())?;
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
    let known = Known::find(conn, context.today, &[&cadre])?;
    let years = (from.year()..=to.year()).map(|year| {
        let of_year = known.of(cadre.clone(), year);
        HoursOfYear {
            year,
            credited: of_year.credited,
            duty: of_year.duty,
            short_by: of_year.short_by,
        }
    });
    let years = years.collect();
    let induction = known.of(cadre, to.year()).induction;
    Ok(TrainingYears { years, induction })
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
    today: Date,
    sums: HashMap<Id, Vec<YearSum>>,
    spells: Vec<Spell>,
    suspensions: HashMap<Id, Vec<Suspension>>,
    last_days: HashMap<Id, Date>,
}

impl Known {
    fn find(conn: &mut DbConn, today: Date, cadres: &[&TrainingCadre]) -> Result<Self> {
        let ids: Vec<Id> = cadres.iter().map(|cadre| cadre.id).collect();
        let mut last_days = HashMap::new();
        for cadre in cadres {
            let is_over = matches!(cadre.status, CadreStatus::Left | CadreStatus::Graduated);
            if is_over && let Some(day) = career_store::last_day(conn, cadre.id)? {
                last_days.insert(cadre.id, day);
            }
        }
        Ok(Self {
            today,
            sums: store::sums_of(conn, &ids)?,
            spells: absences::spells_of(conn, &ids)?,
            suspensions: career_store::suspensions_of(conn, &ids)?,
            last_days,
        })
    }

    fn of(&self, cadre: TrainingCadre, year: i32) -> TrainingHoursResponse {
        let sums = self.sums.get(&cadre.id).map_or(&[][..], Vec::as_slice);
        let duty = self.duty_of(&cadre, year);
        TrainingHoursResponse::new(cadre, year, &duty, sums)
    }

    fn duty_of(&self, cadre: &TrainingCadre, year: i32) -> Duty {
        let planned = cadres::days_of(Phase::Strengthening, cadre.reported_on);
        let last = self.last_days.get(&cadre.id).copied();
        let last = last.or(planned.map(|days| days.1));
        let programme = (cadre.reported_on, last.unwrap_or(cadre.reported_on));
        let none = (cadre.reported_on, cadre.reported_on.plus_days(-1));
        let (days, programme) = match Date::days_of_year(year) {
            Some(days) => (days, programme),
            None => ((cadre.reported_on, cadre.reported_on), none),
        };
        duty(days, programme, &self.leave_of(cadre.id))
    }

    /// The times away of a cadre; those that last are as long as they have lasted.
    fn leave_of(&self, cadre_id: Id) -> Vec<Days> {
        let of_cadre = self
            .spells
            .iter()
            .filter(|spell| spell.cadre_id == cadre_id);
        let absent = of_cadre.map(|spell| (spell.starts_on, spell.ends_on.unwrap_or(self.today)));
        let suspensions = self.suspensions.get(&cadre_id).into_iter().flatten();
        let suspended = suspensions.map(|suspension| {
            let last = suspension.resumed_on.map(|on| on.plus_days(-1));
            (suspension.from, last.unwrap_or(self.today))
        });
        absent.chain(suspended).collect()
    }
}
