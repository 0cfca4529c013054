//! The verbs of a plan: DRAFT → ACTIVE.

use super::model::{Plan, PlanStatus};
use super::response::PlanResponse;
use super::service::{visible, writable};
use super::store;
use crate::access::Permission::{PlansActivate, PlansWrite};
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::Result;
use crate::transitions::{Resource, Said, Transition, begin, read_back, record};

use PlanStatus::{Active, Draft};

impl Resource for Plan {
    const KIND: &'static str = "plan";
    type State = PlanStatus;
    type Response = PlanResponse;
    const TRANSITIONS: &'static [Transition<PlanStatus>] = &[
        Transition {
            verb: "update_plan",
            from: &[Draft, Active],
            to: &[],
            permission: PlansWrite,
        },
        Transition {
            verb: "activate_plan",
            from: &[Draft],
            to: &[Active],
            permission: PlansActivate,
        },
    ];

    fn id(&self) -> Id {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organization(&self) -> Option<Id> {
        Some(self.present_organization_id)
    }

    fn cadre(&self) -> Option<Id> {
        Some(self.cadre_id)
    }

    fn state(&self, _: &Context) -> PlanStatus {
        self.status
    }

    fn stamp(&mut self, version: i64, now: UtcTimestamp) {
        (self.version, self.updated_at) = (version, now);
    }

    fn lock(tx: &mut DbConn, context: &Context, id: Id) -> Result<Self> {
        writable(tx, context, id).map(|(record, _)| record.plan)
    }

    fn update(&self, tx: &mut DbConn, version: i64) -> Result<()> {
        store::update(tx, self, version)
    }

    fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<PlanResponse>> {
        visible(conn, context, id)
    }
}

const ACTIVATED: &str = "plan.activated";

/// Puts a plan into effect.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`.
pub fn activate(tx: &mut DbConn, context: &Context, id: Id) -> Result<PlanResponse> {
    let begun = begin::<Plan>(tx, context, "activate_plan", id)?;
    let is_active = begun.row.status == Active;
    if is_active && begun.is_repeated(tx, &[ACTIVATED], ACTIVATED, Said::default())? {
        return read_back::<Plan>(tx, context, id);
    }
    begun.require(tx)?;
    let active = Plan {
        status: Active,
        ..begun.row.clone()
    };
    let active = begun.write(tx, active)?;
    record(tx, context, ACTIVATED, &active, &["status"], None)?;
    read_back::<Plan>(tx, context, id)
}
