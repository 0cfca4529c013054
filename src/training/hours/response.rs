//! Hours as a caller may see them.

use serde::Serialize;
use utoipa::ToSchema;

use super::duty::{Duty, induction_days};
use super::model::YearSum;
use super::store::TrainingCadre;
use crate::cadres::probation_end;
use crate::db::Id;
use crate::values::Date;

/// A calendar year of training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoursOfYear {
    /// The calendar year.
    #[schema(minimum = 1950, maximum = 2099)]
    pub year: i32,
    /// Hours credited: of events that ended in it.
    #[schema(minimum = 0)]
    pub credited: i32,
    /// Hours that it asks for (R22): in the first and the last year of the programme, and with leave of a month or more, their part.
    #[schema(minimum = 0)]
    pub duty: i32,
    /// Hours that are missing.
    #[schema(minimum = 0)]
    pub short_by: i32,
}

impl HoursOfYear {
    /// What was credited in a year, of the sums of all years, beside its duty.
    pub fn new(year: i32, sums: &[YearSum], duty: &Duty) -> Self {
        let credited = sums.iter().find(|sum| sum.year == year);
        let credited = credited.map_or(0, |sum| sum.hours);
        Self {
            year,
            credited,
            duty: duty.hours,
            short_by: (duty.hours - credited).max(0),
        }
    }
}

/// Days of induction within probation (R04).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Induction {
    /// Days credited: of events of induction that ended within probation and were not failed.
    #[schema(minimum = 0)]
    pub days: i32,
    /// Days that probation asks for.
    #[schema(minimum = 0)]
    pub required_days: i32,
    /// Days that are missing.
    #[schema(minimum = 0)]
    pub short_by: i32,
    /// The day by which they are due: the last of probation.
    pub due_on: Date,
}

impl Induction {
    /// What was credited beside what probation asks for.
    pub fn new(sums: &[YearSum], reported_on: Date, extended: Option<Date>) -> Self {
        let days = sums.iter().map(|sum| sum.induction_days).sum();
        let required_days = induction_days(reported_on);
        Self {
            days,
            required_days,
            short_by: (required_days - days).max(0),
            due_on: probation_end(reported_on, extended).plus_days(-1),
        }
    }
}

/// The training of a cadre in a calendar year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrainingHours)]
pub struct TrainingHoursResponse {
    /// The cadre.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: String,
    /// The cadre's unit.
    pub organization_id: Id,
    /// The unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The calendar year.
    #[schema(minimum = 1950, maximum = 2099)]
    pub year: i32,
    /// Hours credited: of events that ended in it.
    #[schema(minimum = 0)]
    pub credited: i32,
    /// Hours that it asks for (R22): in the first and the last year of the programme, and with leave of a month or more, their part.
    #[schema(minimum = 0)]
    pub duty: i32,
    /// Hours that are missing.
    #[schema(minimum = 0)]
    pub short_by: i32,
    /// The first day of it in the programme; null when there is none.
    pub duty_from: Option<Date>,
    /// The last day of it in the programme.
    pub duty_to: Option<Date>,
    /// Days of them on leave of a month or more, which the duty leaves out.
    #[schema(minimum = 0, maximum = 366)]
    pub leave_days: i64,
    /// Days of induction within probation, of whatever year.
    pub induction: Induction,
}

impl TrainingHoursResponse {
    /// The training of a cadre whose sums of all years these are.
    pub fn new(cadre: TrainingCadre, year: i32, duty: &Duty, sums: &[YearSum]) -> Self {
        let hours = HoursOfYear::new(year, sums, duty);
        Self {
            cadre_id: cadre.id,
            cadre_name: cadre.name,
            organization_id: cadre.organization_id,
            organization_name: cadre.organization_name,
            year,
            credited: hours.credited,
            duty: hours.duty,
            short_by: hours.short_by,
            duty_from: duty.days.map(|days| days.0),
            duty_to: duty.days.map(|days| days.1),
            leave_days: duty.leave_days,
            induction: Induction::new(sums, cadre.reported_on, cadre.probation_extended_until),
        }
    }
}
