//! Enrolments of those who leave the programme.

use super::enrolments::{self, EnrolmentStatus, TakingPart};
use super::events::TrainingEventStatus;
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::events::{CadreLeft, LeavingCause};
use crate::transitions::{record, write};

/// Whoever leaves the programme does not come to events that have not begun: their seats are free.
///
/// # Errors
/// When the database refuses.
pub fn excuse_leaver(tx: &mut DbConn, context: &Context, left: CadreLeft) -> Result<()> {
    if left.cause == LeavingCause::Transferred {
        return Ok(());
    }
    for (event_id, id) in enrolments::open_of(tx, left.cadre_id, context.today)? {
        let (found, event) = enrolments::locked_in(tx, event_id, id)?;
        let former = enrolments::taking_part(found, event);
        let status = former.enrolment.status;
        let has_begun = former.event.status_on(context.today) != TrainingEventStatus::Open;
        if has_begun || status.is_attendance() {
            continue;
        }
        let mut excused = former.clone();
        excused.enrolment.status = EnrolmentStatus::Excused;
        let mut excused = write::<TakingPart>(tx, context, &former, excused)?;
        record(
            tx,
            context,
            "enrolment.excused",
            &excused,
            &["status"],
            None,
        )?;
        enrolments::excuse(tx, context, &mut excused.event, status)?;
    }
    Ok(())
}
