//! The verbs of a phase template: DRAFT → PUBLISHED → RETIRED.

use super::model::{ONE_OF_CITY, ONE_OF_COUNTY, PhaseTemplate, PhaseTemplateStatus};
use super::request::{PublishPhaseTemplate, RetirePhaseTemplate};
use super::response::{PhaseTemplateResponse, PublishedPhaseTemplate};
use super::service::{visible, writable};
use super::store;
use crate::access::Permission::PhaseTemplatesWrite;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::events::LivePlans;
use crate::transitions::{Resource, Said, Transition, begin, current, read_back, record};
use crate::values::Text;

use PhaseTemplateStatus::{Draft, Published, Retired};

impl Resource for PhaseTemplate {
    const KIND: &'static str = "phase-template";
    type State = PhaseTemplateStatus;
    type Response = PhaseTemplateResponse;
    const TRANSITIONS: &'static [Transition<PhaseTemplateStatus>] = &[
        Transition {
            verb: "update_phase_template",
            from: &[Draft],
            to: &[],
            permission: PhaseTemplatesWrite,
        },
        Transition {
            verb: "publish_phase_template",
            from: &[Draft],
            to: &[Published],
            permission: PhaseTemplatesWrite,
        },
        Transition {
            verb: "retire_phase_template",
            from: &[Published],
            to: &[Retired],
            permission: PhaseTemplatesWrite,
        },
    ];

    fn id(&self) -> Id {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organization(&self) -> Option<Id> {
        self.organization_id
    }

    fn cadre(&self) -> Option<Id> {
        None
    }

    fn state(&self, _: &Context) -> PhaseTemplateStatus {
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

    fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<PhaseTemplateResponse>> {
        visible(conn, context, id)
    }
}

/// The change by which a draft is published.
pub const PUBLISHED: &str = "phase-template.published";
const RETIRED: &str = "phase-template.retired";
const OF_STATUS: &[&str] = &[PUBLISHED, RETIRED];

/// Publishes a draft: from its first day on plans are made from it.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`, `Duplicate` when that day has a published template already.
pub fn publish(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: PublishPhaseTemplate,
) -> Result<PublishedPhaseTemplate> {
    let begun = begin::<PhaseTemplate>(tx, context, "publish_phase_template", id)?;
    let row = &begun.row;
    let live = context.deps.hooks.template_published;
    if input.apply_to_live_plans && row.valid_from > context.today {
        return Err(Error::field("/applyToLivePlans", "date-in-future"));
    }
    if row.status == Published && begun.is_repeated(tx, OF_STATUS, PUBLISHED, Said::default())? {
        let plans = live(tx, context, id, input.apply_to_live_plans)?;
        return published(tx, context, id, plans);
    }
    begun.require(tx)?;
    let of_day = store::published(tx, row.phase, row.organization_id, row.valid_from)?;
    if let Some(other) = of_day.first()
        && other.valid_from == row.valid_from
    {
        let current = current::<PhaseTemplate>(tx, context, other.id)?;
        let key = match row.organization_id {
            Some(_) => ONE_OF_COUNTY,
            None => ONE_OF_CITY,
        };
        return Err(key.duplicate(current));
    }
    let valid = PhaseTemplate {
        status: Published,
        ..row.clone()
    };
    let valid = begun.write(tx, valid)?;
    record(tx, context, PUBLISHED, &valid, &["status"], None)?;
    let plans = live(tx, context, id, input.apply_to_live_plans)?;
    published(tx, context, id, plans)
}

fn published(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    plans: LivePlans,
) -> Result<PublishedPhaseTemplate> {
    Ok(PublishedPhaseTemplate {
        template: read_back::<PhaseTemplate>(tx, context, id)?,
        live_plans: plans.into(),
    })
}

/// Whether plans of a phase could no longer be made without this template of the city.
fn is_last(tx: &mut DbConn, context: &Context, row: &PhaseTemplate) -> Result<bool> {
    if row.organization_id.is_some() {
        return Ok(false);
    }
    store::lock_city(tx)?;
    let valid = store::published(tx, row.phase, None, context.today)?;
    Ok(valid.iter().all(|other| other.id == row.id))
}

/// Ends a template: plans are made from the one before it again. The city's last one of a phase stays.
///
/// # Errors
/// `IllegalTransition`, also for the city's last one, `StaleVersion`.
pub fn retire(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &RetirePhaseTemplate,
) -> Result<PhaseTemplateResponse> {
    let begun = begin::<PhaseTemplate>(tx, context, "retire_phase_template", id)?;
    let row = &begun.row;
    let reason = input.reason.as_ref().map(Text::as_str);
    if row.status == Retired && begun.is_repeated(tx, OF_STATUS, RETIRED, reason.into())? {
        return read_back::<PhaseTemplate>(tx, context, id);
    }
    let stays = row.status == Published && is_last(tx, context, row)?;
    begun.require_that(tx, !stays)?;
    let retired = PhaseTemplate {
        status: Retired,
        ..row.clone()
    };
    let retired = begun.write(tx, retired)?;
    record(tx, context, RETIRED, &retired, &["status"], reason)?;
    read_back::<PhaseTemplate>(tx, context, id)
}
