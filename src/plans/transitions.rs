//! The verbs of a plan: DRAFT → ACTIVE → its gate.

use super::gate;
use super::model::{Plan, PlanStatus};
use super::response::PlanResponse;
use super::service::{visible, writable};
use super::store;
use crate::access::Permission::{PlansActivate, PlansGate, PlansWrite};
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::Result;
use crate::transitions::{Resource, Said, Transition, begin, read_back, record};
use crate::values::Date;

use PlanState::{Active, AtGate, Draft, ExitProposed, Over};

/// Where a plan stands, as far as its verbs care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanState {
    /// Cadre, mentors and unit are at it.
    Draft,
    /// In effect.
    Active,
    /// In effect, and its gate is open.
    AtGate,
    /// It was decided that the cadre leaves the programme, which a second person has to confirm.
    ExitProposed,
    /// It was decided about.
    Over,
}

/// The state of a plan on a day.
pub fn state(plan: &Plan, today: Date) -> PlanState {
    match plan.status {
        PlanStatus::Draft => Draft,
        PlanStatus::Active | PlanStatus::Extended => {
            // What is stored is read by whoever decides; damage shows there.
            let decisions = plan.decisions().unwrap_or_default();
            if gate::is_exit_proposed(&decisions) {
                ExitProposed
            } else if today >= gate::opens_on(plan.ends_on) {
                AtGate
            } else {
                Active
            }
        }
        PlanStatus::Passed | PlanStatus::Adjusted | PlanStatus::Exited => Over,
    }
}

impl Resource for Plan {
    const KIND: &'static str = "plan";
    type State = PlanState;
    type Response = PlanResponse;
    const TRANSITIONS: &'static [Transition<PlanState>] = &[
        Transition {
            verb: "update_plan",
            from: &[Draft, Active, AtGate, ExitProposed],
            to: &[],
            permission: PlansWrite,
        },
        Transition {
            verb: "activate_plan",
            from: &[Draft],
            to: &[Active, AtGate],
            permission: PlansActivate,
        },
        Transition {
            verb: "gate_plan",
            from: &[AtGate],
            to: &[Active, AtGate, ExitProposed, Over],
            permission: PlansGate,
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

    fn state(&self, context: &Context) -> PlanState {
        state(self, context.today)
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

/// What stands in a plan and has verbs of its own is, to the journal and to a caller, its plan: for the implementation of [`Resource`]
/// by a type with a member `plan`.
macro_rules! is_its_plan {
    () => {
        const KIND: &'static str = crate::plans::model::Plan::KIND;
        type Response = crate::plans::response::PlanResponse;

        fn id(&self) -> crate::db::Id {
            self.plan.id
        }

        fn version(&self) -> i64 {
            self.plan.version
        }

        fn organization(&self) -> Option<crate::db::Id> {
            self.plan.organization()
        }

        fn cadre(&self) -> Option<crate::db::Id> {
            self.plan.cadre()
        }

        fn stamp(&mut self, version: i64, now: crate::db::UtcTimestamp) {
            self.plan.stamp(version, now);
        }

        fn lock(
            _: &mut crate::db::DbConn,
            _: &crate::context::Context,
            _: crate::db::Id,
        ) -> crate::error::Result<Self> {
            Err(crate::error::Error::internal("it is found in its plan"))
        }

        fn update(&self, tx: &mut crate::db::DbConn, version: i64) -> crate::error::Result<()> {
            crate::plans::store::update(tx, &self.plan, version)
        }

        fn read(
            conn: &mut crate::db::DbConn,
            context: &crate::context::Context,
            id: crate::db::Id,
        ) -> crate::error::Result<Option<crate::plans::response::PlanResponse>> {
            crate::plans::service::visible(conn, context, id)
        }
    };
}

pub(super) use is_its_plan;

/// The change by which a plan takes effect.
pub const ACTIVATED: &str = "plan.activated";

/// Puts a plan into effect.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`.
pub fn activate(tx: &mut DbConn, context: &Context, id: Id) -> Result<PlanResponse> {
    let begun = begin::<Plan>(tx, context, "activate_plan", id)?;
    let is_active = begun.row.status == PlanStatus::Active;
    if is_active && begun.is_repeated(tx, &[ACTIVATED], ACTIVATED, Said::default())? {
        return read_back::<Plan>(tx, context, id);
    }
    begun.require(tx)?;
    let active = Plan {
        status: PlanStatus::Active,
        ..begun.row.clone()
    };
    let active = begun.write(tx, active)?;
    record(tx, context, ACTIVATED, &active, &["status"], None)?;
    read_back::<Plan>(tx, context, id)
}
