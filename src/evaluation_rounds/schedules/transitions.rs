//! The verbs of a schedule: ACTIVE → ENDED.

use super::model::{EvaluationSchedule, ScheduleStatus};
use super::request::EndEvaluationSchedule;
use super::response::EvaluationScheduleResponse;
use super::service::{visible, writable};
use super::store;
use crate::access::Permission::EvaluationRoundsWrite;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::Result;
use crate::transitions::{Resource, Transition, begin, read_back, record};
use crate::values::Text;

use ScheduleStatus::{Active, Ended};

impl Resource for EvaluationSchedule {
    const KIND: &'static str = "evaluation-schedule";
    type State = ScheduleStatus;
    type Response = EvaluationScheduleResponse;
    const TRANSITIONS: &'static [Transition<ScheduleStatus>] = &[
        Transition {
            verb: "update_evaluation_schedule",
            from: &[Active],
            to: &[],
            permission: EvaluationRoundsWrite,
        },
        Transition {
            verb: "end_evaluation_schedule",
            from: &[Active],
            to: &[Ended],
            permission: EvaluationRoundsWrite,
        },
    ];

    fn id(&self) -> Id {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organization(&self) -> Option<Id> {
        Some(self.organization_id)
    }

    fn cadre(&self) -> Option<Id> {
        None
    }

    fn state(&self, _: &Context) -> ScheduleStatus {
        self.status
    }

    fn stamp(&mut self, version: i64, now: UtcTimestamp) {
        (self.version, self.updated_at) = (version, now);
    }

    fn lock(tx: &mut DbConn, context: &Context, id: Id) -> Result<Self> {
        writable(tx, context, id)
    }

    fn update(&self, tx: &mut DbConn, version: i64) -> Result<()> {
        store::update(tx, self, version)
    }

    fn read(
        conn: &mut DbConn,
        context: &Context,
        id: Id,
    ) -> Result<Option<EvaluationScheduleResponse>> {
        visible(conn, context, id)
    }
}

const ENDED: &str = "evaluation-schedule.ended";

/// Ends a schedule: what it made stays.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`.
pub fn end(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &EndEvaluationSchedule,
) -> Result<EvaluationScheduleResponse> {
    let begun = begin::<EvaluationSchedule>(tx, context, "end_evaluation_schedule", id)?;
    let reason = input.reason.as_ref().map(Text::as_str);
    if begun.row.status == Ended && begun.is_repeated(tx, &[ENDED], ENDED, reason.into())? {
        return read_back::<EvaluationSchedule>(tx, context, id);
    }
    begun.require(tx)?;
    let ended = EvaluationSchedule {
        status: Ended,
        ..begun.row.clone()
    };
    let ended = begun.write(tx, ended)?;
    record(tx, context, ENDED, &ended, &["status"], reason)?;
    read_back::<EvaluationSchedule>(tx, context, id)
}
