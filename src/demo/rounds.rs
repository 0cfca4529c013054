//! The demo's rounds: the city appraises by the quarter and by the year, as of the quarter of its records.

use super::TODAY;
use crate::context::Context;
use crate::db::DbConn;
use crate::error::{Error, Result};
use crate::evaluation_forms::EvaluationKind;
use crate::evaluation_rounds;
use crate::organizations::{self, OrganizationKind};
use crate::values::Date;

/// Schedules whose first rounds are planned as the calendar is looked at, and open when the quarter and the year are over.
pub fn load(tx: &mut DbConn, context: &Context) -> Result<()> {
    let day = Date::parse(TODAY).map_err(|_| Error::internal("the demo's day"))?;
    let units = organizations::store::all(tx)?;
    for city in units
        .iter()
        .filter(|unit| unit.kind == OrganizationKind::City)
    {
        for kind in [EvaluationKind::Ordinary, EvaluationKind::Annual] {
            evaluation_rounds::begin_schedule(tx, context, city.id, (kind, day))?;
        }
    }
    Ok(())
}
